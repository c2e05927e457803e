// SPDX-License-Identifier: Apache-2.0

package packetsim

import "net/http"

// metadataView is the document that a device reads about itself. The real
// service tells devices apart by their address; here the path names one.
type metadataView struct {
	ID              string          `json:"id"`
	Hostname        string          `json:"hostname"`
	IQN             string          `json:"iqn"`
	OperatingSystem systemView      `json:"operating_system"`
	Plan            string          `json:"plan"`
	Class           string          `json:"class"`
	Metro           string          `json:"metro"`
	Facility        string          `json:"facility"`
	PrivateSubnets  []string        `json:"private_subnets"`
	Tags            []string        `json:"tags"`
	SSHKeys         []string        `json:"ssh_keys"`
	CustomData      jsonObject      `json:"customdata"`
	Network         metadataNetwork `json:"network"`
	// Neighbors is missing until there is a session: boot scripts poll for it.
	Neighbors []neighborView `json:"bgp_neighbors,omitempty"`
	Volumes   []string       `json:"volumes"`
}

type metadataNetwork struct {
	Bonding    map[string]int      `json:"bonding"`
	Interfaces []metadataInterface `json:"interfaces"`
	Addresses  []assignmentView    `json:"addresses"`
}

type metadataInterface struct {
	Name string `json:"name"`
	MAC  string `json:"mac"`
	Bond string `json:"bond,omitempty"`
}

func metadataRoutes() []route {
	return []route{
		{http.MethodGet, "/devices/{id}/metadata", (*call).getMetadata},
		{http.MethodGet, "/devices/{id}/customdata", (*call).getCustomData},
	}
}

func (c *call) getCustomData() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(object(d.CustomData))
}

func (c *call) getMetadata() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	o, _ := findSystem(d.OperatingSystem)
	p, _ := findPlan(d.Plan)
	out := metadataView{
		ID: d.ID, Hostname: d.Hostname, IQN: d.iqn(), OperatingSystem: o.render(), Plan: d.Plan, Class: p.class,
		Metro: d.Metro, Facility: d.Facility, PrivateSubnets: []string{"10.0.0.0/8"}, Tags: list(d.Tags), SSHKeys: []string{},
		CustomData: object(d.CustomData), Volumes: []string{}, Neighbors: c.st.neighbors(d),
		Network: metadataNetwork{Bonding: map[string]int{"mode": 4}, Interfaces: []metadataInterface{}, Addresses: []assignmentView{}},
	}
	for _, k := range c.st.keysOf(d) {
		out.SSHKeys = append(out.SSHKeys, k.Key)
	}
	for _, port := range c.st.ports.list("device/" + d.ID) {
		if port.Type == portPhysical {
			out.Network.Interfaces = append(out.Network.Interfaces, metadataInterface{Name: port.Name, MAC: port.MAC, Bond: port.BondName})
		}
	}
	for _, a := range c.st.addresses.list("device/" + d.ID) {
		out.Network.Addresses = append(out.Network.Addresses, a.render(c.view))
	}
	return ok(out)
}
