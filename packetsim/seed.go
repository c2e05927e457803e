// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	_ "embed"
	"fmt"
	"time"
)

// A Seed is initial state as people write it. All but the names of projects, the
// families of sessions and the secrets of tokens may be left out: ids are made, a
// plan and an operating system are chosen, and a device is active.
type Seed struct {
	Projects []SeedProject `json:"projects,omitempty"`
	Tokens   []SeedToken   `json:"tokens,omitempty"`

	// from is the file that the seed was read from, for errors.
	from string
}

// A SeedProject is a project with what is in it.
type SeedProject struct {
	ID        string         `json:"id,omitempty"`
	Name      string         `json:"name"`
	Tags      []string       `json:"tags,omitempty"`
	BGPConfig *SeedBGPConfig `json:"bgpConfig,omitempty"`
	Devices   []SeedDevice   `json:"devices,omitempty"`
}

// A SeedBGPConfig is a project's BGP configuration: local with ASN 65000 and
// enabled, unless it says otherwise.
type SeedBGPConfig struct {
	DeploymentType string `json:"deploymentType,omitempty"`
	ASN            int64  `json:"asn,omitempty"`
	MD5            string `json:"md5,omitempty"`
	Status         string `json:"status,omitempty"`
}

// A SeedDevice is a device with its BGP sessions.
type SeedDevice struct {
	ID       string `json:"id,omitempty"`
	Hostname string `json:"hostname"`
	// State is one of DeviceStates; the device goes on from there as the timings
	// say. A failed one is like one that FailDevice let fail.
	State           string        `json:"state,omitempty"`
	Metro           string        `json:"metro,omitempty"`
	Facility        string        `json:"facility,omitempty"`
	Plan            string        `json:"plan,omitempty"`
	OperatingSystem string        `json:"operatingSystem,omitempty"`
	Tags            []string      `json:"tags,omitempty"`
	Sessions        []SeedSession `json:"sessions,omitempty"`
}

// A SeedSession is a BGP session of a device.
type SeedSession struct {
	ID            string `json:"id,omitempty"`
	AddressFamily string `json:"addressFamily"`
	DefaultRoute  *bool  `json:"defaultRoute,omitempty"`
	Status        string `json:"status,omitempty"`
}

// A SeedToken is a further API key of the default user, or of one project.
type SeedToken struct {
	Token       string `json:"token"`
	ProjectID   string `json:"projectId,omitempty"`
	ReadOnly    bool   `json:"readOnly,omitempty"`
	Description string `json:"description,omitempty"`
}

// What the demo seed contains.
const (
	// DemoProject has BGP enabled and holds DemoDevice1 and DemoDevice2.
	DemoProject = "00000000-0000-4000-8000-000000000001"
	// DemoProjectWithoutBGP holds DemoDevice3 and has no BGP configuration.
	DemoProjectWithoutBGP = "00000000-0000-4000-8000-000000000002"
	// DemoDevice1 is edge-1.
	DemoDevice1 = "00000000-0000-4000-8000-0000000000e1"
	// DemoDevice2 is edge-2.
	DemoDevice2 = "00000000-0000-4000-8000-0000000000e2"
	// DemoDevice3 is lonely-1.
	DemoDevice3 = "00000000-0000-4000-8000-0000000000e3"
)

//go:embed demo.yaml
var demo []byte

// DemoSeed returns the seed of the demonstration: a project with BGP enabled
// and the active devices edge-1 and edge-2, and a project without BGP.
func DemoSeed() *Seed {
	s, err := ParseSeed(demo)
	if err != nil {
		panic(err) // The file is part of the program.
	}
	return s
}

// The user and organization every server has.
func defaultUserID() string         { return fixedID("users/default") }
func defaultOrganizationID() string { return fixedID("organizations/default") }

