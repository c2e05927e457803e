// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
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
}

// ListNeighbors returns how a device's sessions peer, one entry per session; a
// device without sessions has none.
func (c *Client) ListNeighbors(ctx context.Context, deviceID string) ([]Neighbor, error) {
	if err := checkID(http.MethodGet, routeDeviceNeighbors, "device", deviceID); err != nil {
		return nil, err
	}
	return listing[neighborBody, Neighbor]{
		request: request{route: routeDeviceNeighbors, list: "bgp_neighbors"},
		path:    "devices/" + deviceID + "/bgp/neighbors", unpaged: true, most: maxOfDevice, translate: (*call).neighbor,
	}.all(ctx, c)
}

// neighborBody is what is read of a neighbour.
type neighborBody struct {
	AddressFamily int          `json:"address_family"`
	CustomerAS    int64        `json:"customer_as"`
	CustomerIP    address      `json:"customer_ip"`
	PeerAS        int64        `json:"peer_as"`
	PeerIPs       few[address] `json:"peer_ips"`
	MD5Enabled    bool         `json:"md5_enabled"`
	MD5Password   word         `json:"md5_password"`
	Multihop      bool         `json:"multihop"`
}

func (l *call) neighbor(n neighborBody) (Neighbor, error) {
	family := familyName(n.AddressFamily)
	if family == "" {
		return Neighbor{}, l.unusable("the answer holds a neighbor of an unknown address family")
	}
	return Neighbor{
		AddressFamily: family,
		CustomerAS:    n.CustomerAS,
		CustomerIP:    string(n.CustomerIP),
		PeerAS:        n.PeerAS,
		PeerIPs:       stringsOf(n.PeerIPs),
		MD5Enabled:    n.MD5Enabled,
		MD5Password:   Secret(n.MD5Password),
		Multihop:      n.Multihop,
	}, nil
}
