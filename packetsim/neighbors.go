// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"net/netip"
)

// routerASN is the autonomous system of the routers above the devices.
const routerASN = 65530

// neighborView is a session as a device needs to know it to configure its
// speaker. It is derived: there is nothing to create.
type neighborView struct {
	AddressFamily int         `json:"address_family"`
	CustomerASN   int64       `json:"customer_as"`
	CustomerIP    string      `json:"customer_ip"`
	MD5Enabled    bool        `json:"md5_enabled"`
	MD5Password   *string     `json:"md5_password"`
	Multihop      bool        `json:"multihop"`
	PeerASN       int         `json:"peer_as"`
	PeerIPs       []string    `json:"peer_ips"`
	RoutesIn      []routeView `json:"routes_in"`
	RoutesOut     []routeView `json:"routes_out"`
}

type routeView struct {
	Route string `json:"route"`
	Exact bool   `json:"exact"`
}

func neighborRoutes() []route {
	return []route{{http.MethodGet, "/devices/{id}/bgp/neighbors", (*call).listNeighbors}}
}

func (c *call) listNeighbors() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Neighbors []neighborView `json:"bgp_neighbors"`
	}{c.st.neighbors(d)})
}

// neighbors returns one entry for every session of a device.
func (st *state) neighbors(d Device) []neighborView {
	out := []neighborView{}
	cfg, _ := st.configs.get(d.ProjectID)
	f, _ := findFacility(d.Facility)
	for _, s := range st.sessions.list("device/" + d.ID) {
		n := neighborView{
			AddressFamily: 4, CustomerASN: cfg.ASN, MD5Enabled: cfg.MD5 != "", MD5Password: orNull(cfg.MD5),
			Multihop: f.ibx, PeerASN: routerASN, PeerIPs: []string{"169.254.255.1", "169.254.255.2"},
			RoutesIn: []routeView{}, RoutesOut: []routeView{},
		}
		defaultRoute := "0.0.0.0/0"
		if s.AddressFamily == "ipv6" {
			n.AddressFamily, n.PeerIPs, defaultRoute = 6, []string{"fc00::e", "fc00::f"}, "::/0"
		}
		a, found := st.managementAddress(d.ID, n.AddressFamily)
		if !found {
			// A device in layer 2 has nothing to peer with.
			continue
		}
		n.CustomerIP = a.Address
		if !f.ibx {
			// Legacy sites peer with the device's own gateway.
			n.PeerIPs = []string{a.Gateway}
		}
		for _, p := range st.routesIn(d, s.AddressFamily) {
			n.RoutesIn = append(n.RoutesIn, routeView{Route: p.String()})
		}
		if s.DefaultRoute != nil && *s.DefaultRoute {
			n.RoutesOut = append(n.RoutesOut, routeView{Route: defaultRoute, Exact: true})
		}
		out = append(out, n)
	}
	return out
}

// routesIn returns what a device may announce: its project's subnets in its
// metro, the global ones, and the ranges of a global configuration.
func (st *state) routesIn(d Device, addressFamily string) []netip.Prefix {
	fam := familyNumber(addressFamily)
	var out []netip.Prefix
	for _, r := range st.reservations.list("project/" + d.ProjectID) {
		// A block that awaits approval has no network yet, and the block of a
		// device's own public address is nothing to announce.
		if !r.Network.IsValid() || family(r.Network.Addr()) != fam || r.Management && r.Type == publicIPv4 {
			continue
		}
		if r.Metro == d.Metro || r.Metro == "" {
			out = append(out, r.Network)
		}
	}
	cfg, _ := st.configs.get(d.ProjectID)
	for _, text := range cfg.Ranges {
		if p, err := netip.ParsePrefix(text); err == nil && family(p.Addr()) == fam {
			out = append(out, p.Masked())
		}
	}
	return out
}
