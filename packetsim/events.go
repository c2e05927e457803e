// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
	"time"
)

// An Event is something that happened, as the API tells it.
type Event struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Body      string    `json:"body"`
	ProjectID string    `json:"project_id,omitempty"`
	DeviceID  string    `json:"device_id,omitempty"`
	OrgID     string    `json:"organization_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func (e Event) recordID() string { return e.ID }

func (e Event) indexKeys() []string {
	keys := []string{"organization/" + e.OrgID}
	if e.ProjectID != "" {
		keys = append(keys, "project/"+e.ProjectID)
	}
	if e.DeviceID != "" {
		keys = append(keys, "device/"+e.DeviceID)
	}
	return keys
}

type eventView struct {
	ID            string `json:"id"`
	State         string `json:"state"`
	Type          string `json:"type"`
	Body          string `json:"body"`
	Interpolated  string `json:"interpolated"`
	Relationships []link `json:"relationships"`
	CreatedAt     string `json:"created_at"`
	Href          string `json:"href"`
}

func eventRoutes() []route {
	return []route{
		{http.MethodGet, "/events", (*call).listEvents},
		{http.MethodGet, "/events/{id}", (*call).getEvent},
		{http.MethodGet, "/projects/{id}/events", (*call).listProjectEvents},
		{http.MethodGet, "/devices/{id}/events", (*call).listDeviceEvents},
		{http.MethodGet, "/organizations/{id}/events", (*call).listOrganizationEvents},
	}
}

// happened remembers an event of a device, or of a project if the device is
// the zero value.
func (st *state) happened(kind, body, projectID string, d Device, now time.Time) {
	p, _ := st.projects.get(projectID)
	st.events.put(Event{ID: newID(), Type: kind, Body: body, ProjectID: projectID, DeviceID: d.ID, OrgID: p.OrganizationID, CreatedAt: now})
}

func (c *call) listEvents() (answer, error) {
	return c.answerEvents(slices.DeleteFunc(c.st.events.all(), func(e Event) bool { return c.readsEvent(e) != nil }))
}

// readsEvent returns nil if the caller may read an event: one of a project, or
// else of an organization.
func (c *call) readsEvent(e Event) error {
	err := c.within(e.ProjectID)
	if e.ProjectID == "" && c.ownsOrganization(e.OrgID) {
		return nil
	}
	return err
}

// ownsOrganization tells whether the caller may use an organization.
func (c *call) ownsOrganization(id string) bool {
	_, err := c.organization(id)
	return err == nil
}

func (c *call) getEvent() (answer, error) {
	e, found := c.st.events.get(c.param("id"))
	if !found {
		return answer{}, errNotFound()
	}
	if err := c.readsEvent(e); err != nil {
		return answer{}, err
	}
	return ok(e.render(c.view))
}

func (c *call) listProjectEvents() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerEvents(c.st.events.list("project/" + p.ID))
}

func (c *call) listDeviceEvents() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerEvents(c.st.events.list("device/" + d.ID))
}

func (c *call) listOrganizationEvents() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerEvents(slices.DeleteFunc(c.st.events.list("organization/"+o.ID), func(e Event) bool { return c.readsEvent(e) != nil }))
}

// answerEvents answers with the latest events first.
func (c *call) answerEvents(all []Event) (answer, error) {
	slices.Reverse(all)
	page, meta := paginate(c, all)
	views := make([]eventView, 0, len(page))
	for _, e := range page {
		views = append(views, e.render(c.view))
	}
	return ok(struct {
		Events []eventView `json:"events"`
		Meta   pageMeta    `json:"meta"`
	}{views, meta})
}

func (e Event) render(v view) eventView {
	out := eventView{
		ID: e.ID, State: "created", Type: e.Type, Body: e.Body, Interpolated: e.Body, Relationships: []link{},
		CreatedAt: e.CreatedAt.UTC().Format(milliseconds), Href: v.href("/events/" + e.ID),
	}
	if e.ProjectID != "" {
		out.Relationships = append(out.Relationships, link{href: v.href("/projects/" + e.ProjectID)})
	}
	if e.DeviceID != "" {
		out.Relationships = append(out.Relationships, link{href: v.href("/devices/" + e.DeviceID)})
	}
	return out
}
