// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TypeEstablished is true if every router says that the session is up, false
// if one says that it is down, and unknown otherwise.
const TypeEstablished xpv1.ConditionType = "Established"

// Report tells the session's state. A resource that manages the session also
// sees to it that the API's word on it does not grow old.
func (o *operations) Report(ctx context.Context, s packet.Session, v external.View[State]) external.Report[State] {
	r := external.Report[State]{
		State: State{
			ID: s.ID, AddressFamily: s.AddressFamily, DeviceID: s.DeviceID,
			DefaultRoute: s.DefaultRoute, Status: s.Status,
			// In an order of our own: another one is no change.
			LearnedRoutes: slices.Sorted(slices.Values(s.LearnedRoutes)),
			Neighbors:     v.Previous.Neighbors,
		},
		Conditions: []xpv1.Condition{established(s.Status)},
	}
	switch n, what := o.neighbor(ctx, s, v); what {
	case known:
		r.State.Neighbors = []Neighbor{{
			CustomerAS: n.CustomerAS, CustomerIP: n.CustomerIP, PeerAS: n.PeerAS, PeerIPs: n.PeerIPs,
			Multihop: n.Multihop, MD5Enabled: n.MD5Enabled,
		}}
		r.Details = details(r.State, n)
	case absent:
		r.State.Neighbors = nil
	case unknown:
	}
	if v.Manages {
		o.discover(ctx, s.DeviceID, v.Previous.ID != s.ID)
	}
	return r
}

// details are what a BGP daemon on the device needs: what status says, and the
// password.
func details(s State, n packet.Neighbor) managed.ConnectionDetails {
	return managed.ConnectionDetails{
		"id":            []byte(s.ID),
		"deviceId":      []byte(s.DeviceID),
		"addressFamily": []byte(s.AddressFamily),
		"defaultRoute":  []byte(strconv.FormatBool(s.DefaultRoute)),
		"status":        []byte(s.Status),
		"learnedRoutes": []byte(strings.Join(s.LearnedRoutes, ",")),
		"customerAs":    []byte(strconv.FormatInt(n.CustomerAS, 10)),
		"customerIp":    []byte(n.CustomerIP),
		"peerAs":        []byte(strconv.FormatInt(n.PeerAS, 10)),
		"peerIps":       []byte(strings.Join(n.PeerIPs, ",")),
		"multihop":      []byte(strconv.FormatBool(n.Multihop)),
		"md5Enabled":    []byte(strconv.FormatBool(n.MD5Enabled)),
		"md5Password":   []byte(n.MD5Password),
	}
}

// established reads the status, which has one word per router, separated by
// commas.
func established(status string) xpv1.Condition {
	up, down, total := 0, 0, 0
	for word := range strings.SplitSeq(status, ",") {
		total++
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "up":
			up++
		case "down":
			down++
		}
	}
	c := xpv1.Condition{Type: TypeEstablished, LastTransitionTime: metav1.Now()}
	switch {
	case down > 0:
		c.Status, c.Reason = corev1.ConditionFalse, "Down"
		c.Message = fmt.Sprintf("The routers report %q. Check the BGP daemon on the device; the API may lag behind by hours.", status)
	case up == total:
		c.Status, c.Reason = corev1.ConditionTrue, "Up"
	default:
		c.Status, c.Reason = corev1.ConditionUnknown, "NotReported"
		c.Message = "Not every router has reported the state of the session. That can take hours after its creation, or mean that a router is out of the API's reach."
	}
	return c
}

// unreadable is what is known of a session that cannot be read since a time.
func unreadable(last State, since time.Time) []xpv1.Condition {
	said := "the routers had not reported a state before"
	if last.Status != "" {
		said = fmt.Sprintf("the routers last reported %q", last.Status)
	}
	return []xpv1.Condition{{
		Type: TypeEstablished, Status: corev1.ConditionUnknown, Reason: "Unreadable",
		Message:            fmt.Sprintf("The session has not been read since %s; %s. The condition Synced says why.", since.UTC().Format(time.RFC3339), said),
		LastTransitionTime: metav1.NewTime(since),
	}}
}
