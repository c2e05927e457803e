// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/http"
	"time"
)

// A BGPSession is a session between a device and the routers above it, for one
// address family.
type BGPSession struct {
	ID        string `json:"id"`
	DeviceID  string `json:"device_id"`
	ProjectID string `json:"project_id"`
	// AddressFamily is ipv4 or ipv6.
	AddressFamily string `json:"address_family"`
	// DefaultRoute is nil if the request that made the session left it out.
	DefaultRoute *bool `json:"default_route"`
	// Status is the status that the API reports: one word, or one for every
	// switch with commas between them.
	Status        string    `json:"status"`
	LearnedRoutes []string  `json:"learned_routes,omitempty"`
	SwitchName    string    `json:"switch_name"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`
	// Speaker is what the switches would say now; it becomes Status when they
	// are asked. Nil means that Steps alone decide.
	Speaker *Speaker `json:"speaker,omitempty"`
	// Shut is true once the speaker announced more prefixes than the project
	// may: the switches then keep the session down until it is reset.
	Shut bool `json:"shut,omitempty"`
	// Steps are the statuses that will be reported by and by.
	Steps []Step `json:"steps,omitempty"`
}

// A Speaker is what the switches know of a session.
type Speaker struct {
	Status        string   `json:"status"`
	LearnedRoutes []string `json:"learned_routes,omitempty"`
}

func (s BGPSession) recordID() string { return s.ID }

func (s BGPSession) indexKeys() []string {
	return []string{"device/" + s.DeviceID, "project/" + s.ProjectID}
}

type sessionView struct {
	ID            string   `json:"id"`
	Status        string   `json:"status"`
	LearnedRoutes []string `json:"learned_routes"`
	SwitchName    string   `json:"switch_name"`
	DefaultRoute  *bool    `json:"default_route"`
	CreatedAt     stamp    `json:"created_at"`
	UpdatedAt     stamp    `json:"updated_at"`
	Device        link     `json:"device"`
	AddressFamily string   `json:"address_family"`
	Href          string   `json:"href"`
}

// sessionRequest is the body that creates or updates a session.
type sessionRequest struct {
	AddressFamily string `json:"address_family"`
	DefaultRoute  *bool  `json:"default_route"`
}

func sessionRoutes() []route {
	return []route{
		{http.MethodGet, "/devices/{id}/bgp/sessions", (*call).listDeviceSessions},
		{http.MethodPost, "/devices/{id}/bgp/sessions", (*call).createSession},
		{http.MethodGet, "/projects/{id}/bgp/sessions", (*call).listProjectSessions},
		{http.MethodGet, "/bgp/sessions/{id}", (*call).getSession},
		{http.MethodPut, "/bgp/sessions/{id}", (*call).updateSession},
		{http.MethodDelete, "/bgp/sessions/{id}", (*call).deleteSession},
		{http.MethodPost, "/projects/{id}/bgp/discover", (*call).discoverProject},
		// packngo's Projects.DiscoverBGPSessions asks here.
		{http.MethodPost, "/bgp/discover/{id}", (*call).discoverProject},
		{http.MethodPost, "/devices/{id}/bgp/discover", (*call).discoverDevice},
	}
}

func (c *call) listDeviceSessions() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerSessions(c.st.sessions.list("device/" + d.ID))
}

func (c *call) listProjectSessions() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerSessions(c.st.sessions.list("project/" + p.ID))
}

// answerSessions answers with all sessions at once: these lists have no pages.
func (c *call) answerSessions(all []BGPSession) (answer, error) {
	views := make([]sessionView, 0, len(all))
	for _, s := range all {
		views = append(views, s.render(c.view))
	}
	return ok(struct {
		Sessions []sessionView `json:"bgp_sessions"`
	}{views})
}

// session returns the session with the given id, if the caller may use it.
func (c *call) session(id string) (BGPSession, error) {
	s, found := c.st.sessions.get(id)
	if !found {
		return BGPSession{}, errNotFound()
	}
	return s, c.within(s.ProjectID)
}

func (c *call) getSession() (answer, error) {
	s, err := c.session(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(s.render(c.view))
}

func (c *call) createSession() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	// One client sends the family in the query only, and the API took it.
	req := sessionRequest{AddressFamily: c.query.Get("address_family")}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if req.AddressFamily == "" {
		req.AddressFamily = "ipv4"
	}
	if err := c.st.validSession(d, req.AddressFamily); err != nil {
		return answer{}, err
	}
	s := c.st.addSession(d, req.AddressFamily, req.DefaultRoute, c.now)
	return created(s.render(c.view))
}

// validSession tells whether a device may get a session.
func (st *state) validSession(d Device, addressFamily string) error {
	fam := familyNumber(addressFamily)
	if fam == 0 {
		return errInvalid("Address family is not included in the list")
	}
	if !st.bgpEnabled(d.ProjectID) {
		return errInvalid("BGP is not enabled")
	}
	for _, s := range st.sessions.list("device/" + d.ID) {
		if s.AddressFamily == addressFamily {
			return errInvalid("Address family already has session with " + addressFamily)
		}
	}
	if d.State == DeviceDeprovisioning || d.State == DeviceFailed {
		return errInvalid("Device is not provisioned")
	}
	// A session needs the device's management address, which a device gets
	// only while it is provisioned.
	if _, found := st.managementAddress(d.ID, fam); !found {
		return errInvalid(fmt.Sprintf("Device has no management %s address", addressFamily))
	}
	return nil
}

// familyNumber returns 4 for ipv4, 6 for ipv6 and 0 for anything else.
func familyNumber(addressFamily string) int {
	switch addressFamily {
	case "ipv4":
		return 4
	case "ipv6":
		return 6
	}
	return 0
}

// addSession stores a new session. Its status is unknown until the switches
// were asked for the first time.
func (st *state) addSession(d Device, addressFamily string, defaultRoute *bool, now time.Time) BGPSession {
	s := BGPSession{
		ID: newID(), DeviceID: d.ID, ProjectID: d.ProjectID, AddressFamily: addressFamily, DefaultRoute: defaultRoute,
		Status: SessionUnknown, SwitchName: "esr1." + d.Facility + ".packet.net", CreatedAt: now, UpdatedAt: now,
		Steps: (&plan{at: now}).then(st.timings.SessionDown, SessionDown).then(st.timings.SessionUp, SessionUp).steps,
	}
	st.sessions.put(s)
	st.alarms.arm(st.sessions.name, s.ID, s.Steps)
	return s
}

func (c *call) updateSession() (answer, error) {
	s, err := c.session(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req sessionRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if req.AddressFamily != "" && req.AddressFamily != s.AddressFamily {
		return answer{}, errInvalid("Address family cannot be changed")
	}
	if req.DefaultRoute != nil {
		s.DefaultRoute, s.UpdatedAt = req.DefaultRoute, c.now
		c.st.sessions.put(s)
	}
	return ok(s.render(c.view))
}

func (c *call) deleteSession() (answer, error) {
	s, err := c.session(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	c.st.sessions.delete(s.ID)
	return noContent()
}

func (s BGPSession) render(v view) sessionView {
	return sessionView{
		ID: s.ID, Status: s.Status, LearnedRoutes: list(s.LearnedRoutes), SwitchName: s.SwitchName, DefaultRoute: s.DefaultRoute,
		CreatedAt: stamp(s.CreatedAt), UpdatedAt: stamp(s.UpdatedAt), Device: v.deviceLink("device", s.DeviceID),
		AddressFamily: s.AddressFamily, Href: v.href("/bgp/sessions/" + s.ID),
	}
}
