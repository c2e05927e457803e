// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"math/bits"
	"net/http"
	"slices"
	"time"
)

// A MetalGateway is the router of a VLAN, with the addresses of a reservation.
type MetalGateway struct {
	ID            string `json:"id"`
	ProjectID     string `json:"project_id"`
	VLANID        string `json:"vlan_id"`
	ReservationID string `json:"reservation_id"`
	// Private is true if the reservation was made for the gateway, and goes
	// with it.
	Private   bool      `json:"private,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func (g MetalGateway) recordID() string { return g.ID }

func (g MetalGateway) indexKeys() []string {
	return []string{"project/" + g.ProjectID, "vlan/" + g.VLANID, "reservation/" + g.ReservationID}
}

type gatewayView struct {
	ID             string `json:"id"`
	State          string `json:"state"`
	Project        link   `json:"project"`
	VirtualNetwork link   `json:"virtual_network"`
	IPReservation  link   `json:"ip_reservation"`
	CreatedAt      stamp  `json:"created_at"`
	UpdatedAt      stamp  `json:"updated_at"`
	Href           string `json:"href"`
}

// gatewayRequest is the body that creates a gateway: with a reservation of the
// project, or with the size of a private one.
type gatewayRequest struct {
	VLAN        string      `json:"virtual_network_id"`
	Reservation string      `json:"ip_reservation_id"`
	PrivateSize looseNumber `json:"private_ipv4_subnet_size"`
}

func gatewayRoutes() []route {
	return []route{
		{http.MethodGet, "/projects/{id}/metal-gateways", (*call).listGateways},
		{http.MethodPost, "/projects/{id}/metal-gateways", (*call).createGateway},
		{http.MethodGet, "/metal-gateways/{id}", (*call).getGateway},
		{http.MethodDelete, "/metal-gateways/{id}", (*call).deleteGateway},
	}
}

func (c *call) listGateways() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	page, meta := paginate(c, c.st.gateways.list("project/"+p.ID))
	views := make([]gatewayView, 0, len(page))
	for _, g := range page {
		views = append(views, g.render(c.view))
	}
	return ok(struct {
		Gateways []gatewayView `json:"metal_gateways"`
		Meta     pageMeta      `json:"meta"`
	}{views, meta})
}

func (c *call) createGateway() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req gatewayRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	n, found := c.st.vlans.get(req.VLAN)
	if !found || n.ProjectID != p.ID || n.Metro == "" {
		return answer{}, errInvalid("Virtual network must be one of the project in a metro")
	}
	g := MetalGateway{ID: newID(), ProjectID: p.ID, VLANID: n.ID, CreatedAt: c.now}
	if err := c.addressGateway(&g, n, req); err != nil {
		return answer{}, err
	}
	c.st.gateways.put(g)
	return created(g.render(c.view))
}

// addressGateway gives a gateway the reservation that the request asks for.
func (c *call) addressGateway(g *MetalGateway, n VLAN, req gatewayRequest) error {
	size := int(req.PrivateSize)
	if req.Reservation != "" {
		r, found := c.st.reservations.get(req.Reservation)
		switch {
		case !found || r.ProjectID != g.ProjectID || r.Management || !r.Network.IsValid() || r.Metro != n.Metro:
			return errInvalid("Ip reservation must be one of the project in the metro of the virtual network")
		case c.st.addresses.count("block/"+r.ID)+c.st.gateways.count("reservation/"+r.ID) > 0:
			return errInvalid("Ip reservation is in use")
		}
		g.ReservationID = r.ID
		return nil
	}
	if !slices.Contains([]int{8, 16, 32, 64, 128}, size) {
		return errInvalid("Private ipv4 subnet size is not included in the list")
	}
	r := Reservation{ID: newID(), ProjectID: g.ProjectID, Type: privateIPv4, Metro: n.Metro, Quantity: size, RequestedBy: c.who.UserID, CreatedAt: c.now}
	r, free := c.st.reserve(r, 33-bits.Len(uint(size))) //nolint:gosec // One of the sizes above.
	if !free {
		return errInvalid("There is no private space left")
	}
	g.ReservationID, g.Private = r.ID, true
	return nil
}

// gateway returns the gateway of the path, if the caller may use its project.
func (c *call) gateway() (MetalGateway, error) {
	g, found := c.st.gateways.get(c.param("id"))
	if !found {
		return g, errNotFound()
	}
	return g, c.within(g.ProjectID)
}

func (c *call) getGateway() (answer, error) {
	g, err := c.gateway()
	if err != nil {
		return answer{}, err
	}
	return ok(g.render(c.view))
}

// deleteGateway answers with the gateway in its last state; it is gone at once.
func (c *call) deleteGateway() (answer, error) {
	g, err := c.gateway()
	if err != nil {
		return answer{}, err
	}
	out := g.render(c.view)
	out.State = "deleting"
	c.st.gateways.delete(g.ID)
	if r, found := c.st.reservations.get(g.ReservationID); found && g.Private {
		c.st.unreserve(r)
	}
	return answer{http.StatusAccepted, out}, nil
}

// render shows a gateway as active once a device is in its VLAN.
func (g MetalGateway) render(v view) gatewayView {
	out := gatewayView{
		ID: g.ID, State: "ready", Project: v.projectLink("project", g.ProjectID), VirtualNetwork: v.vlanLink("virtual_network", g.VLANID),
		IPReservation: v.whole("ip_reservation", "/ips/"+g.ReservationID, func(v view) any {
			r, _ := v.st.reservations.get(g.ReservationID)
			return r.render(v)
		}),
		CreatedAt: stamp(g.CreatedAt), UpdatedAt: stamp(g.CreatedAt), Href: v.href("/metal-gateways/" + g.ID),
	}
	if v.st.ports.count("vlan/"+g.VLANID) > 0 {
		out.State = "active"
	}
	return out
}
