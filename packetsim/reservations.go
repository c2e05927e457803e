// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"math/bits"
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

// States of a reserved block.
const (
	ReservationCreated = "created"
	ReservationPending = "pending"
	ReservationDenied  = "denied"
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
	Management bool `json:"management,omitempty"`
	// State is created, or pending or denied for a block that needs approval.
	State string `json:"state"`
	// Quantity is how many addresses were asked for.
	Quantity    int        `json:"quantity,omitempty"`
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
func (st *state) reserve(r Reservation, length int) (Reservation, bool) {
	network, ok := st.pools.metro(r.Metro, r.Type).take(length)
	if !ok {
		return r, false
	}
	r.Network, r.State = network, ReservationCreated
	st.reservations.put(r)
	return r, true
}

// quantity returns how many IPv4 addresses a prefix has.
func quantity(p netip.Prefix) int { return 1 << (32 - p.Bits()) }

// publicIPv4 returns how many public IPv4 addresses a project has, and how many
// more its devices will get when they are provisioned.
func (st *state) publicIPv4(projectID string) int {
	n := 0
	for _, r := range st.reservations.list("project/" + projectID) {
		if r.Type == publicIPv4 && r.Network.IsValid() {
			n += quantity(r.Network)
		}
	}
	for _, d := range st.devices.list("project/" + projectID) {
		if (d.State == DeviceQueued || d.State == DeviceProvisioning) && st.addresses.count("device/"+d.ID) == 0 {
			n += d.publicIPv4()
		}
	}
	return n
}

// publicIPv4 returns how many public IPv4 addresses a device takes that come
// from none of its project's blocks.
func (d Device) publicIPv4() int {
	n := 0
	for _, s := range d.Subnets {
		if s.Family == 4 && s.Public && len(s.Reservations) == 0 {
			n += 1 << (32 - s.CIDR)
		}
	}
	return n
}

// room tells whether a project's quota lets a device have its addresses, and
// whether the blocks exist that they are to come from, and are large enough.
func (st *state) room(d Device) error {
	for _, s := range d.Subnets {
		for _, id := range s.Reservations {
			r, found := st.reservations.get(id)
			mine := found && r.ProjectID == d.ProjectID && r.Metro == d.Metro
			if !mine || !r.Network.IsValid() || r.Type != s.kind() || r.Network.Bits() > s.CIDR {
				return errInvalid(id + " is not a valid ip reservation")
			}
		}
	}
	p, _ := st.projects.get(d.ProjectID)
	if p.PublicIPv4Quota > 0 && st.publicIPv4(p.ID)+d.publicIPv4() > p.PublicIPv4Quota {
		return errInvalid(textNoSpace)
	}
	return nil
}

// DecideReservation is what the operator does with a pending reservation: it
// becomes created and gets its addresses, or it becomes denied. It fails if
// there is no such reservation, if it is not pending, and if there are not
// enough addresses.
func (s *Server) DecideReservation(id string, approve bool) error {
	return s.change(func(st *state, _ time.Time) error {
		r, found := st.reservations.get(id)
		switch {
		case !found || r.State != ReservationPending:
			return fmt.Errorf("reservation %s is not pending", id)
		case !approve:
			r.State = ReservationDenied
			st.reservations.put(r)
			return nil
		}
		if _, free := st.reserve(r, 33-bits.Len(uint(r.Quantity))); !free { //nolint:gosec // A quantity is positive.
			return fmt.Errorf("cannot approve reservation %s: no block of %d addresses is free", id, r.Quantity)
		}
		return nil
	})
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
