// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/netip"
	"time"

	kjson "sigs.k8s.io/json"
)

// A Subnet is a request for addresses of a device.
type Subnet struct {
	Family int  `json:"address_family"`
	Public bool `json:"public"`
	CIDR   int  `json:"cidr,omitempty"`
	// Reservations are the ids of blocks to take the addresses from.
	Reservations []string `json:"ip_reservations,omitempty"`
}

// UnmarshalJSON decodes a subnet, which is public unless it says otherwise.
func (s *Subnet) UnmarshalJSON(b []byte) error {
	type plain Subnet
	p := plain{Public: true}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(b, &p); err != nil {
		return err
	}
	*s = Subnet(p)
	return nil
}

// kind returns the type of the blocks that the addresses come from.
func (s *Subnet) kind() string {
	switch {
	case s.Family == 6:
		return publicIPv6
	case !s.Public:
		return privateIPv4
	}
	return publicIPv4
}

// defaultSubnets returns what a device gets whose request names no addresses.
func defaultSubnets() []Subnet {
	return []Subnet{{Family: 4, Public: true, CIDR: 31}, {Family: 6, Public: true, CIDR: 127}, {Family: 4, CIDR: 31}}
}

// An Address is an address, or a small prefix, that a device has.
type Address struct {
	ID        string `json:"id"`
	DeviceID  string `json:"device_id"`
	ProjectID string `json:"project_id"`
	// BlockID is the reservation it was taken from.
	BlockID string `json:"block_id"`
	PortID  string `json:"port_id"`
	Address string `json:"address"`
	Gateway string `json:"gateway"`
	// Network has the length that the API calls cidr.
	Network netip.Prefix `json:"network"`
	Public  bool         `json:"public"`
	// Management is true for the addresses given at creation.
	Management bool       `json:"management"`
	Global     bool       `json:"global,omitempty"`
	Tags       []string   `json:"tags,omitempty"`
	CustomData jsonObject `json:"customdata,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
}

func (a Address) recordID() string { return a.ID }

func (a Address) indexKeys() []string {
	return []string{"device/" + a.DeviceID, "block/" + a.BlockID, "address/" + a.Address}
}

type assignmentView struct {
	ID            string     `json:"id"`
	AddressFamily int        `json:"address_family"`
	Address       string     `json:"address"`
	Gateway       string     `json:"gateway"`
	Network       string     `json:"network"`
	Netmask       string     `json:"netmask"`
	CIDR          int        `json:"cidr"`
	Public        bool       `json:"public"`
	Management    bool       `json:"management"`
	Manageable    bool       `json:"manageable"`
	Enabled       bool       `json:"enabled"`
	GlobalIP      *bool      `json:"global_ip"`
	Tags          []string   `json:"tags"`
	CustomData    jsonObject `json:"customdata"`
	CreatedAt     stamp      `json:"created_at"`
	Project       link       `json:"project"`
	ProjectLite   link       `json:"project_lite"`
	AssignedTo    link       `json:"assigned_to"`
	Interface     link       `json:"interface"`
	ParentBlock   parentView `json:"parent_block"`
	Type          string     `json:"type"`
	Href          string     `json:"href"`
}

// parentView is the block an address comes from.
type parentView struct {
	Network string `json:"network"`
	Netmask string `json:"netmask"`
	CIDR    int    `json:"cidr"`
	Href    string `json:"href"`
}

// subnets returns the addresses a device request asks for.
func (r deviceRequest) subnets() ([]Subnet, error) {
	if len(r.Subnets) > maxSubnets {
		return nil, errInvalid(fmt.Sprintf("Ip addresses are more than %d", maxSubnets))
	}
	if len(r.Subnets) == 0 {
		subnets := defaultSubnets()
		if r.PublicV4Size != 0 {
			subnets[0].CIDR = int(r.PublicV4Size)
		}
		return subnets, validSubnets(subnets)
	}
	subnets := make([]Subnet, 0, len(r.Subnets))
	for _, s := range r.Subnets {
		if s.CIDR == 0 {
			s.CIDR = 31
			if s.Family == 6 {
				s.CIDR = 127
			}
		}
		subnets = append(subnets, s)
	}
	return subnets, validSubnets(subnets)
}

// maxSubnets is how many pieces of addresses one request can ask for. The limit
// is our own; it keeps a request from emptying a metro.
const maxSubnets = 64

// minIPv6Length is the prefix length of the most IPv6 addresses that a device
// can have in one piece.
const minIPv6Length = 124

// validSubnets checks families and sizes, and that there is a private IPv4
// address: the machine is managed through it.
func validSubnets(subnets []Subnet) error {
	private := false
	for _, s := range subnets {
		low, high := 28, 32
		switch {
		case s.Family == 6:
			low, high = minIPv6Length, 127
		case s.Family != 4:
			return errInvalid("Address family must be 4 or 6")
		}
		if s.CIDR < low || s.CIDR > high {
			return errInvalid("Cidr is invalid")
		}
		if s.Family == 4 && s.CIDR < 30 && s.Public && len(s.Reservations) == 0 {
			return errInvalid("Subnets larger than /30 must come from ip reservations")
		}
		private = private || s.Family == 4 && !s.Public
	}
	if !private {
		return errInvalid("A private IPv4 address is required")
	}
	return nil
}

// addressDevice gives a device the addresses it is to get.
func (st *state) addressDevice(d Device, now time.Time) {
	for _, s := range d.Subnets {
		block, network, ok := st.cut(d, s, now)
		if !ok {
			continue
		}
		// The lower address is the gateway, the upper one the device's.
		gateway := network.Addr()
		address := gateway
		if network.Bits() < gateway.BitLen() {
			address = gateway.Next()
		}
		st.addresses.put(Address{
			ID: newID(), DeviceID: d.ID, ProjectID: d.ProjectID, BlockID: block.ID, PortID: fixedID(d.ID + "/bond0"),
			Address: address.String(), Gateway: gateway.String(), Network: network, Public: s.Public, Management: true, CreatedAt: now,
		})
	}
}

// cut takes a device's subnet from a block, which it reserves if need be.
func (st *state) cut(d Device, s Subnet, now time.Time) (Reservation, netip.Prefix, bool) {
	want := Reservation{ID: newID(), ProjectID: d.ProjectID, Type: s.kind(), Metro: d.Metro, Facility: d.Facility, Management: true, RequestedBy: d.CreatedBy, CreatedAt: now}
	bits := s.CIDR
	switch want.Type {
	case publicIPv6:
		bits = 56
	case privateIPv4:
		bits = 25
	}
	var blocks []Reservation
	for _, id := range s.Reservations {
		if r, found := st.reservations.get(id); found && r.ProjectID == d.ProjectID {
			blocks = append(blocks, r)
		}
	}
	site := want.siteKey()
	if want.Type != publicIPv4 {
		// The block that had room last has it most likely, of many.
		if r, found := st.reservations.get(st.pools.roomy[site]); found {
			blocks = append(blocks, r)
		}
		if block, network, ok := st.take(blocks, s.CIDR); ok {
			return block, network, true
		}
		blocks = st.reservations.list(site)
	}
	block, network, ok := st.take(blocks, s.CIDR)
	if !ok {
		if block, ok = st.reserve(want, bits); !ok {
			return block, netip.Prefix{}, false
		}
		network, ok = st.pools.block(block).take(s.CIDR)
	}
	st.pools.roomy[site] = block.ID
	return block, network, ok
}

// take takes a subnet from the first of the blocks that has room for it.
func (st *state) take(blocks []Reservation, cidr int) (Reservation, netip.Prefix, bool) {
	for _, b := range blocks {
		if !b.Network.IsValid() {
			continue // Nobody approved it yet.
		}
		if network, ok := st.pools.block(b).take(cidr); ok {
			return b, network, true
		}
	}
	return Reservation{}, netip.Prefix{}, false
}

// removeAddress takes an address from its device. A block that was made for
// this address alone goes with it.
func (st *state) removeAddress(a Address) {
	st.addresses.delete(a.ID)
	block, found := st.reservations.get(a.BlockID)
	if !found {
		return
	}
	st.pools.block(block).release(a.Network)
	if block.Management && block.Type == publicIPv4 {
		st.unreserve(block)
	}
}

// managementAddress returns the address of a device that BGP uses: the private
// one for IPv4, the public one for IPv6.
func (st *state) managementAddress(deviceID string, fam int) (Address, bool) {
	return find(st.addresses.list("device/"+deviceID), func(a Address) bool {
		return a.Management && family(a.Network.Addr()) == fam && a.Public == (fam == 6)
	})
}

func (c *call) listDeviceAddresses() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	views := []assignmentView{}
	for _, a := range c.st.addresses.list("device/" + d.ID) {
		views = append(views, a.render(c.view))
	}
	return ok(struct {
		Addresses []assignmentView `json:"ip_addresses"`
	}{views})
}

func (a Address) render(v view) assignmentView {
	out := assignmentView{
		ID: a.ID, AddressFamily: family(a.Network.Addr()), Address: a.Address, Gateway: a.Gateway, Network: a.Network.Addr().String(),
		Netmask: netmask(a.Network), CIDR: a.Network.Bits(), Public: a.Public, Management: a.Management, Manageable: true, Enabled: true, Type: "IPAssignment",
		Tags: list(a.Tags), CustomData: object(a.CustomData), CreatedAt: stamp(a.CreatedAt),
		Project: v.projectLink("project", a.ProjectID), ProjectLite: v.projectLink("project_lite", a.ProjectID),
		AssignedTo: v.deviceLink("assigned_to", a.DeviceID), Interface: v.link("interface", "/ports/"+a.PortID, nil), Href: v.href("/ips/" + a.ID),
	}
	if a.Global {
		out.GlobalIP = &a.Global
	}
	if b, found := v.st.reservations.get(a.BlockID); found {
		out.ParentBlock = parentView{Network: b.Network.Addr().String(), Netmask: netmask(b.Network), CIDR: b.Network.Bits(), Href: v.href("/ips/" + b.ID)}
	}
	return out
}
