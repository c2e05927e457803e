// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net"
	"net/netip"
	"time"
)

// Types of reserved blocks.
const (
	publicIPv4  = "public_ipv4"
	privateIPv4 = "private_ipv4"
	publicIPv6  = "public_ipv6"
	globalIPv4  = "global_ipv4"
)

// A Reservation is a block of addresses that belongs to a project. Blocks for
// the management addresses of devices appear by themselves.
type Reservation struct {
	ID        string       `json:"id"`
	ProjectID string       `json:"project_id"`
	Type      string       `json:"type"`
	Metro     string       `json:"metro,omitempty"`
	Facility  string       `json:"facility,omitempty"`
	Network   netip.Prefix `json:"network"`
	// Management is true for blocks that hold devices' own addresses.
	Management  bool       `json:"management,omitempty"`
	State       string     `json:"state"`
	Details     string     `json:"details,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	CustomData  jsonObject `json:"customdata,omitempty"`
	RequestedBy string     `json:"requested_by,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
}

func (r Reservation) recordID() string { return r.ID }

func (r Reservation) indexKeys() []string {
	return []string{"project/" + r.ProjectID, r.siteKey()}
}

// siteKey is the index key of a project's blocks of one type in one metro.
func (r Reservation) siteKey() string { return r.ProjectID + "/" + r.Metro + "/" + r.Type }

// public tells whether the block's addresses are.
func (r Reservation) public() bool { return r.Type != privateIPv4 }

// reserve cuts a block out of its metro's pool and stores it.
func (st *state) reserve(r Reservation, bits int) (Reservation, bool) {
	network, ok := st.pools.metro(r.Metro, r.Type).take(bits)
	if !ok {
		return r, false
	}
	r.Network, r.State = network, "created"
	st.reservations.put(r)
	return r, true
}

// unreserve gives a block back.
func (st *state) unreserve(r Reservation) {
	if r.Network.IsValid() {
		st.pools.metro(r.Metro, r.Type).release(r.Network)
	}
	delete(st.pools.blocks, r.ID)
	st.reservations.delete(r.ID)
}

// netmask returns a prefix's mask in the notation of its family.
func netmask(p netip.Prefix) string {
	m := net.CIDRMask(p.Bits(), p.Addr().BitLen())
	return net.IP(m).String()
}

// family returns 4 or 6.
func family(a netip.Addr) int {
	if a.Is4() {
		return 4
	}
	return 6
}
