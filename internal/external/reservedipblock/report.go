// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"context"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Report tells the block's addresses, once it has any.
func (o *operations) Report(_ context.Context, r packet.Reservation, _ external.View[State]) external.Report[State] {
	s := State{
		ID: r.ID, ProjectID: r.ProjectID, Type: r.Type, Quantity: int64(r.Quantity), Metro: r.Metro, Facility: r.Facility,
		Details: r.Details, Tags: attached.Tags(r.Tags), CustomData: attached.Text(r.CustomData), State: r.State,
		Address: r.Address, Network: r.Network, Netmask: r.Netmask, Gateway: r.Gateway, CIDR: int64(r.CIDR), Prefix: prefix(r),
		AddressFamily: map[string]int64{"ipv4": 4, "ipv6": 6}[r.AddressFamily], Public: r.Public,
	}
	if !r.CreatedAt.IsZero() {
		s.CreatedAt = r.CreatedAt.UTC().Format(time.RFC3339)
	}
	return external.Report[State]{State: s, Ready: ready(r), Details: details(s)}
}

// details are the addresses, which a program may take from a Secret.
func details(s State) managed.ConnectionDetails {
	if s.Prefix == "" {
		return nil
	}
	return managed.ConnectionDetails{
		"id":            []byte(s.ID),
		"address":       []byte(s.Address),
		"network":       []byte(s.Network),
		"netmask":       []byte(s.Netmask),
		"gateway":       []byte(s.Gateway),
		"cidr":          []byte(strconv.FormatInt(s.CIDR, 10)),
		"prefix":        []byte(s.Prefix),
		"addressFamily": []byte(strconv.FormatInt(s.AddressFamily, 10)),
	}
}

// ready is nil if the addresses can be used.
func ready(r packet.Reservation) *xpv1.Condition {
	c := &xpv1.Condition{Type: xpv1.TypeReady, Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}
	switch r.State {
	case "created":
		return nil
	case "pending":
		c.Reason = "Pending"
		c.Message = "The block waits for the approval of the API operator's staff, as larger ones do. It is looked at again at each poll; " +
			"if it takes days, ask the operator's support, or delete this resource and ask for fewer addresses."
	case "denied":
		c.Reason = "Denied"
		c.Message = "The API operator's staff denied the block, and it has no addresses. Ask the operator's support why, " +
			"or delete this resource and ask for fewer addresses."
	default:
		c.Reason = "NotCreated"
		c.Message = fmt.Sprintf("The API reports the state %q, in which the block has no addresses to use; ask the operator's support.", r.State)
	}
	return c
}
