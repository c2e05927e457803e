// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"math/bits"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
)

// maxProjectIPs is the largest page of a project's reservations.
const maxProjectIPs = 250

type reservationView struct {
	ID            string      `json:"id"`
	AddressFamily int         `json:"address_family"`
	Address       string      `json:"address"`
	Gateway       string      `json:"gateway"`
	Network       string      `json:"network"`
	Netmask       string      `json:"netmask"`
	CIDR          int         `json:"cidr"`
	Public        bool        `json:"public"`
	Management    bool        `json:"management"`
	Manageable    bool        `json:"manageable"`
	Enabled       bool        `json:"enabled"`
	GlobalIP      bool        `json:"global_ip"`
	Addon         bool        `json:"addon"`
	Bill          bool        `json:"bill"`
	Type          string      `json:"type"`
	State         string      `json:"state"`
	Details       string      `json:"details,omitempty"`
	Tags          []string    `json:"tags"`
	CustomData    jsonObject  `json:"customdata"`
	Assignments   []link      `json:"assignments"`
	Available     string      `json:"available"`
	Facility      *link       `json:"facility,omitempty"`
	Metro         *link       `json:"metro,omitempty"`
	Project       link        `json:"project"`
	ProjectLite   link        `json:"project_lite"`
	RequestedBy   *link       `json:"requested_by,omitempty"`
	ParentBlock   *parentView `json:"parent_block,omitempty"`
	CreatedAt     stamp       `json:"created_at"`
	Href          string      `json:"href"`
}

// reservationRequest is the body that reserves or changes a block.
type reservationRequest struct {
	Type       string      `json:"type"`
	Quantity   looseNumber `json:"quantity"`
	Metro      string      `json:"metro"`
	Facility   string      `json:"facility"`
	Details    *string     `json:"details"`
	Tags       *[]string   `json:"tags"`
	CustomData looseObject `json:"customdata"`
	FailFast   bool        `json:"fail_on_approval_required"`
}

func ipRoutes() []route {
	return []route{
		{http.MethodGet, "/projects/{id}/ips", (*call).listReservations},
		{http.MethodPost, "/projects/{id}/ips", (*call).createReservation},
		{http.MethodGet, "/ips/{id}", (*call).getIP},
		{http.MethodPut, "/ips/{id}", (*call).updateIP},
		{http.MethodDelete, "/ips/{id}", (*call).deleteIP},
		{http.MethodGet, "/ips/{id}/available", (*call).listAvailable},
		{http.MethodGet, "/ips/{id}/customdata", (*call).getIPCustomData},
		{http.MethodPost, "/devices/{id}/ips", (*call).assignIP},
	}
}

func (c *call) listReservations() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	types := append(c.listParam("types"), c.listParam("type")...)
	var all []Reservation
	for _, r := range c.st.reservations.list("project/" + p.ID) {
		if len(types) == 0 || slices.Contains(types, r.Type) {
			all = append(all, r)
		}
	}
	page, meta := paginateBy(c, all, maxProjectIPs, maxProjectIPs)
	views := make([]reservationView, 0, len(page))
	for _, r := range page {
		views = append(views, r.render(c.view))
	}
	return ok(struct {
		Addresses []reservationView `json:"ip_addresses"`
		Meta      pageMeta          `json:"meta"`
	}{views, meta})
}

// prefixLength returns the length of the block that is asked for, and false if
// none of that size is given out without approval.
func prefixLength(r Reservation) (int, bool) {
	if r.Type == publicIPv6 {
		return 56, r.Quantity <= 1
	}
	length, small := map[int]int{1: 32, 2: 31, 4: 30, 8: 29, 16: 28}[r.Quantity]
	return length, small
}

func (c *call) createReservation() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req reservationRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	r := Reservation{ID: newID(), ProjectID: p.ID, Type: req.Type, State: ReservationCreated, Quantity: int(req.Quantity), RequestedBy: c.who.UserID, CreatedAt: c.now}
	req.apply(&r)
	if err := req.place(&r); err != nil {
		return answer{}, err
	}
	length, small := prefixLength(r)
	if !small || p.PublicIPv4Quota > 0 && r.Type == publicIPv4 && c.st.publicIPv4(p.ID)+r.Quantity > p.PublicIPv4Quota {
		return c.askForReview(r, req)
	}
	r, free := c.st.reserve(r, length)
	if !free {
		return answer{}, errInvalid(textNoSpace)
	}
	return created(r.render(c.view))
}

