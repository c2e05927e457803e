// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"slices"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const (
	// maxPeers is how many routers of a neighbour are told; there are two.
	maxPeers = 16
	// maxCredentials is with how many keys the neighbours of one session are
	// remembered.
	maxCredentials = 4
)

// A peering is what was last read of a session's neighbour.
type peering struct {
	// credential is the key that read it: another one may not be allowed to,
	// and must not be told the password.
	credential credential
	neighbor   packet.Neighbor
	// known is false after a start of the provider, when only status tells
	// what was read before.
	known bool
	// next is when it is read again although nothing hints at a change.
	next time.Time
}

// Peerings are those of one session, the one set last at the end. They are
// never changed in place.
type peerings []peering

func (p peerings) of(c credential) (peering, bool) {
	i := slices.IndexFunc(p, func(e peering) bool { return e.credential == c })
	if i < 0 {
		return peering{credential: c}, false
	}
	return p[i], true
}

func (p peerings) without(c credential) peerings {
	return slices.DeleteFunc(slices.Clone(p), func(e peering) bool { return e.credential == c })
}

func (p peerings) with(e peering) peerings {
	out := append(p.without(e.credential), e)
	return out[max(0, len(out)-maxCredentials):]
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
	p, remembered := o.peering(s.ID)
	if v.Previous.ID == s.ID && v.Previous.Status == s.Status && len(v.Previous.Neighbors) > 0 && (p.known || !v.Publishes) {
		if !remembered {
			// Started again: thousands of sessions must not be read at once.
			p.next = now.Add(o.shared.spread(0, o.shared.NeighborsAge))
			o.keep(s.ID, p)
		}
		if now.Before(p.next) {
			return p.answer()
		}
	}
	bounded, cancel := context.WithTimeout(ctx, extraTimeout)
	defer cancel()
	neighbors, err := o.api.ListNeighbors(bounded, s.DeviceID)
	switch {
	case packet.IsForbidden(err) || packet.IsUnauthorized(err):
		o.lose(s.ID)
		return packet.Neighbor{}, unknown
	case err != nil:
		// Read again at the next poll; the session itself was read.
		return p.answer()
	}
	i := slices.IndexFunc(neighbors, func(n packet.Neighbor) bool { return n.AddressFamily == s.AddressFamily })
	if i < 0 {
		o.lose(s.ID)
		return packet.Neighbor{}, absent
	}
	p.neighbor, p.known = told(neighbors[i]), true
	p.next = now.Add(o.shared.spread(o.shared.NeighborsAge*9/10, o.shared.NeighborsAge*11/10))
	o.keep(s.ID, p)
	return p.answer()
}

// told returns what is told of a neighbour, and therefore kept of it.
func told(n packet.Neighbor) packet.Neighbor {
	n.PeerIPs = slices.Clone(n.PeerIPs[:min(len(n.PeerIPs), maxPeers)])
	return n
}

func (p peering) answer() (packet.Neighbor, knowledge) {
	if p.known {
		return p.neighbor, known
	}
	return packet.Neighbor{}, unknown
}

// peering returns what the same key read of a session's neighbour, if anything.
func (o *operations) peering(session string) (peering, bool) {
	all, _ := o.shared.peerings.get(o.at(session))
	return all.of(o.credential)
}

func (o *operations) keep(session string, p peering) {
	o.shared.peerings.change(o.at(session), func(all peerings) peerings { return all.with(p) })
}

// lose forgets what the same key read.
func (o *operations) lose(session string) {
	o.shared.peerings.change(o.at(session), func(all peerings) peerings { return all.without(o.credential) })
}
