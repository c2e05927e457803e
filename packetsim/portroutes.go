// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

func portRoutes() []route {
	return []route{
		{http.MethodGet, "/ports/{id}", (*call).getPort},
		{http.MethodPost, "/ports/{id}/assign", (*call).assignVLAN},
		{http.MethodPost, "/ports/{id}/unassign", (*call).unassignVLAN},
		{http.MethodPost, "/ports/{id}/native-vlan", (*call).setNativeVLAN},
		{http.MethodDelete, "/ports/{id}/native-vlan", (*call).dropNativeVLAN},
		{http.MethodPost, "/ports/{id}/bond", (*call).bondPort},
		{http.MethodPost, "/ports/{id}/disbond", (*call).disbondPort},
		{http.MethodPost, "/ports/{id}/convert/layer-2", (*call).convertToLayer2},
		{http.MethodPost, "/ports/{id}/convert/layer-3", (*call).convertToLayer3},
		{http.MethodGet, "/ports/{id}/vlan-assignments", (*call).listVLANAssignments},
		{http.MethodGet, "/ports/{id}/vlan-assignments/{sub}", (*call).getVLANAssignment},
		{http.MethodGet, "/ports/{id}/vlan-assignments/batches", (*call).listVLANBatches},
		{http.MethodPost, "/ports/{id}/vlan-assignments/batches", (*call).createVLANBatch},
		{http.MethodGet, "/ports/{id}/vlan-assignments/batches/{sub}", (*call).getVLANBatch},
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

// changePort answers a request that names a VLAN with the port that f makes of
// the port of the path.
func (c *call) changePort(f func(p Port, n VLAN) (Port, error)) (answer, error) {
	p, d, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	req := struct {
		VLAN string `json:"vnid"`
	}{c.query.Get("vnid")}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	n, found := c.st.findVLAN(d, req.VLAN)
	if !found {
		return answer{}, errNotFound()
	}
	if p, err = f(p, n); err != nil {
		return answer{}, err
	}
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

func (c *call) assignVLAN() (answer, error) {
	return c.changePort(func(p Port, n VLAN) (Port, error) { return p.assign(n, c.now) })
}

func (c *call) unassignVLAN() (answer, error)  { return c.changePort(Port.unassign) }
func (c *call) setNativeVLAN() (answer, error) { return c.changePort(Port.setNative) }

func (c *call) dropNativeVLAN() (answer, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	p = p.withNative(VLAN{})
	c.st.ports.put(p)
	return ok(p.render(c.view))
}

// has tells whether a VLAN is on the port.
func (p Port) has(n VLAN) bool {
	return slices.ContainsFunc(p.VLANs, func(a PortVLAN) bool { return a.VLANID == n.ID })
}

func (p Port) assign(n VLAN, now time.Time) (Port, error) {
	if p.has(n) {
		return p, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " already assigned")
	}
	return p.with(n, now), nil
}

func (p Port) unassign(n VLAN) (Port, error) {
	if !p.has(n) {
		return p, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " already unassigned")
	}
	return p.without(n), nil
}

func (p Port) setNative(n VLAN) (Port, error) {
	if !p.has(n) {
		return p, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " not assigned")
	}
	return p.withNative(n), nil
}

// with, without and withNative return the port with another list of VLANs.
func (p Port) with(n VLAN, now time.Time) Port {
	p.VLANs = append(slices.Clone(p.VLANs), PortVLAN{VLANID: n.ID, AssignedAt: now})
	return p
}

func (p Port) without(n VLAN) Port {
	p.VLANs = slices.DeleteFunc(slices.Clone(p.VLANs), func(a PortVLAN) bool { return a.VLANID == n.ID })
	return p
}

func (p Port) withNative(n VLAN) Port {
	p.VLANs = slices.Clone(p.VLANs)
	for i, a := range p.VLANs {
		p.VLANs[i].Native = a.VLANID == n.ID
	}
	return p
}

// vlanLink renders a reference to a VLAN.
func (v view) vlanLink(field, id string) link {
	return v.link(field, "/virtual-networks/"+id, func(v view) any {
		n, _ := v.st.vlans.get(id)
		return n.render(v)
	})
}
