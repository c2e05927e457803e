// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"slices"
	"strconv"
)

// portToConvert returns the port of the path and its device, if the device's
// network can be changed now.
func (c *call) portToConvert() (Port, Device, error) {
	p, d, err := c.port(c.param("id"))
	switch {
	case err != nil:
		return p, d, err
	case d.NetworkFrozen:
		return p, d, errInvalid("Network of the device is frozen")
	case d.State != DeviceActive && d.State != DeviceInactive:
		return p, d, errInvalid("Device must be active or inactive")
	}
	return p, d, nil
}

func (c *call) bondPort() (answer, error)    { return c.setBonded(true) }
func (c *call) disbondPort() (answer, error) { return c.setBonded(false) }

// setBonded puts a physical port into its bond or takes it out. For a bond, or
// if the request says so, all ports of the bond follow.
func (c *call) setBonded(bonded bool) (answer, error) {
	p, _, err := c.portToConvert()
	if err != nil {
		return answer{}, err
	}
	var req struct {
		Enable  bool `json:"bulk_enable"`
		Disable bool `json:"bulk_disable"`
	}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	bond := p
	if p.Type != portBond {
		bond, _ = c.st.ports.get(p.BondID)
	}
	all := p.Type == portBond || req.Enable || req.Disable || c.query.Get("bulk_enable") == "true" || c.query.Get("bulk_disable") == "true"
	members := c.st.members(bond)
	for i, m := range members {
		if !all && m.ID != p.ID {
			continue
		}
		if bonded && len(m.VLANs) > 0 {
			return answer{}, errInvalid("Port " + m.Name + " has virtual networks assigned")
		}
		members[i].Bonded = bonded
	}
	for _, m := range members {
		c.st.ports.put(m)
	}
	bond.Bonded = slices.ContainsFunc(members, func(m Port) bool { return m.Bonded })
	c.st.ports.put(bond)
	p, _ = c.st.ports.get(p.ID)
	return ok(p.render(c.view))
}

// bondToConvert is portToConvert for bonds, the only ports that have a layer.
func (c *call) bondToConvert() (Port, Device, error) {
	p, d, err := c.portToConvert()
	if err == nil && p.Type != portBond {
		err = errInvalid("Port " + p.Name + " is not a bond")
	}
	return p, d, err
}

// convertToLayer2 takes all addresses from the device, and with them what its
// BGP sessions speak from.
func (c *call) convertToLayer2() (answer, error) {
	p, d, err := c.bondToConvert()
	if err != nil {
		return answer{}, err
	}
	var req struct {
		VLAN string `json:"vnid"`
	}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if req.VLAN != "" {
		n, found := c.st.findVLAN(d, req.VLAN)
		if !found {
			return answer{}, errNotFound()
		}
		if p, err = p.assign(n, c.now); err != nil {
			return answer{}, err
		}
	}
	p.Layer2 = true
	c.st.ports.put(p)
	for _, a := range c.st.addresses.list("device/" + d.ID) {
		c.st.removeAddress(a)
	}
	c.st.relink(d.ID, c.now)
	return ok(p.render(c.view))
}

// convertToLayer3 gives the device new addresses. The bond must have no VLANs.
func (c *call) convertToLayer3() (answer, error) {
	p, d, err := c.bondToConvert()
	if err != nil {
		return answer{}, err
	}
	var req struct {
		Subnets []Subnet `json:"request_ips"`
	}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if len(p.VLANs) > 0 {
		n, _ := c.st.vlans.get(p.VLANs[0].VLANID)
		return answer{}, errInvalid("Virtual network " + strconv.Itoa(n.VXLAN) + " is still assigned")
	}
	if !p.Layer2 {
		return ok(p.render(c.view))
	}
	if d.Subnets, err = (deviceRequest{Subnets: req.Subnets}).subnets(); err != nil {
		return answer{}, err
	}
	if err := c.st.room(d); err != nil {
		return answer{}, err
	}
	p.Layer2 = false
	c.st.ports.put(p)
	c.st.devices.put(d)
	c.st.addressDevice(d, c.now)
	c.st.relink(d.ID, c.now)
	return ok(p.render(c.view))
}
