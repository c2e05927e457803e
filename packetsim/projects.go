// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// A Project holds devices and what belongs to them.
type Project struct {
	ID              string     `json:"id"`
	Name            string     `json:"name"`
	OrganizationID  string     `json:"organization_id"`
	PaymentMethodID string     `json:"payment_method_id"`
	BackendTransfer bool       `json:"backend_transfer_enabled,omitempty"`
	CustomData      jsonObject `json:"customdata,omitempty"`
	Tags            []string   `json:"tags,omitempty"`
	Type            string     `json:"type"`
	MemberIDs       []string   `json:"member_ids"`
	// PublicIPv4Quota is how many public IPv4 addresses the project may have,
	// those of its devices included. Zero sets no bound.
	PublicIPv4Quota int       `json:"public_ipv4_quota,omitempty"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
}

func (p Project) recordID() string    { return p.ID }
func (p Project) indexKeys() []string { return []string{"organization/" + p.OrganizationID} }

type projectView struct {
	ID              string     `json:"id"`
	Name            string     `json:"name"`
	CreatedAt       stamp      `json:"created_at"`
	UpdatedAt       stamp      `json:"updated_at"`
	BackendTransfer bool       `json:"backend_transfer_enabled"`
	CustomData      jsonObject `json:"customdata"`
	EventAlerts     any        `json:"event_alert_configuration"`
	Tags            []string   `json:"tags"`
	Type            string     `json:"type"`
	Organization    link       `json:"organization"`
	PaymentMethod   link       `json:"payment_method"`
	Members         []link     `json:"members"`
	Memberships     []link     `json:"memberships"`
	Invitations     []link     `json:"invitations"`
	Transfers       []link     `json:"transfers"`
	Devices         []link     `json:"devices"`
	SSHKeys         []link     `json:"ssh_keys"`
	Volumes         []link     `json:"volumes"`
	BGPConfig       *link      `json:"bgp_config,omitempty"`
	Href            string     `json:"href"`
}

// projectRequest is the body that creates or updates a project.
type projectRequest struct {
	Name            *string     `json:"name"`
	OrganizationID  string      `json:"organization_id"`
	PaymentMethodID *string     `json:"payment_method_id"`
	BackendTransfer *bool       `json:"backend_transfer_enabled"`
	CustomData      looseObject `json:"customdata"`
	Tags            *[]string   `json:"tags"`
	Type            string      `json:"type"`
}

func projectRoutes() []route {
	return []route{
		{http.MethodGet, "/projects", (*call).listProjects},
		{http.MethodPost, "/projects", (*call).createProject},
		{http.MethodPost, "/organizations/{id}/projects", (*call).createProject},
		{http.MethodGet, "/organizations/{id}/projects", (*call).listOrganizationProjects},
		{http.MethodGet, "/projects/{id}", (*call).getProject},
		{http.MethodPut, "/projects/{id}", (*call).updateProject},
		{http.MethodDelete, "/projects/{id}", (*call).deleteProject},
		{http.MethodGet, "/projects/{id}/customdata", (*call).getProjectCustomData},
	}
}

func (c *call) listProjects() (answer, error) {
	return c.answerProjects(c.st.projects.all())
}

func (c *call) listOrganizationProjects() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerProjects(c.st.projects.list("organization/" + o.ID))
}

func (c *call) answerProjects(all []Project) (answer, error) {
	var mine []Project
	name := c.query.Get("name")
	for _, p := range all {
		if c.sees(p) && (name == "" || strings.Contains(p.Name, name)) {
			mine = append(mine, p)
		}
	}
	page, meta := paginate(c, mine)
	views := make([]projectView, 0, len(page))
	for _, p := range page {
		views = append(views, p.render(c.view))
	}
	return ok(struct {
		Projects []projectView `json:"projects"`
		Meta     pageMeta      `json:"meta"`
	}{views, meta})
}

func (c *call) getProject() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(p.render(c.view))
}

func (c *call) getProjectCustomData() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(object(p.CustomData))
}

func (c *call) createProject() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	var req projectRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if strings.HasPrefix(c.path, "/organizations/") {
		req.OrganizationID = c.param("id")
	}
	if req.OrganizationID == "" {
		req.OrganizationID = u.DefaultOrganizationID
	}
	if _, err := c.organization(req.OrganizationID); err != nil {
		return answer{}, err
	}
	if req.Name == nil {
		return answer{}, errInvalid("Name can't be blank")
	}
	p := Project{
		ID: newID(), OrganizationID: req.OrganizationID, PaymentMethodID: fixedID("payment-methods/" + req.OrganizationID),
		Type: "default", MemberIDs: []string{u.ID}, CreatedAt: c.now,
	}
	if req.Type != "" {
		p.Type = req.Type
	}
	// It cannot be given at creation; the real API ignores it there.
	req.BackendTransfer = nil
	if err := req.apply(&p); err != nil {
		return answer{}, err
	}
	p.UpdatedAt = c.now
	c.st.projects.put(p)
	c.st.happened("project.created", p.Name+" was created", p.ID, Device{}, c.now)
	return created(p.render(c.view))
}

func (c *call) updateProject() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req projectRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if err := req.apply(&p); err != nil {
		return answer{}, err
	}
	p.UpdatedAt = c.now
	c.st.projects.put(p)
	return ok(p.render(c.view))
}

// apply validates the request and changes the project accordingly.
func (r projectRequest) apply(p *Project) error {
	if r.Name != nil {
		if err := validProjectName(*r.Name); err != nil {
			return err
		}
		p.Name = *r.Name
	}
	if r.PaymentMethodID != nil && *r.PaymentMethodID != "" {
		p.PaymentMethodID = *r.PaymentMethodID
	}
	if r.BackendTransfer != nil {
		p.BackendTransfer = *r.BackendTransfer
	}
	if r.CustomData != nil {
		p.CustomData = jsonObject(r.CustomData)
	}
	if r.Tags != nil {
		p.Tags = *r.Tags
	}
	return nil
}

// validProjectName enforces 1 to 80 characters, none of which takes four bytes.
func validProjectName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case strings.TrimSpace(name) == "":
		return errInvalid("Name can't be blank")
	case n > 80:
		return errInvalid("Name is too long (maximum is 80 characters)")
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0xFFFF }):
		return errInvalid("Name is invalid")
	}
	return nil
}

func (c *call) deleteProject() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	for _, d := range c.st.devices.list("project/" + p.ID) {
		if d.lives() {
			return answer{}, errInvalid("Cannot delete a project with active devices")
		}
	}
	if c.st.vlans.count("project/"+p.ID) > 0 {
		return answer{}, errInvalid("Cannot delete a project with virtual networks")
	}
	if c.st.gateways.count("project/"+p.ID) > 0 {
		return answer{}, errInvalid("Cannot delete a project with metal gateways")
	}
	c.st.removeProject(p.ID)
	return noContent()
}

// removeProject removes a project and everything in it.
func (st *state) removeProject(id string) {
	for _, d := range st.devices.list("project/" + id) {
		st.removeDevice(d.ID)
	}
	for _, r := range st.reservations.list("project/" + id) {
		st.unreserve(r)
	}
	clearProject(st.vlans, id)
	clearProject(st.events, id)
	clearProject(st.sshKeys, id)
	clearProject(st.tokens, id)
	clearProject(st.batches, id)
	clearProject(st.hardware, id)
	clearProject(st.gateways, id)
	clearProject(st.spotRequests, id)
	st.configs.delete(id)
	st.projects.delete(id)
}

// clearProject removes a project's records from a table.
func clearProject[T record](t *table[T], projectID string) {
	for _, r := range t.list("project/" + projectID) {
		t.delete(r.recordID())
	}
}

func (p Project) render(v view) projectView {
	out := projectView{
		ID: p.ID, Name: p.Name, CreatedAt: stamp(p.CreatedAt), UpdatedAt: stamp(p.UpdatedAt),
		BackendTransfer: p.BackendTransfer, CustomData: object(p.CustomData), Tags: list(p.Tags), Type: p.Type,
		Organization:  v.organizationLink("organization", p.OrganizationID),
		PaymentMethod: v.link("payment_method", "/payment-methods/"+p.PaymentMethodID, nil),
		Members:       []link{}, Memberships: []link{}, Invitations: []link{}, Transfers: []link{}, Volumes: []link{},
		SSHKeys: links(v, "ssh_keys", "/ssh-keys/", v.st.sshKeys.list("project/"+p.ID), func(v view, k SSHKey) any { return k.render(v) }),
		Devices: links(v, "devices", "/devices/", v.st.visibleDevices(p.ID), func(v view, d Device) any { return d.render(v) }),
		Href:    v.href("/projects/" + p.ID),
	}
	for _, id := range p.MemberIDs {
		out.Members = append(out.Members, v.userLink("members", id))
		out.Memberships = append(out.Memberships, v.link("memberships", "/memberships/"+fixedID(p.ID+id), nil))
	}
	if cfg, found := v.st.configs.get(p.ID); found {
		l := v.link("bgp_config", "/bgp-configs/"+cfg.ID, func(v view) any { return cfg.render(v) })
		out.BGPConfig = &l
	}
	return out
}

// projectLink renders a reference to a project.
func (v view) projectLink(field, id string) link {
	return v.link(field, "/projects/"+id, func(v view) any {
		p, _ := v.st.projects.get(id)
		return p.render(v)
	})
}
