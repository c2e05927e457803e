// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
	"strconv"
)

func portRoutes() []route {
	return []route{
		{http.MethodGet, "/ports/{id}", (*call).getPort},
		{http.MethodPost, "/ports/{id}/assign", (*call).assignVLAN},
		{http.MethodPost, "/ports/{id}/unassign", (*call).unassignVLAN},
		{http.MethodPost, "/ports/{id}/native-vlan", (*call).setNativeVLAN},
		{http.MethodDelete, "/ports/{id}/native-vlan", (*call).dropNativeVLAN},
	}
}

// port returns the port with the given id, if the caller may use its device.
func (c *call) port(id string) (Port, Device, error) {
	p, found := c.st.ports.get(id)
	if !found {
		return Port{}, Device{}, errNotFound()
	}
	d, err := c.device(p.DeviceID)
	return p, d, err
}

func (c *call) getPort() (answer, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(p.render(c.view))
}

// portWithVLAN returns the port of the path and the VLAN of the body.
func (c *call) portWithVLAN() (Port, VLAN, error) {
	p, d, err := c.port(c.param("id"))
	if err != nil {
		return Port{}, VLAN{}, err
	}
	req := struct {
		VLAN string `json:"vnid"`
	}{c.query.Get("vnid")}
	if err := c.decode(&req); err != nil {
		return Port{}, VLAN{}, err
	}
	n, found := c.st.findVLAN(d.ProjectID, req.VLAN)
	if !found {
		return Port{}, VLAN{}, errNotFound()
	}
	return p, n, nil
}

func (c *call) assignVLAN() (answer, error) {
	p, n, err := c.portWithVLAN()
	if err != nil {
		return answer{}, err
	}
	if slices.Contains(p.VLANIDs, n.ID) {
		return answer{}, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " already assigned")
	}
	p.VLANIDs = append(slices.Clone(p.VLANIDs), n.ID)
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

func (c *call) unassignVLAN() (answer, error) {
	p, n, err := c.portWithVLAN()
	if err != nil {
		return answer{}, err
	}
	if !slices.Contains(p.VLANIDs, n.ID) {
		return answer{}, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " already unassigned")
	}
	p.VLANIDs = slices.DeleteFunc(slices.Clone(p.VLANIDs), func(id string) bool { return id == n.ID })
	if p.NativeVLANID == n.ID {
		p.NativeVLANID = ""
	}
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

func (c *call) setNativeVLAN() (answer, error) {
	p, n, err := c.portWithVLAN()
	if err != nil {
		return answer{}, err
	}
	if !slices.Contains(p.VLANIDs, n.ID) {
		return answer{}, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " not assigned")
	}
	p.NativeVLANID = n.ID
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

func (c *call) dropNativeVLAN() (answer, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	p.NativeVLANID = ""
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

// vlanLink renders a reference to a VLAN.
func (v view) vlanLink(field, id string) link {
	return v.link(field, "/virtual-networks/"+id, func(v view) any {
		n, _ := v.st.vlans.get(id)
		return n.render(v)
	})
}
