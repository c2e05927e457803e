// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"slices"
	"time"
)

// A Snapshot is what a server holds at one moment, for people to look at. The
// records have secrets in them, such as passwords and user data.
type Snapshot struct {
	Time     time.Time
	Projects []ProjectSnapshot
	// Counts are of the whole state, whatever the scope.
	Counts Counts
}

// A ProjectSnapshot is a project with what is in it.
type ProjectSnapshot struct {
	Project Project
	// BGP is nil if the project never had a configuration.
	BGP *BGPConfig
	// Devices are the oldest devices, hidden ones too, and DeviceCount how many
	// there are in all.
	Devices     []DeviceSnapshot
	DeviceCount int
	// SessionCount is how many BGP sessions the project has.
	SessionCount int
}

// A DeviceSnapshot is a device with what hangs on it.
type DeviceSnapshot struct {
	Device    Device
	Addresses []Address
	Sessions  []BGPSession
}

// Counts are the numbers of records.
type Counts struct {
	Projects int
	// Devices is by state; a hidden device counts as failed, which it is.
	Devices map[string]int
	// Sessions is by address family and status.
	Sessions map[SessionClass]int
}

// A SessionClass is what sessions are counted by.
type SessionClass struct{ AddressFamily, Status string }

// A Scope says what of the state a snapshot has. The zero value is everything.
type Scope struct {
	// ProjectID selects one project.
	ProjectID string
	// Projects and Devices are how many projects, and how many devices of each,
	// the snapshot has at most; zero means all.
	Projects, Devices int
}

// Snapshot returns the present state, oldest projects and devices first.
func (s *Server) Snapshot(of Scope) Snapshot {
	var out Snapshot
	s.look(func(st *state, now time.Time) {
		out = Snapshot{Time: now, Counts: st.counts()}
		for _, p := range st.projects.all() {
			if of.ProjectID != "" && of.ProjectID != p.ID {
				continue
			}
			if out.Projects = append(out.Projects, st.project(p, of.Devices)); len(out.Projects) == of.Projects {
				break
			}
		}
	})
	return out
}

func (st *state) project(p Project, devices int) ProjectSnapshot {
	key := "project/" + p.ID
	out := ProjectSnapshot{Project: p, DeviceCount: st.devices.count(key), SessionCount: st.sessions.count(key)}
	if b, found := st.configs.get(p.ID); found {
		out.BGP = &b
	}
	for _, d := range st.devices.first(key, devices) {
		key := "device/" + d.ID
		out.Devices = append(out.Devices, DeviceSnapshot{Device: d, Addresses: st.addresses.list(key), Sessions: st.sessions.list(key)})
	}
	return out
}

// Counts returns how many records there are.
func (s *Server) Counts() Counts { return read(s, (*state).counts) }

func (st *state) counts() Counts {
	c := Counts{Projects: len(st.projects.rows), Devices: map[string]int{}, Sessions: map[SessionClass]int{}}
	for _, r := range st.devices.rows {
		c.Devices[r.Value.State]++
	}
	for _, r := range st.sessions.rows {
		c.Sessions[SessionClass{r.Value.AddressFamily, r.Value.Status}]++
	}
	return c
}

// TokenID returns the id of the API key with the given secret, empty if there
// is none.
func (s *Server) TokenID(secret string) string {
	return read(s, func(st *state) string {
		for _, t := range st.tokens.list("token/" + secret) {
			return t.ID
		}
		return ""
	})
}

// first returns the n oldest records with the given index key, all for zero. It
// copies no others: somebody who looks at a large project looks every second.
func (t *table[T]) first(key string, n int) []T {
	if n <= 0 || t.count(key) <= n {
		return t.list(key)
	}
	type place struct {
		seq uint64
		id  string
	}
	places := make([]place, 0, t.count(key))
	for id := range t.index[key] {
		places = append(places, place{t.rows[id].Seq, id})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.seq, b.seq) })
	out := make([]T, 0, n)
	for _, p := range places[:n] {
		out = append(out, t.rows[p.id].Value)
	}
	return out
}
