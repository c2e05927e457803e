// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"time"
)

// A Stepper is a clock that stands still until it is told to go on, such as
// FakeClock of k8s.io/utils/clock/testing.
type Stepper interface{ Step(d time.Duration) }

// Now returns the time of the server's clock.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Driven tells whether Advance can move the server's clock.
func (s *Server) Driven() bool {
	_, ok := s.clock.(Stepper)
	return ok
}

// Advance moves the server's clock forward and lets happen what falls due. It
// fails if Config.Clock is no Stepper, or if the duration is not positive.
func (s *Server) Advance(d time.Duration) error {
	c, ok := s.clock.(Stepper)
	if !ok {
		return errors.New("cannot advance the clock: it goes by itself")
	}
	if d <= 0 {
		return errors.New("cannot advance the clock: the duration must be positive")
	}
	c.Step(d)
	return s.change(func(st *state, now time.Time) error {
		st.journal.note(versionBucket, clockKey, now)
		return nil
	})
}