// askForReview answers a request for more addresses than are given out without
// approval.
func (c *call) askForReview(r Reservation, req reservationRequest) (answer, error) {
	if n := r.Quantity; r.Type == publicIPv6 || n < 1 || n > 1<<16 || n&(n-1) != 0 {
		return answer{}, errInvalid("Quantity is invalid")
	}
	if req.FailFast {
		return answer{}, errInvalid("The requested quantity requires approval")
	}
	r.State = ReservationPending
	c.st.reservations.put(r)
	return created(r.render(c.view))
}

// place checks the type of a reservation and decides where it is.
func (q reservationRequest) place(r *Reservation) error {
	switch q.Type {
	case globalIPv4:
		return nil
	case publicIPv4, privateIPv4, publicIPv6:
	case "":
		return errInvalid("Type can't be blank")
	default:
		return errInvalid(q.Type + " is not a valid type")
	}
	if q.Facility != "" {
		f, found := findFacility(q.Facility)
		if !found {
			return errInvalid(q.Facility + " is not a valid facility")
		}
		r.Facility, r.Metro = f.code, f.metro
		return nil
	}
	m, found := findMetro(q.Metro)
	if !found {
		return errInvalid(q.Metro + " is not a valid metro")
	}
	r.Metro = m.code
	return nil
}

func (q reservationRequest) apply(r *Reservation) {
	set(&r.Details, q.Details)
	set(&r.Tags, q.Tags)
	if q.CustomData != nil {
		r.CustomData = jsonObject(q.CustomData)
	}
}

// ip finds the reservation or the assignment with the given id: one of the two
// is set if the error is nil.
func (c *call) ip(id string) (*Reservation, *Address, error) {
	if r, found := c.st.reservations.get(id); found {
		return &r, nil, c.within(r.ProjectID)
	}
	if a, found := c.st.addresses.get(id); found {
		return nil, &a, c.within(a.ProjectID)
	}
	return nil, nil, errNotFound()
}

func (c *call) getIP() (answer, error) {
	r, a, err := c.ip(c.param("id"))
	switch {
	case err != nil:
		return answer{}, err
	case r != nil:
		return ok(r.render(c.view))
	}
	return ok(a.render(c.view))
}

