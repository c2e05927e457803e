// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"

	"github.com/packethost/packngo"
)

const routeDeviceNeighbors = "/devices/{id}/bgp/neighbors"

// A Neighbor tells a device how to peer: what a BGP daemon on it needs.
type Neighbor struct {
	// AddressFamily is "ipv4" or "ipv6", as in a Session.
	AddressFamily string
	// CustomerAS and CustomerIP are the device's side.
	CustomerAS int64
	CustomerIP string
	// PeerAS and PeerIPs are the routers' side.
	PeerAS  int64
	PeerIPs []string
	// MD5Enabled says that the peers want the MD5Password (RFC 2385).
	MD5Enabled  bool
	MD5Password Secret
	// Multihop says that the peers are more than one hop away.
	Multihop bool
	// RoutesIn are the routes the routers accept, RoutesOut those they
	// announce.
	RoutesIn, RoutesOut []Route
}

// A Route is a prefix that is accepted or announced.
type Route struct {
	// Prefix in CIDR notation.
	Prefix string
	// Exact excludes longer prefixes within it.
	Exact bool
}

// ListNeighbors returns how a device's sessions peer, one entry per session; a
// device without sessions has none.
func (c *Client) ListNeighbors(ctx context.Context, deviceID string) ([]Neighbor, error) {
	if err := checkID(http.MethodGet, routeDeviceNeighbors, "device", deviceID); err != nil {
		return nil, err
	}
	var got []packngo.BGPNeighbor
	l, err := c.do(ctx, request{route: routeDeviceNeighbors, list: "bgp_neighbors"}, func(p *packngo.Client) (err error) {
		got, _, err = p.Devices.ListBGPNeighbors(deviceID, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Neighbor, 0, len(got))
	for _, g := range got {
		family := familyName(g.AddressFamily)
		if family == "" {
			return nil, l.unusable("the answer holds a neighbor of an unknown address family")
		}
		out = append(out, Neighbor{
			AddressFamily: family,
			CustomerAS:    int64(g.CustomerAs),
			CustomerIP:    g.CustomerIP,
			PeerAS:        int64(g.PeerAs),
			PeerIPs:       g.PeerIps,
			MD5Enabled:    g.Md5Enabled,
			MD5Password:   Secret(g.Md5Password),
			Multihop:      g.Multihop,
			RoutesIn:      routes(g.RoutesIn),
			RoutesOut:     routes(g.RoutesOut),
		})
	}
	return out, nil
}

func routes(in []packngo.BGPRoute) []Route {
	var out []Route
	for _, r := range in {
		out = append(out, Route{Prefix: r.Route, Exact: r.Exact})
	}
	return out
}
