// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"fmt"
	"time"
)

// change gives f the present state, as of now, under the lock.
func (s *Server) change(f func(st *state, now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return err
	}
	now := s.clock.Now()
	s.state.advance(now)
	return errors.Join(f(s.state, now), s.keep())
}

// insert adds a record with one of the functions of insert.go.
func insert[T any](s *Server, v T, with func(*state, T, time.Time) (T, error)) (T, error) {
	var out T
	err := s.change(func(st *state, now time.Time) error {
		var err error
		out, err = with(st, v, now)
		return under("", err)
	})
	return out, err
}

// read returns what f finds in the present state.
func read[T any](s *Server, f func(st *state) T) T {
	var out T
	s.look(func(st *state, _ time.Time) { out = f(st) })
	return out
}

// InsertProject adds a project. Everything but the name is optional.
func (s *Server) InsertProject(p Project) (Project, error) {
	return insert(s, p, (*state).insertProject)
}

// InsertDevice adds a device to the project with its ProjectID. Unless its
// State says otherwise it is active and has addresses; its state does not
// change by itself. It fails if the project, plan or site does not exist.
func (s *Server) InsertDevice(d Device) (Device, error) {
	return insert(s, d, (*state).insertDevice)
}

// InsertSession adds a BGP session to the device with its DeviceID. With a
// Status it keeps that status, otherwise it lives as the timings say. It obeys
// the rules of the API on devices, families and the project's configuration.
func (s *Server) InsertSession(b BGPSession) (BGPSession, error) {
	return insert(s, b, (*state).insertSession)
}

// InsertToken adds an API key: of the default user if it has neither user nor
// project.
func (s *Server) InsertToken(t Token) (Token, error) {
	return insert(s, t, (*state).addToken)
}

// SetBGPConfig sets the BGP configuration of the project with its ProjectID:
// local, with ASN 65000 and enabled, unless it says otherwise.
func (s *Server) SetBGPConfig(b BGPConfig) (BGPConfig, error) {
	return insert(s, b, (*state).insertConfig)
}

// RemoveBGPConfig makes a project one that never had BGP.
func (s *Server) RemoveBGPConfig(projectID string) {
	_ = s.change(func(st *state, _ time.Time) error { st.configs.delete(projectID); return nil })
}

// RemoveProject removes a project with everything in it.
func (s *Server) RemoveProject(id string) {
	_ = s.change(func(st *state, _ time.Time) error { st.removeProject(id); return nil })
}

// RemoveDevice removes a device with everything that hangs on it, whatever its
// state; requests for it then answer 404.
func (s *Server) RemoveDevice(id string) {
	_ = s.change(func(st *state, now time.Time) error {
		d, _ := st.devices.get(id)
		st.freeHardware(d, now)
		st.removeDevice(id)
		return nil
	})
}

// RemoveSession removes a BGP session.
func (s *Server) RemoveSession(id string) {
	_ = s.change(func(st *state, _ time.Time) error { st.sessions.delete(id); return nil })
}

// RemoveToken revokes an API key: requests that carry it answer 401.
func (s *Server) RemoveToken(secret string) {
	_ = s.change(func(st *state, _ time.Time) error {
		for _, t := range st.tokens.list("token/" + secret) {
			st.tokens.delete(t.ID)
		}
		return nil
	})
}

// UpdateDevice changes a device behind the back of its owner. Its id and
// project stay as they are. A device that becomes active gets the addresses that
// it has been waiting for. f must not call the server.
func (s *Server) UpdateDevice(id string, f func(*Device)) error {
	return s.change(func(st *state, now time.Time) error {
		d, found := st.devices.get(id)
		if !found {
			return fmt.Errorf("device %s does not exist", id)
		}
		before := d
		f(&d)
		if err := checkState(d.State); err != nil {
			return err
		}
		d.ID, d.ProjectID, d.UpdatedAt = id, before.ProjectID, now
		st.devices.put(d)
		st.armDevice(d)
		young := before.State == DeviceQueued || before.State == DeviceProvisioning
		if young && d.State == DeviceActive && st.addresses.count("device/"+id) == 0 {
			st.addressDevice(d, now)
		}
		return nil
	})
}

