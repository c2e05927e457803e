// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"strings"
	"sync"

	"golang.org/x/time/rate"
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
	traffic  traffic
	origin   origin
	limiters limiters

	mu       sync.Mutex
	state    *state
	disk     *disk
	restored bool
	report   func(error)

	done  chan struct{}
	close sync.Once
}

// New returns a server in its initial state. It fails if the seed contradicts
// itself, if the data folder cannot be used, and on a rate limit that makes no
// sense.
func New(cfg Config) (*Server, error) {
	limit, err := cfg.RateLimit.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{
		prefix: "/" + strings.Trim(cfg.Prefix, "/"),
		clock:  cfg.Clock,
		router: newRouter(routes()),
		state:  newState(cfg.Timings),
		done:   make(chan struct{}),
		report: cfg.Report,

		limiters: limiters{limit: limit, all: map[string]*rate.Limiter{}},
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
	if s.report == nil {
		s.report = func(error) {}
	}
	size := cfg.LogSize
	if size <= 0 {
		size = 100_000
	}
	s.log = newRequestLog(size, cfg.LogTo, s.report)
	token := cfg.Token
	if token == "" {
		token = DefaultToken
	}
	s.origin = origin{seed: cfg.Seed, token: token}
	if err := s.fill(cfg); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// fill brings the state of a new server in: from the disk, or from the seed.
func (s *Server) fill(cfg Config) error {
	if cfg.Data != "" {
		var err error
		if s.disk, err = openDisk(cfg.Data); err != nil {
			return err
		}
		if s.restored, err = s.disk.restore(s.state); err != nil {
			return err
		}
		if err := s.resumeClock(); err != nil {
			return err
		}
	}
	now := s.clock.Now()
	if s.restored {
		s.state.setDefaultToken(s.origin.token, now)
	} else if err := s.origin.fill(s.state, now); err != nil {
		return err
	}
	return s.keep()
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
