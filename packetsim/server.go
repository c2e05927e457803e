// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"strings"
	"sync"

	"k8s.io/utils/clock"
)

// A Server is a Packet API. It is an http.Handler and safe for concurrent use.
type Server struct {
	prefix   string
	hrefBase string
	clock    clock.Clock
	router   *router
	log      *requestLog
	faults   faults

	mu    sync.Mutex
	state *state
	disk  *disk

	done  chan struct{}
	close sync.Once
}

// New returns a server in its initial state. It fails if the seed contradicts
// itself.
func New(cfg Config) (*Server, error) {
	s := &Server{
		prefix: "/" + strings.Trim(cfg.Prefix, "/"),
		clock:  cfg.Clock,
		router: newRouter(routes()),
		state:  newState(cfg.Timings),
		done:   make(chan struct{}),
	}
	if cfg.Prefix == "" {
		s.prefix = DefaultPrefix
	}
	s.prefix = strings.TrimSuffix(s.prefix, "/")
	if !cfg.BareHrefs {
		s.hrefBase = s.prefix
	}
	if s.clock == nil {
		s.clock = clock.RealClock{}
	}
	size := cfg.LogSize
	if size <= 0 {
		size = 100_000
	}
	s.log = newRequestLog(size, cfg.LogTo)
	token := cfg.Token
	if token == "" {
		token = DefaultToken
	}
	if err := s.fill(cfg, token); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// fill brings the state of a new server in: from the disk, or from the seed.
func (s *Server) fill(cfg Config, token string) error {
	found := false
	if cfg.Data != "" {
		var err error
		if s.disk, err = openDisk(cfg.Data); err != nil {
			return err
		}
		if found, err = s.disk.restore(s.state); err != nil {
			return err
		}
	}
	now := s.clock.Now()
	s.state.setDefaultToken(token, now)
	if !found {
		s.state.addDefaults(now)
		if cfg.Seed != nil {
			if err := s.state.sow(*cfg.Seed, now); err != nil {
				return fmt.Errorf("cannot apply seed data: %w", err)
			}
		}
	}
	return s.keep()
}

// keep writes what changed to the disk, if there is one. The lock is held.
func (s *Server) keep() error {
	if s.disk == nil {
		return nil
	}
	return s.disk.keep(s.state.journal.drain())
}

// Prefix returns the path of the API without a trailing slash, empty if the
// API is at the root.
func (s *Server) Prefix() string { return s.prefix }

// Close releases every request that a fault holds back, and the data folder. A
// server without one still answers afterwards.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.done)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.disk != nil {
			// Every change was written before; there is nothing to lose.
			_ = s.disk.close()
		}
	})
}
