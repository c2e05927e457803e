// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"k8s.io/utils/keymutex"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TypeEstablished is true if every router says that the session is up, false
// if one says that it is down, and unknown otherwise.
const TypeEstablished xpv1.ConditionType = "Established"

// neighborsInterval is how often the neighbours of a session are read although
// nothing hints at a change.
const neighborsInterval = 10 * time.Minute

// shared is what the operations of all connections have in common.
type shared struct {
	creations keymutex.KeyMutex
	clock     clock.PassiveClock

	mu   sync.Mutex
	read map[string]time.Time // by session id: when its neighbours were read
}

func newShared(now clock.PassiveClock) *shared {
	return &shared{creations: keymutex.NewHashed(1024), clock: now, read: map[string]time.Time{}}
}

func (s *shared) due(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.read[id]
	return !ok || s.clock.Since(at) >= neighborsInterval
}

func (s *shared) mark(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[id] = s.clock.Now()
}

func (s *shared) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.read, id)
}

// Report tells the session's state. Its neighbours are read when they are not
// known, when the status changed, and otherwise rarely.
func (o *operations) Report(ctx context.Context, s packet.Session, previous State) external.Report[State] {
	r := external.Report[State]{
		State: State{
			ID: s.ID, AddressFamily: s.AddressFamily, DeviceID: s.DeviceID,
			DefaultRoute: s.DefaultRoute, Status: s.Status, LearnedRoutes: s.LearnedRoutes,
			Neighbors: previous.Neighbors,
		},
		Conditions: []xpv1.Condition{established(s.Status)},
	}
	if previous.ID == s.ID && len(previous.Neighbors) > 0 && previous.Status == s.Status && !o.shared.due(s.ID) {
		return r
	}
	neighbors, err := o.api.ListNeighbors(ctx, s.DeviceID)
	if err != nil {
		// They are read again at the next poll; the session itself was read.
		return r
	}
	i := slices.IndexFunc(neighbors, func(n packet.Neighbor) bool { return n.AddressFamily == s.AddressFamily })
	if i < 0 {
		r.State.Neighbors = nil
		return r
	}
	n := neighbors[i]
	r.State.Neighbors = []Neighbor{{
		CustomerAS: n.CustomerAS, CustomerIP: n.CustomerIP, PeerAS: n.PeerAS, PeerIPs: n.PeerIPs,
		Multihop: n.Multihop, MD5Enabled: n.MD5Enabled,
	}}
	r.Details = details(s, n)
	o.shared.mark(s.ID)
	return r
}

// details are what a BGP daemon on the device needs.
func details(s packet.Session, n packet.Neighbor) managed.ConnectionDetails {
	return managed.ConnectionDetails{
		"id":            []byte(s.ID),
		"deviceId":      []byte(s.DeviceID),
		"addressFamily": []byte(s.AddressFamily),
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
		c.Message = "The routers have not reported the state of the session yet."
	}
	return c
}

// unreadable is what is known while the API cannot be read.
func unreadable() []xpv1.Condition {
	return []xpv1.Condition{{
		Type: TypeEstablished, Status: corev1.ConditionUnknown, Reason: "Unreadable",
		Message:            "The Packet API cannot be read since the last transition of this condition.",
		LastTransitionTime: metav1.Now(),
	}}
}
