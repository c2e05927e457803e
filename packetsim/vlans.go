// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"strconv"
	"time"
)

// A VLAN is a layer-2 network of a project, within a metro or a facility.
type VLAN struct {
	ID          string    `json:"id"`
	ProjectID   string    `json:"project_id"`
	Description string    `json:"description,omitempty"`
	VXLAN       int       `json:"vxlan"`
	Metro       string    `json:"metro,omitempty"`
	Facility    string    `json:"facility,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
}

func (n VLAN) recordID() string    { return n.ID }
func (n VLAN) indexKeys() []string { return []string{"project/" + n.ProjectID} }

type vlanView struct {
	ID           string  `json:"id"`
	Description  *string `json:"description"`
	VXLAN        int     `json:"vxlan"`
	MetroCode    string  `json:"metro_code,omitempty"`
	FacilityCode string  `json:"facility_code,omitempty"`
	Metro        *link   `json:"metro,omitempty"`
	Facility     *link   `json:"facility,omitempty"`
	AssignedTo   link    `json:"assigned_to"`
	Instances    []link  `json:"instances"`
	CreatedAt    stamp   `json:"created_at"`
	Href         string  `json:"href"`
}

// vlanRequest is the body that creates or changes a VLAN.
type vlanRequest struct {
	Description *string     `json:"description"`
	VXLAN       looseNumber `json:"vxlan"`
	Metro       string      `json:"metro"`
	Facility    string      `json:"facility"`
}

func vlanRoutes() []route {
	return []route{
		{http.MethodGet, "/projects/{id}/virtual-networks", (*call).listVLANs},
		{http.MethodPost, "/projects/{id}/virtual-networks", (*call).createVLAN},
		{http.MethodGet, "/virtual-networks/{id}", (*call).getVLAN},
		{http.MethodPut, "/virtual-networks/{id}", (*call).updateVLAN},
		{http.MethodDelete, "/virtual-networks/{id}", (*call).deleteVLAN},
	}
}

func (c *call) listVLANs() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	views := []vlanView{}
	for _, n := range c.st.vlans.list("project/" + p.ID) {
		views = append(views, n.render(c.view))
	}
	return ok(struct {
		Networks []vlanView `json:"virtual_networks"`
	}{views})
}

func (c *call) createVLAN() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req vlanRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	n := VLAN{ID: newID(), ProjectID: p.ID, VXLAN: int(req.VXLAN), CreatedAt: c.now}
	set(&n.Description, req.Description)
	if f, found := findFacility(req.Facility); found {
		n.Facility = f.code
	} else if m, found := findMetro(req.Metro); found {
		n.Metro = m.code
	} else {
		return answer{}, errInvalid("Metro can't be blank")
	}
	taken := map[int]bool{}
	for _, other := range c.st.vlans.list("project/" + p.ID) {
		if other.Metro == n.Metro && other.Facility == n.Facility {
			taken[other.VXLAN] = true
		}
	}
	if n.VXLAN == 0 {
		if n.VXLAN, err = freeVXLAN(taken); err != nil {
			return answer{}, err
		}
	}
	if n.VXLAN < 2 || n.VXLAN > 3999 {
		return answer{}, errInvalid("Vxlan must be between 2 and 3999")
	}
	if taken[n.VXLAN] {
		return answer{}, errInvalid("Vxlan has already been taken")
	}
	c.st.vlans.put(n)
	return created(n.render(c.view))
}

// freeVXLAN returns the lowest number that is free of those the API chooses.
func freeVXLAN(taken map[int]bool) (int, error) {
	for n := 1000; n < 2000; n++ {
		if !taken[n] {
			return n, nil
		}
	}
	return 0, errInvalid("Vxlan has no free number left")
}

// vlan returns the VLAN with the given id, if the caller may use it.
func (c *call) vlan(id string) (VLAN, error) {
	n, found := c.st.vlans.get(id)
	if !found {
		return VLAN{}, errNotFound()
	}
	return n, c.within(n.ProjectID)
}

func (c *call) getVLAN() (answer, error) {
	n, err := c.vlan(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(n.render(c.view))
}

func (c *call) updateVLAN() (answer, error) {
	n, err := c.vlan(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req vlanRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	set(&n.Description, req.Description)
	c.st.vlans.put(n)
	return ok(n.render(c.view))
}

func (c *call) deleteVLAN() (answer, error) {
	n, err := c.vlan(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if len(c.st.ports.list("vlan/"+n.ID)) > 0 {
		return answer{}, errInvalid("Cannot delete a virtual network that is assigned to a port")
	}
	if c.st.gateways.count("vlan/"+n.ID) > 0 {
		return answer{}, errInvalid("Cannot delete a virtual network that has a metal gateway")
	}
	c.st.vlans.delete(n.ID)
	return noContent()
}

// findVLAN returns the VLAN by id or by number that ports of a device can have:
// the same number may be in use in other metros.
func (st *state) findVLAN(d Device, key string) (VLAN, bool) {
	return find(st.vlans.list("project/"+d.ProjectID), func(n VLAN) bool {
		near := n.Metro == d.Metro || n.Facility == d.Facility
		return near && (n.ID == key || strconv.Itoa(n.VXLAN) == key)
	})
}

func (n VLAN) render(v view) vlanView {
	out := vlanView{
		ID: n.ID, Description: orNull(n.Description), VXLAN: n.VXLAN, MetroCode: n.Metro, FacilityCode: n.Facility,
		AssignedTo: v.projectLink("assigned_to", n.ProjectID), Instances: []link{}, CreatedAt: stamp(n.CreatedAt), Href: v.href("/virtual-networks/" + n.ID),
	}
	seen := map[string]bool{}
	for _, p := range v.st.ports.list("vlan/" + n.ID) {
		if !seen[p.DeviceID] {
			seen[p.DeviceID] = true
			out.Instances = append(out.Instances, v.deviceLink("instances", p.DeviceID))
		}
	}
	if m, found := findMetro(n.Metro); found {
		l := v.link("metro", "/locations/metros/"+m.id(), func(view) any { return m.render() })
		out.Metro = &l
	}
	if f, found := findFacility(n.Facility); found {
		l := v.link("facility", "/facilities/"+f.id(), func(v view) any { return f.render(v) })
		out.Facility = &l
	}
	return out
}
