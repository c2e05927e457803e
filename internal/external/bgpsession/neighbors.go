// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"slices"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// A peering is what was last read of a session's neighbour.
type peering struct {
	neighbor packet.Neighbor
	// known is false after a start of the provider, when only status tells
	// what was read before.
	known bool
	// next is when it is read again although nothing hints at a change.
	next time.Time
}

// What is known of a neighbour.
type knowledge int

const (
	unknown knowledge = iota // what status says stays
	known
	absent
)

// neighbor returns the routers' side of a session. It is read when it is not
// known, when the session's status changed, at once if its password is needed
// and not in memory, and otherwise rarely.
func (o *operations) neighbor(ctx context.Context, s packet.Session, v external.View[State]) (packet.Neighbor, knowledge) {
	now := o.shared.Clock.Now()
	p, remembered := o.shared.peerings.get(o.at(s.ID))
	if v.Previous.ID == s.ID && v.Previous.Status == s.Status && len(v.Previous.Neighbors) > 0 && (p.known || !v.Publishes) {
		if !remembered {
			// Started again: thousands of sessions must not be read at once.
			p.next = now.Add(o.shared.spread(0, o.shared.NeighborsAge))
			o.shared.peerings.set(o.at(s.ID), p)
		}
		if now.Before(p.next) {
			return p.answer()
		}
	}
	neighbors, err := o.api.ListNeighbors(ctx, s.DeviceID)
	if err != nil {
		// Read again at the next poll; the session itself was read.
		return p.answer()
	}
	i := slices.IndexFunc(neighbors, func(n packet.Neighbor) bool { return n.AddressFamily == s.AddressFamily })
	if i < 0 {
		o.shared.peerings.drop(o.at(s.ID))
		return packet.Neighbor{}, absent
	}
	p = peering{neighbor: neighbors[i], known: true, next: now.Add(o.shared.spread(o.shared.NeighborsAge*9/10, o.shared.NeighborsAge*11/10))}
	o.shared.peerings.set(o.at(s.ID), p)
	return p.answer()
}

func (p peering) answer() (packet.Neighbor, knowledge) {
	if p.known {
		return p.neighbor, known
	}
	return packet.Neighbor{}, unknown
}
