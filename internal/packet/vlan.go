// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
)

const routeProjectVLANs = "/projects/{id}/virtual-networks"

// A VLAN is a layer-2 network of a project.
type VLAN struct {
	// ID is the VLAN's UUID.
	ID string
	// VXLAN is its number, 2 to 3999, which is unique in a metro.
	VXLAN int
}

// ListVLANs returns the VLANs of a project.
func (c *Client) ListVLANs(ctx context.Context, projectID string) ([]VLAN, error) {
	if err := checkID(http.MethodGet, routeProjectVLANs, "project", projectID); err != nil {
		return nil, err
	}
	return listing[vlanBody, VLAN]{
		request: request{route: routeProjectVLANs, list: "virtual_networks"},
		path:    "projects/" + projectID + "/virtual-networks", translate: (*call).vlan,
	}.all(ctx, c)
}

type vlanBody struct {
	ID    word `json:"id"`
	VXLAN int  `json:"vxlan"`
}

func (l *call) vlan(v vlanBody) (VLAN, error) {
	if !ValidID(string(v.ID)) {
		return VLAN{}, l.unusable("the answer holds a vlan without an id")
	}
	return VLAN{ID: string(v.ID), VXLAN: v.VXLAN}, nil
}
