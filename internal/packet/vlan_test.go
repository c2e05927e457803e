// SPDX-License-Identifier: Apache-2.0

package packet

import "context"

const vlanID = "0b5bd9b5-8a4c-4c2f-9c0c-2d6c0e1f7a01"

var vlanMethods = map[string]method{
	"ListVLANs": {
		reason: "The VLANs of a project should be translated.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListVLANs(ctx, id) },
		id:     projectID,
		answer: answering(200, `{"virtual_networks":[{"id":"`+vlanID+`","description":null,"vxlan":1000,"metro_code":"sv","metro":{"href":"/metal/v1/locations/metros/x"}}]}`),
		wire:   seen{Method: "GET", URI: "/metal/v1/projects/" + projectID + "/virtual-networks?page=1&per_page=250"},
		want:   []VLAN{{ID: vlanID, VXLAN: 1000}},
	},
}
