// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"crypto/sha256"
	"fmt"
)

// Types of ports.
const (
	portBond     = "NetworkBondPort"
	portPhysical = "NetworkPort"
)

// A Port is a network port of a device, or the bond of such ports.
type Port struct {
	ID           string   `json:"id"`
	DeviceID     string   `json:"device_id"`
	Type         string   `json:"type"`
	Name         string   `json:"name"`
	MAC          string   `json:"mac,omitempty"`
	Bonded       bool     `json:"bonded"`
	BondID       string   `json:"bond_id,omitempty"`
	BondName     string   `json:"bond_name,omitempty"`
	VLANIDs      []string `json:"vlan_ids,omitempty"`
	NativeVLANID string   `json:"native_vlan_id,omitempty"`
}

func (p Port) recordID() string { return p.ID }

func (p Port) indexKeys() []string {
	keys := []string{"device/" + p.DeviceID}
	for _, id := range p.VLANIDs {
		keys = append(keys, "vlan/"+id)
	}
	return keys
}

type portView struct {
	ID              string    `json:"id"`
	Type            string    `json:"type"`
	Name            string    `json:"name"`
	Data            portData  `json:"data"`
	NetworkType     string    `json:"network_type,omitempty"`
	Bond            *portBind `json:"bond,omitempty"`
	NativeVLAN      *link     `json:"native_virtual_network"`
	VirtualNetworks []link    `json:"virtual_networks"`
	Disbond         bool      `json:"disbond_operation_supported"`
	Href            string    `json:"href"`
}

type portData struct {
	MAC    string `json:"mac,omitempty"`
	Bonded bool   `json:"bonded"`
}

type portBind struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// newPorts returns the ports of a new device: all physical ones in one bond.
func newPorts(d Device) []Port {
	p, _ := findPlan(d.Plan)
	bond := Port{ID: fixedID(d.ID + "/bond0"), DeviceID: d.ID, Type: portBond, Name: "bond0", Bonded: true}
	ports := []Port{bond}
	for i := range p.ports {
		name := fmt.Sprintf("eth%d", i)
		sum := sha256.Sum256([]byte(d.ID + name))
		ports = append(ports, Port{
			ID: fixedID(d.ID + "/" + name), DeviceID: d.ID, Type: portPhysical, Name: name, Bonded: true, BondID: bond.ID, BondName: bond.Name,
			MAC: fmt.Sprintf("0c:c4:7a:%02x:%02x:%02x", sum[0], sum[1], sum[2]),
		})
	}
	return ports
}

func (p Port) render(v view) portView {
	out := portView{
		ID: p.ID, Type: p.Type, Name: p.Name, Data: portData{MAC: p.MAC, Bonded: p.Bonded},
		VirtualNetworks: []link{}, Disbond: true, Href: v.href("/ports/" + p.ID),
	}
	if p.Type == portBond {
		out.NetworkType = "layer3"
	}
	for _, id := range p.VLANIDs {
		out.VirtualNetworks = append(out.VirtualNetworks, v.vlanLink("virtual_networks", id))
	}
	if p.NativeVLANID != "" {
		l := v.vlanLink("native_virtual_network", p.NativeVLANID)
		out.NativeVLAN = &l
	}
	if p.BondID != "" {
		out.Bond = &portBind{ID: p.BondID, Name: p.BondName}
	}
	return out
}
