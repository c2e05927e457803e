// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Report tells the configuration's state, and that there is a password but not
// which.
func (o *operations) Report(_ context.Context, b packet.BGPConfig, _ external.View[State]) external.Report[State] {
	return external.Report[State]{
		State: State{
			ID: b.ID, ProjectID: b.ProjectID, DeploymentType: b.DeploymentType, ASN: b.ASN,
			MD5Disabled: b.MD5 == "", Status: b.Status, MaxPrefix: int64(b.MaxPrefix), RouteObject: b.RouteObject,
			// In an order of our own: another one is no change.
			Ranges:    slices.Sorted(slices.Values(b.Ranges)),
			CreatedAt: text(b.CreatedAt), RequestedAt: text(b.RequestedAt),
		},
		Ready: ready(b),
	}
}

func text(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ready is nil if sessions can be created.
func ready(b packet.BGPConfig) *xpv1.Condition {
	if b.Enabled() {
		return nil
	}
	c := &xpv1.Condition{Type: xpv1.TypeReady, Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}
	switch b.Status {
	case "requested":
		c.Reason = "Requested"
		c.Message = "The staff of the API's operator have not approved the configuration yet; BGP sessions can be created once they have. " +
			"It is looked at again at each poll. If it takes days, ask the operator's support."
	case "disabled":
		c.Reason = "Disabled"
		c.Message = "The operator of the API has switched BGP off in this project, and no BGP session can be created. " +
			"Ask the operator's support why, and to switch it on again; this resource does not try to."
	default:
		c.Reason = "NotEnabled"
		c.Message = fmt.Sprintf("The API reports the status %q, in which no BGP session can be created; ask the operator's support.", b.Status)
	}
	return c
}
