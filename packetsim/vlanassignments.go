// SPDX-License-Identifier: Apache-2.0

package packetsim

// vlanAssignmentView is a VLAN on a port, seen as an object of its own.
type vlanAssignmentView struct {
	ID             string `json:"id"`
	CreatedAt      stamp  `json:"created_at"`
	UpdatedAt      stamp  `json:"updated_at"`
	Native         bool   `json:"native"`
	State          string `json:"state"`
	VLAN           int    `json:"vlan"`
	Port           link   `json:"port"`
	VirtualNetwork link   `json:"virtual_network"`
}

func (a PortVLAN) render(v view, p Port) vlanAssignmentView {
	n, _ := v.st.vlans.get(a.VLANID)
	return vlanAssignmentView{
		ID: fixedID(p.ID + "/vlan-assignments/" + a.VLANID), CreatedAt: stamp(a.AssignedAt), UpdatedAt: stamp(a.AssignedAt),
		Native: a.Native, State: "assigned", VLAN: n.VXLAN, Port: v.portLink("port", p.ID), VirtualNetwork: v.vlanLink("virtual_network", a.VLANID),
	}
}

// portLink renders a reference to a port.
func (v view) portLink(field, id string) link {
	return v.link(field, "/ports/"+id, func(v view) any {
		p, _ := v.st.ports.get(id)
		return p.render(v)
	})
}

// vlanAssignments returns the VLANs on the port of the path.
func (c *call) vlanAssignments() ([]vlanAssignmentView, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return nil, err
	}
	views := []vlanAssignmentView{}
	for _, a := range p.VLANs {
		views = append(views, a.render(c.view, p))
	}
	return views, nil
}

func (c *call) listVLANAssignments() (answer, error) {
	views, err := c.vlanAssignments()
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Assignments []vlanAssignmentView `json:"vlan_assignments"`
	}{views})
}

func (c *call) getVLANAssignment() (answer, error) {
	views, err := c.vlanAssignments()
	if err != nil {
		return answer{}, err
	}
	one, found := find(views, func(v vlanAssignmentView) bool { return v.ID == c.param("sub") })
	if !found {
		return answer{}, errNotFound()
	}
	return ok(one)
}
