// SPDX-License-Identifier: Apache-2.0

package packetsim

// Fork returns a server with the state that s has now, at the price of copying
// maps. Neither sees what becomes of the other.
func (s *Server) Fork() *Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &Server{
		prefix: s.prefix, hrefBase: s.hrefBase, clock: s.clock, router: s.router, log: newRequestLog(100, nil, s.report),
		origin: s.origin, done: make(chan struct{}), state: s.state.snapshot(),
	}
	f.state.pools = newPools()
	f.state.rebuild()
	return f
}