// setDefaultToken makes the token of the default user, or replaces its secret.
func (st *state) setDefaultToken(secret string, now time.Time) {
	id := fixedID("tokens/default")
	if t, found := st.tokens.get(id); found && t.Token == secret {
		return
	}
	st.tokens.put(Token{ID: id, Token: secret, Description: "default", UserID: defaultUserID(), CreatedAt: now, UpdatedAt: now})
}

// addDefaults makes the default user, its organization and its SSH key.
func (st *state) addDefaults(now time.Time) {
	u := User{
		ID: defaultUserID(), FirstName: "Packet", LastName: "Sim", Email: "packetsim@example.com",
		DefaultOrganizationID: defaultOrganizationID(), CreatedAt: now,
	}
	st.users.put(u)
	st.openAccount(u)
	st.orgs.put(Organization{ID: defaultOrganizationID(), Name: "packetsim", MemberIDs: []string{defaultUserID()}, CreatedAt: now, UpdatedAt: now})
	st.addDefaultKey(now)
	st.events.put(Event{ID: newID(), Type: "organization.created", Body: "The organization was created", OrgID: defaultOrganizationID(), CreatedAt: now})
}

// sow adds what a seed describes. An error says where in the seed it is.
func (st *state) sow(s Seed, now time.Time) error {
	for i, p := range s.Projects {
		if err := st.sowProject(p, now); err != nil {
			return under(fmt.Sprintf("projects[%d]", i), err)
		}
	}
	for i, t := range s.Tokens {
		if _, err := st.addToken(Token{Token: t.Token, ProjectID: t.ProjectID, ReadOnly: t.ReadOnly, Description: t.Description}, now); err != nil {
			return under(fmt.Sprintf("tokens[%d]", i), err)
		}
	}
	return nil
}

func (st *state) sowProject(s SeedProject, now time.Time) error {
	p, err := st.insertProject(Project{ID: s.ID, Name: s.Name, Tags: s.Tags}, now)
	if err != nil {
		return err
	}
	if b := s.BGPConfig; b != nil {
		if _, err := st.insertConfig(BGPConfig{ProjectID: p.ID, DeploymentType: b.DeploymentType, ASN: b.ASN, MD5: b.MD5, Status: b.Status}, now); err != nil {
			return under("bgpConfig", err)
		}
	}
	for i, d := range s.Devices {
		if err := st.sowDevice(p.ID, d, now); err != nil {
			return under(fmt.Sprintf("devices[%d]", i), err)
		}
	}
	return nil
}

func (st *state) sowDevice(projectID string, s SeedDevice, now time.Time) error {
	d, err := st.insertDevice(Device{
		ID: s.ID, ProjectID: projectID, Hostname: s.Hostname, State: s.State, Metro: s.Metro, Facility: s.Facility,
		Plan: s.Plan, OperatingSystem: s.OperatingSystem, Tags: s.Tags,
	}, now)
	if err != nil {
		return err
	}
	for i, x := range s.Sessions {
		if _, err := st.insertSession(BGPSession{ID: x.ID, DeviceID: d.ID, AddressFamily: x.AddressFamily, DefaultRoute: x.DefaultRoute, Status: x.Status}, now); err != nil {
			return under(fmt.Sprintf("sessions[%d]", i), err)
		}
	}
	st.resume(d, now)
	return nil
}

// resume lets a seeded device go on from its state as one of the API would.
func (st *state) resume(d Device, now time.Time) {
	t := st.timings
	next := &plan{at: now}
	switch d.State {
	case DeviceQueued:
		next.steps = st.birth(now)
	case DeviceProvisioning:
		next.steps = st.provision(next).steps
	case DevicePoweringOn, DeviceRebooting, DeviceReinstalling:
		next.then(t.Action, DeviceActive)
	case DevicePoweringOff:
		next.then(t.Action, DeviceInactive)
	case DeviceFailed:
		st.failDevice(d, now)
		return
	case DeviceDeprovisioning:
		st.deprovision(d, now)
		return
	}
	if len(next.steps) > 0 {
		d.Steps = next.steps
		st.devices.put(d)
		st.armDevice(d)
	}
}
