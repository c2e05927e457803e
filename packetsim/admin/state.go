// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// stateView is the state without its secrets.
type stateView struct {
	// Clock is there if the clock is driven: another would never be the same
	// twice.
	Clock    *time.Time     `json:"clock,omitempty"`
	InFlight int            `json:"inFlight"`
	Counts   countsView     `json:"counts"`
	Projects []*projectView `json:"projects"`
}

type countsView struct {
	Projects int            `json:"projects"`
	Devices  map[string]int `json:"devices"`
	Sessions []sessionCount `json:"sessions"`
}

type sessionCount struct {
	AddressFamily string `json:"addressFamily"`
	Status        string `json:"status"`
	Count         int    `json:"count"`
}

type projectView struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Tags []string `json:"tags,omitempty"`
	BGP  *bgpView `json:"bgp,omitempty"`
	// DeviceCount counts the devices that are left out, too.
	DeviceCount  int           `json:"deviceCount"`
	SessionCount int           `json:"sessionCount"`
	Devices      []*deviceView `json:"devices"`
}

type bgpView struct {
	Status         string `json:"status"`
	DeploymentType string `json:"deploymentType"`
	ASN            int64  `json:"asn"`
	// MD5 tells whether there is a password.
	MD5 bool `json:"md5"`
}

type deviceView struct {
	ID       string `json:"id"`
	Hostname string `json:"hostname"`
	State    string `json:"state"`
	// Hidden is true if requests for the device answer 403.
	Hidden    bool          `json:"hidden,omitempty"`
	Locked    bool          `json:"locked,omitempty"`
	Metro     string        `json:"metro"`
	Facility  string        `json:"facility"`
	Plan      string        `json:"plan"`
	Tags      []string      `json:"tags,omitempty"`
	Addresses []string      `json:"addresses"`
	Next      *stepView     `json:"next,omitempty"`
	Sessions  []sessionView `json:"sessions"`
}

type sessionView struct {
	ID            string    `json:"id"`
	AddressFamily string    `json:"addressFamily"`
	Status        string    `json:"status"`
	DefaultRoute  bool      `json:"defaultRoute"`
	LearnedRoutes []string  `json:"learnedRoutes,omitempty"`
	Next          *stepView `json:"next,omitempty"`
}

// stepView is a change that will happen by itself.
type stepView struct {
	To string    `json:"to"`
	At time.Time `json:"at"`
}

func (a *admin) getState(r *http.Request) (result, error) {
	q, err := query(r, "project", "projects", "devices")
	if err != nil {
		return result{}, err
	}
	of := packetsim.Scope{ProjectID: q.Get("project")}
	if of.Projects, err = number(q, "projects", 0); err != nil {
		return result{}, err
	}
	if of.Devices, err = number(q, "devices", 0); err != nil {
		return result{}, err
	}
	if _, found := a.sim.Project(of.ProjectID); of.ProjectID != "" && !found {
		return result{}, noProject(of.ProjectID)
	}
	s := a.sim.Snapshot(of)
	v := stateView{InFlight: a.sim.InFlight(), Counts: viewCounts(s.Counts), Projects: []*projectView{}}
	if a.sim.Driven() {
		v.Clock = &s.Time
	}
	for _, p := range s.Projects {
		v.Projects = append(v.Projects, viewProject(p))
	}
	return result{body: v}, nil
}

func viewCounts(c packetsim.Counts) countsView {
	v := countsView{Projects: c.Projects, Devices: c.Devices, Sessions: []sessionCount{}}
	for class, n := range c.Sessions {
		v.Sessions = append(v.Sessions, sessionCount{class.AddressFamily, class.Status, n})
	}
	slices.SortFunc(v.Sessions, func(a, b sessionCount) int {
		return cmp.Or(cmp.Compare(a.AddressFamily, b.AddressFamily), cmp.Compare(a.Status, b.Status))
	})
	return v
}

func viewProject(s packetsim.ProjectSnapshot) *projectView {
	v := &projectView{
		ID: s.Project.ID, Name: s.Project.Name, Tags: s.Project.Tags,
		DeviceCount: s.DeviceCount, SessionCount: s.SessionCount, Devices: []*deviceView{},
	}
	if b := s.BGP; b != nil {
		v.BGP = &bgpView{Status: b.Status, DeploymentType: b.DeploymentType, ASN: b.ASN, MD5: b.MD5 != ""}
	}
	for _, d := range s.Devices {
		v.Devices = append(v.Devices, viewDevice(d))
	}
	return v
}

func viewDevice(s packetsim.DeviceSnapshot) *deviceView {
	d := s.Device
	v := &deviceView{
		ID: d.ID, Hostname: d.Hostname, State: d.State, Hidden: d.Hidden, Locked: d.Locked, Metro: d.Metro, Facility: d.Facility,
		Plan: d.Plan, Tags: d.Tags, Addresses: []string{}, Next: next(d.Steps), Sessions: []sessionView{},
	}
	for _, a := range s.Addresses {
		v.Addresses = append(v.Addresses, a.Address)
	}
	for _, b := range s.Sessions {
		v.Sessions = append(v.Sessions, sessionView{
			ID: b.ID, AddressFamily: b.AddressFamily, Status: b.Status, DefaultRoute: b.DefaultRoute != nil && *b.DefaultRoute,
			LearnedRoutes: b.LearnedRoutes, Next: next(b.Steps),
		})
	}
	return v
}

func next(steps []packetsim.Step) *stepView {
	if len(steps) == 0 {
		return nil
	}
	return &stepView{To: steps[0].To, At: steps[0].At}
}
