// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// traffic is what is known of requests while they are answered.
type traffic struct {
	inFlight  atomic.Int64
	mu        sync.Mutex
	observers []func(Request, time.Duration)
}

// Observe has f called for every request from now on, with its entry of the
// request log and the real time that the answer took: Request.Duration is of
// the server's clock, which may stand still. The call comes before the client
// sees the answer, in the goroutine of the request, so f must be quick and safe
// for concurrent use.
func (s *Server) Observe(f func(r Request, took time.Duration)) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	// Requests call observers without the lock, so the list is replaced.
	s.traffic.observers = append(slices.Clip(s.traffic.observers), f)
}

// InFlight returns how many requests have arrived and are not answered.
func (s *Server) InFlight() int { return int(s.traffic.inFlight.Load()) }

// record ends a request: it goes into the log and to the observers.
func (s *Server) record(r Request, took time.Duration) {
	s.log.add(r)
	s.traffic.mu.Lock()
	observers := s.traffic.observers
	s.traffic.mu.Unlock()
	for _, f := range observers {
		f(r, took)
	}
}

// Faults returns the faults that are set, in the order in which they were set,
// also those whose Times are used up.
func (s *Server) Faults() []*ActiveFault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return slices.Clone(s.faults.active)
}

// ID returns the id of the fault, which no other fault of the server has had.
func (f *ActiveFault) ID() string { return f.id }

// Fault returns what the fault does.
func (f *ActiveFault) Fault() Fault { return f.fault }

// Seen returns how many requests have matched the fault while it had Times
// left, those that Skip let pass included.
func (f *ActiveFault) Seen() int {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	return f.seen
}

// A Route is a method and a template of the API, as the request log and the
// faults know it. PATCH is served wherever PUT is.
type Route struct {
	Method   string `json:"method"`
	Template string `json:"route"`
}

// Routes returns every route of the API.
func (s *Server) Routes() []Route {
	var out []Route
	for _, r := range routes() {
		out = append(out, Route{Method: r.method, Template: r.template})
	}
	return out
}