func (c *call) updateIP() (answer, error) {
	r, a, err := c.ip(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req reservationRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if r != nil {
		req.apply(r)
		c.st.reservations.put(*r)
		return ok(r.render(c.view))
	}
	set(&a.Tags, req.Tags)
	if req.CustomData != nil {
		a.CustomData = jsonObject(req.CustomData)
	}
	c.st.addresses.put(*a)
	return ok(a.render(c.view))
}

func (c *call) deleteIP() (answer, error) {
	r, a, err := c.ip(c.param("id"))
	switch {
	case err != nil:
		return answer{}, err
	case r == nil && a.Management:
		return answer{}, errInvalid("Cannot unassign a management address")
	case r == nil:
		c.st.removeAddress(*a)
		return noContent()
	case c.st.addresses.count("block/"+r.ID) > 0:
		return answer{}, errInvalid("Cannot delete a block with assigned addresses")
	case c.st.gateways.count("reservation/"+r.ID) > 0:
		return answer{}, errInvalid("Cannot delete a block of a metal gateway")
	}
	c.st.unreserve(*r)
	return noContent()
}

func (c *call) listAvailable() (answer, error) {
	r, _, err := c.ip(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if r == nil {
		return answer{}, errNotFound()
	}
	length, err := strconv.Atoi(c.query.Get("cidr"))
	if err != nil {
		// packngo sends the size in the body of its GET.
		var req struct {
			CIDR looseNumber `json:"cidr"`
		}
		if err := c.decode(&req); err != nil {
			return answer{}, err
		}
		length = int(req.CIDR)
	}
	out := []string{}
	if r.Network.IsValid() {
		// Not from the pools: they know the present only.
		free := newBlockPool(*r)
		for _, a := range c.st.addresses.list("block/" + r.ID) {
			free.claim(a.Network)
		}
		out = append(out, free.available(length)...)
	}
	return ok(struct {
		Available []string `json:"available"`
	}{out})
}

func (c *call) getIPCustomData() (answer, error) {
	r, a, err := c.ip(c.param("id"))
	switch {
	case err != nil:
		return answer{}, err
	case r != nil:
		return ok(object(r.CustomData))
	}
	return ok(object(a.CustomData))
}

// assignRequest is the body that gives a reserved address to a device.
type assignRequest struct {
	Address string `json:"address"`
}

func (c *call) assignIP() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req assignRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	part, err := netip.ParsePrefix(req.Address)
	if one, bare := netip.ParseAddr(req.Address); bare == nil {
		part, err = one.Prefix(one.BitLen())
	}
	switch {
	case err != nil:
		return answer{}, errInvalid("Address is invalid")
	case part.Addr().Is6() && part.Bits() < minIPv6Length:
		return answer{}, errInvalid("Cidr is invalid")
	}
	if bond, _ := c.st.ports.get(fixedID(d.ID + "/bond0")); bond.Layer2 {
		return answer{}, errInvalid("Device is in layer 2")
	}
	for _, r := range c.st.reservations.list("project/" + d.ProjectID) {
		if r.Management || !r.Network.IsValid() || c.st.gateways.count("reservation/"+r.ID) > 0 || !r.Network.Contains(part.Addr()) || part.Bits() < r.Network.Bits() {
			continue
		}
		if r.Type != globalIPv4 && r.Metro != d.Metro {
			return answer{}, errInvalid("Address is not in the metro of the device")
		}
		if !c.st.pools.block(r).claim(part) {
			return answer{}, errInvalid("Address has already been taken")
		}
		a := Address{
			ID: newID(), DeviceID: d.ID, ProjectID: d.ProjectID, BlockID: r.ID, PortID: fixedID(d.ID + "/bond0"),
			Address: part.Addr().String(), Gateway: part.Addr().String(), Network: part.Masked(),
			Public: r.public(), Global: r.Type == globalIPv4, CreatedAt: c.now,
		}
		c.st.addresses.put(a)
		return created(a.render(c.view))
	}
	return answer{}, errNotFound()
}

func (r Reservation) render(v view) reservationView {
	out := reservationView{
		ID: r.ID, AddressFamily: 4, CIDR: r.Network.Bits(), Public: r.public(), Management: r.Management, Manageable: !r.Management, Enabled: true,
		GlobalIP: r.Type == globalIPv4, Addon: !r.Management, Bill: !r.Management, Type: r.Type, State: r.State, Details: r.Details,
		Tags: list(r.Tags), CustomData: object(r.CustomData), Available: v.href("/ips/" + r.ID + "/available"), CreatedAt: stamp(r.CreatedAt),
		Project: v.projectLink("project", r.ProjectID), ProjectLite: v.projectLink("project_lite", r.ProjectID), Href: v.href("/ips/" + r.ID),
		Assignments: links(v, "assignments", "/ips/", v.st.addresses.list("block/"+r.ID), func(v view, a Address) any { return a.render(v) }),
	}
	if r.Type == publicIPv6 {
		out.AddressFamily = 6
	}
	if !r.Network.IsValid() {
		out.CIDR = 33 - bits.Len(uint(r.Quantity)) //nolint:gosec // A quantity is positive.
	} else {
		out.AddressFamily, out.Netmask = family(r.Network.Addr()), netmask(r.Network)
		out.Address, out.Gateway, out.Network = r.Network.Addr().String(), r.Network.Addr().String(), r.Network.Addr().String()
	}
	if f, found := findFacility(r.Facility); found {
		l := v.whole("facility", "/facilities/"+f.id(), func(v view) any { return f.render(v) })
		out.Facility = &l
	}
	if m, found := findMetro(r.Metro); found {
		l := v.whole("metro", "/locations/metros/"+m.id(), func(view) any { return m.render() })
		out.Metro = &l
	}
	if r.RequestedBy != "" {
		l := v.liteUser("requested_by", r.RequestedBy)
		out.RequestedBy = &l
	}
	return out
}
