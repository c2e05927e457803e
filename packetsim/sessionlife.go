// SPDX-License-Identifier: Apache-2.0

package packetsim

import "time"

// Statuses of a BGP session. The API reports one word for every switch, with
// commas between them, if they differ.
const (
	SessionUnknown = "unknown"
	SessionDown    = "down"
	SessionUp      = "up"
)

// stepPoll is the step at which the switches are asked.
const stepPoll = "poll"

// stepSession lets what is due happen to a session.
func (st *state) stepSession(id string, now time.Time) {
	s, found := st.sessions.get(id)
	n := due(s.Steps, now)
	if !found || n == 0 {
		return
	}
	for _, step := range s.Steps[:n] {
		s.UpdatedAt = step.At
		switch {
		case s.Shut || !st.linked(s):
			s.Status, s.LearnedRoutes = SessionDown, nil
		case s.Speaker != nil:
			s.Status, s.LearnedRoutes = s.Speaker.Status, s.Speaker.LearnedRoutes
		case step.To != stepPoll:
			s.Status = step.To
		}
	}
	s.Steps = s.Steps[n:]
	if len(s.Steps) == 0 && s.Speaker != nil && st.timings.Refresh > 0 {
		// However long nobody asked, the next refresh lies ahead.
		missed := now.Sub(s.UpdatedAt).Truncate(st.timings.Refresh)
		s.Steps = []Step{{At: s.UpdatedAt.Add(missed + st.timings.Refresh), To: stepPoll}}
	}
	st.sessions.put(s)
	st.alarms.arm(st.sessions.name, id, s.Steps)
}

// poll plans to ask the switches about a session after the given wait, unless
// that happens earlier anyway.
func (st *state) poll(s BGPSession, now time.Time, wait time.Duration) {
	if s.Speaker == nil || wait < 0 {
		return
	}
	at := now.Add(wait)
	if len(s.Steps) > 0 && !s.Steps[0].At.After(at) {
		return
	}
	s.Steps = append([]Step{{At: at, To: stepPoll}}, s.Steps...)
	st.sessions.put(s)
	st.alarms.arm(st.sessions.name, s.ID, s.Steps)
}

// linked tells whether the device of a session has the address that the session
// needs: a device in layer 2 has none.
func (st *state) linked(s BGPSession) bool {
	_, found := st.managementAddress(s.DeviceID, familyNumber(s.AddressFamily))
	return found
}

// relink lets the sessions of a device whose addresses changed go down or up
// when the switches are asked next.
func (st *state) relink(deviceID string, now time.Time) {
	for _, s := range st.sessions.list("device/" + deviceID) {
		if s.Speaker == nil && st.timings.Refresh >= 0 {
			s.Steps = []Step{{At: now.Add(st.timings.Refresh), To: SessionUp}}
			st.sessions.put(s)
			st.alarms.arm(st.sessions.name, s.ID, s.Steps)
		}
		st.poll(s, now, st.timings.Refresh)
	}
}

// discoverView is the answer to a discovery. It has milliseconds, unlike most.
type discoverView struct {
	UpdatedAt string `json:"updated_at"`
}

func (c *call) discoverProject() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.discover(c.st.sessions.list("project/" + p.ID))
}

func (c *call) discoverDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.discover(c.st.sessions.list("device/" + d.ID))
}

func (c *call) discover(sessions []BGPSession) (answer, error) {
	for _, s := range sessions {
		c.st.poll(s, c.now, c.st.timings.Discover)
	}
	return ok(discoverView{c.now.UTC().Format(milliseconds)})
}
