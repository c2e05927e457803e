// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"fmt"
	"time"
)

// An origin is what a server's first state is made of.
type origin struct {
	seed  *Seed
	token string
}

// fill puts the origin into an empty state.
func (o origin) fill(st *state, now time.Time) error {
	st.setDefaultToken(o.token, now)
	st.addDefaults(now)
	if o.seed == nil {
		return nil
	}
	if err := st.sow(*o.seed, now); err != nil {
		return fmt.Errorf("cannot apply seed %s: %w", cmp.Or(o.seed.from, "data"), err)
	}
	return nil
}

// Reset puts the state back to the seed, as if the server had been started
// anew on an empty folder. Faults and the request log stay. The state does not
// change if that fails.
func (s *Server) Reset() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return err
	}
	old, fresh := s.state, newState(s.state.timings)
	fresh.journal.keep = s.disk != nil
	if err := s.origin.fill(fresh, s.clock.Now()); err != nil {
		return err
	}
	for _, t := range old.shelves() {
		t.retire(fresh.journal)
	}
	s.state = fresh
	return s.keep()
}

func (t *table[T]) retire(in *journal) {
	for id := range t.rows {
		if _, newer := in.changes[change{t.name, id}]; !newer {
			in.note(t.name, id, nil)
		}
	}
}
