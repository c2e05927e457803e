// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// Types of ports.
const (
	portBond     = "NetworkBondPort"
	portPhysical = "NetworkPort"
)

// A Port is a network port of a device, or the bond of such ports.
type Port struct {
	ID       string `json:"id"`
	DeviceID string `json:"device_id"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	MAC      string `json:"mac,omitempty"`
	// Bonded is true for a physical port in its bond, and for a bond with such
	// ports.
	Bonded   bool   `json:"bonded"`
	BondID   string `json:"bond_id,omitempty"`
	BondName string `json:"bond_name,omitempty"`
	// Layer2 is true for a bond that was converted: it carries VLANs only, and
	// its device has no addresses.
	Layer2 bool       `json:"layer2,omitempty"`
	VLANs  []PortVLAN `json:"vlans,omitempty"`
}

// A PortVLAN is a VLAN on a port.
type PortVLAN struct {
	VLANID string `json:"vlan_id"`
	// Native is true for the one VLAN whose packets have no tag.
	Native     bool      `json:"native,omitempty"`
	AssignedAt time.Time `json:"assigned_at"`
}

func (p Port) recordID() string { return p.ID }

func (p Port) indexKeys() []string {
	keys := []string{"device/" + p.DeviceID}
	for _, a := range p.VLANs {
		keys = append(keys, "vlan/"+a.VLANID)
	}
	return keys
}

// members returns the physical ports that belong to a bond, bonded or not.
func (st *state) members(bond Port) []Port {
	return slices.DeleteFunc(st.ports.list("device/"+bond.DeviceID), func(p Port) bool { return p.BondID != bond.ID })
}

// networkType returns what the API calls the network type of a bond.
func (st *state) networkType(bond Port) string {
	switch {
	case bond.Layer2 && bond.Bonded:
		return "layer2-bonded"
	case bond.Layer2:
		return "layer2-individual"
	case slices.ContainsFunc(st.members(bond), func(p Port) bool { return !p.Bonded }):
		return "hybrid"
	case len(bond.VLANs) > 0:
		return "hybrid-bonded"
	}
	return "layer3"
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

// newPorts returns the ports of a new device: all physical ones in one bond,
// but for eth1 of the plan that is hybrid by nature.
func newPorts(d Device) []Port {
	p, _ := findPlan(d.Plan)
	bond := Port{ID: fixedID(d.ID + "/bond0"), DeviceID: d.ID, Type: portBond, Name: "bond0", Bonded: true}
	ports := []Port{bond}
	for i := range p.ports {
		name := fmt.Sprintf("eth%d", i)
		sum := sha256.Sum256([]byte(d.ID + name))
		ports = append(ports, Port{
			ID: fixedID(d.ID + "/" + name), DeviceID: d.ID, Type: portPhysical, Name: name, Bonded: p.slug != hybridPlan || i == 0, BondID: bond.ID, BondName: bond.Name,
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
		out.NetworkType = v.st.networkType(p)
	}
	for _, a := range p.VLANs {
		out.VirtualNetworks = append(out.VirtualNetworks, v.vlanLink("virtual_networks", a.VLANID))
		if a.Native {
			l := v.vlanLink("native_virtual_network", a.VLANID)
			out.NativeVLAN = &l
		}
	}
	if p.BondID != "" && p.Bonded {
		out.Bond = &portBind{ID: p.BondID, Name: p.BondName}
	}
	return out
}
