// SPDX-License-Identifier: Apache-2.0

package packetsim

import "net/http"

// metadataView is the document that a device reads about itself.
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
	Storage         jsonObject      `json:"storage"`
	Specs           jsonObject      `json:"specs"`
	Spot            jsonObject      `json:"spot"`
	State           string          `json:"state"`
	Reserved        bool            `json:"reserved"`
	SwitchShortID   string          `json:"switch_short_id"`
	// The addresses of the metadata service itself, where it is what answers.
	APIURL       string `json:"api_url,omitempty"`
	PhoneHomeURL string `json:"phone_home_url,omitempty"`
	UserStateURL string `json:"user_state_url,omitempty"`
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
	return []route{{http.MethodGet, "/devices/{id}/metadata", (*call).getMetadata}}
}

func (c *call) getMetadata() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(d.metadata(c.view))
}

func (d Device) metadata(v view) metadataView {
	o, _ := findSystem(d.OperatingSystem)
	p, _ := findPlan(d.Plan)
	out := metadataView{
		ID: d.ID, Hostname: d.Hostname, IQN: d.iqn(), OperatingSystem: o.render(), Plan: d.Plan, Class: p.class,
		Metro: d.Metro, Facility: d.Facility, PrivateSubnets: []string{"10.0.0.0/8"}, Tags: list(d.Tags), SSHKeys: []string{},
		CustomData: object(d.CustomData), Storage: object(d.Storage), Specs: p.specs(), Spot: jsonObject{}, Volumes: []string{},
		State: d.State, Reserved: d.HardwareID != "", SwitchShortID: d.switchID(), Neighbors: v.st.neighbors(d),
		Network: metadataNetwork{Bonding: map[string]int{"mode": 4}, Interfaces: []metadataInterface{}, Addresses: []assignmentView{}},
	}
	if t := d.TerminationTime; d.SpotInstance && t != nil {
		out.Spot["termination_time"] = stamp(*t)
	}
	for _, k := range v.st.keysOf(d) {
		out.SSHKeys = append(out.SSHKeys, k.Key)
	}
	for _, port := range v.st.ports.list("device/" + d.ID) {
		if port.Type == portPhysical {
			out.Network.Interfaces = append(out.Network.Interfaces, port.metadata())
		}
	}
	for _, a := range v.st.addresses.list("device/" + d.ID) {
		out.Network.Addresses = append(out.Network.Addresses, a.render(v))
	}
	return out
}

func (p Port) metadata() metadataInterface {
	out := metadataInterface{Name: p.Name, MAC: p.MAC}
	if p.Bonded {
		out.Bond = p.BondName
	}
	return out
}