// SetDeviceState puts a device into a state, in which it stays.
func (s *Server) SetDeviceState(id, to string) error {
	return s.UpdateDevice(id, func(d *Device) { d.State, d.Steps = to, nil })
}

// FailDevice lets a device fail to provision: it is in state failed, once
// Timings.Failed has passed it answers 403, and once Timings.Hidden has passed
// 404 (if that is set).
func (s *Server) FailDevice(id string) error {
	return s.change(func(st *state, now time.Time) error {
		d, found := st.devices.get(id)
		if !found {
			return fmt.Errorf("device %s does not exist", id)
		}
		st.failDevice(d, now)
		return nil
	})
}

// UpdateSession changes a BGP session behind the back of its owner. Its id,
// device and project stay as they are. f must not call the server.
func (s *Server) UpdateSession(id string, f func(*BGPSession)) error {
	return s.change(func(st *state, now time.Time) error {
		b, found := st.sessions.get(id)
		if !found {
			return fmt.Errorf("session %s does not exist", id)
		}
		deviceID, projectID := b.DeviceID, b.ProjectID
		f(&b)
		if err := errors.Join(checkStatus(b.Status), b.checkLearned()); err != nil {
			return err
		}
		b.ID, b.DeviceID, b.ProjectID, b.UpdatedAt = id, deviceID, projectID, now
		st.sessions.put(b)
		st.alarms.arm(st.sessions.name, id, b.Steps)
		return nil
	})
}

// SetSessionStatus sets the status that the API reports for a session, and
// keeps it from changing by itself.
func (s *Server) SetSessionStatus(id, status string, learnedRoutes ...string) error {
	return s.UpdateSession(id, func(b *BGPSession) {
		b.Status, b.LearnedRoutes, b.Steps, b.Speaker = status, learnedRoutes, nil, nil
	})
}

// SetSessionSpeaker sets what the switches would say about a session. The API
// reports it after the next discovery or refresh, at once if Timings.Refresh is
// zero.
func (s *Server) SetSessionSpeaker(id string, sp Speaker) error {
	return s.change(func(st *state, now time.Time) error {
		b, found := st.sessions.get(id)
		if !found {
			return fmt.Errorf("session %s does not exist", id)
		}
		if err := checkStatus(sp.Status); err != nil {
			return err
		}
		b.Speaker = &sp
		st.respeak(b, now)
		return nil
	})
}

// Project returns the project with the given id.
func (s *Server) Project(id string) (Project, bool) {
	return lookup(s, id, func(st *state) *table[Project] { return st.projects })
}

// Projects returns all projects, oldest first.
func (s *Server) Projects() []Project {
	return read(s, func(st *state) []Project { return st.projects.all() })
}

// BGPConfig returns the BGP configuration of a project.
func (s *Server) BGPConfig(projectID string) (BGPConfig, bool) {
	return lookup(s, projectID, func(st *state) *table[BGPConfig] { return st.configs })
}

// Device returns the device with the given id, hidden ones too.
func (s *Server) Device(id string) (Device, bool) {
	return lookup(s, id, func(st *state) *table[Device] { return st.devices })
}

// Devices returns all devices, oldest first.
func (s *Server) Devices() []Device {
	return read(s, func(st *state) []Device { return st.devices.all() })
}

// Session returns the BGP session with the given id.
func (s *Server) Session(id string) (BGPSession, bool) {
	return lookup(s, id, func(st *state) *table[BGPSession] { return st.sessions })
}

// Sessions returns all BGP sessions, oldest first.
func (s *Server) Sessions() []BGPSession {
	return read(s, func(st *state) []BGPSession { return st.sessions.all() })
}

func lookup[T record](s *Server, id string, in func(*state) *table[T]) (out T, found bool) {
	s.look(func(st *state, _ time.Time) { out, found = in(st).get(id) })
	return out, found
}
