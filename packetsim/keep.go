// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"time"
)

// keep writes what changed to the disk, if there is one. If that fails, the
// state becomes what the disk has: a change that is not acknowledged has not
// happened. The lock is held.
func (s *Server) keep() error {
	if s.disk == nil {
		return nil
	}
	changes := s.state.journal.drain()
	if s.Driven() && len(changes) > 0 {
		changes[change{versionBucket, clockKey}] = s.clock.Now()
	}
	err := s.disk.keep(changes)
	if err == nil {
		return nil
	}
	if s.disk.failed == nil && !s.closed() {
		s.report(fmt.Errorf("%w; every request is refused until that works", err))
	}
	s.disk.failed = err
	// Where that fails too, ready tries again before anything else happens.
	_ = s.reload()
	return err
}

// closed tells whether Close was called.
func (s *Server) closed() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// reload puts the state back to what the disk has.
func (s *Server) reload() error {
	fresh := newState(s.state.timings)
	if _, err := s.disk.restore(fresh); err != nil {
		return err
	}
	s.state = fresh
	return nil
}

// ready returns why nothing can be kept, nil if something can. After a write has
// failed, it looks whether the next would. The lock is held.
func (s *Server) ready() error {
	if s.disk == nil || s.disk.failed == nil {
		return nil
	}
	if err := s.disk.probe(); err != nil {
		return err
	}
	if err := s.reload(); err != nil {
		return err
	}
	s.disk.failed = nil
	return nil
}

// resumeClock moves a driven clock to the time that the disk has, if that is
// later: time must not go back.
func (s *Server) resumeClock() error {
	c, driven := s.clock.(Stepper)
	if !driven {
		return nil
	}
	last, err := s.disk.clock()
	if err != nil {
		return err
	}
	if ahead := last.Sub(s.clock.Now()); ahead > 0 {
		c.Step(ahead)
	}
	return nil
}

// Restored tells whether the state came from Config.Data, so that Config.Seed
// was not applied. Reset applies it.
func (s *Server) Restored() bool { return s.restored }

// Health returns why the server refuses every request, nil if it does not: its
// data folder cannot be written.
func (s *Server) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready()
}

// look gives f the present state, as of now, under the lock. f only reads; it is
// called also while nothing can be kept.
func (s *Server) look(f func(st *state, now time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.ready() == nil {
		s.state.advance(now)
		_ = s.keep()
	}
	f(s.state, now)
}
