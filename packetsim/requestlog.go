// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// A Request is a request that a server answered, or refused to answer.
type Request struct {
	// ID is the X-Request-Id of the answer.
	ID     string `json:"id"`
	Method string `json:"method"`
	// Route is the template of the route, such as "/bgp/sessions/{id}"; empty
	// if there is none for the path.
	Route string `json:"route"`
	// Path is the path without the API's prefix, with API keys hidden.
	Path string `json:"path"`
	// Outside is true if the request does not have the API's prefix, so that it
	// meets no route. Path is then the whole path.
	Outside bool `json:"outside,omitempty"`
	// Query is the query, with user data, API keys and passwords hidden.
	Query string `json:"query,omitempty"`
	// Status is the status of the answer, 0 if the connection was cut before it.
	Status int `json:"status"`
	// Cut is how a fault ended the connection, or silent if the client was gone.
	Cut Cut `json:"cut,omitempty"`
	// Errors are the texts of an error answer. They are why a request was refused.
	Errors []string `json:"errors,omitempty"`
	// Body is the request's body. It is left out of the written log, because
	// it may carry passwords.
	Body string `json:"-"`
	// TokenID is the id of the token, never its secret; empty if the token is
	// unknown or was not looked at, as beyond the rate limit.
	TokenID string `json:"tokenId,omitempty"`
	// Time is when the request arrived.
	Time time.Time `json:"time"`
	// Duration is how long the answer took, in nanoseconds of the server's
	// clock.
	Duration time.Duration `json:"durationNs"`
	// Fault is the name of the fault that met the request last, or its id if it
	// has no name.
	Fault string `json:"fault,omitempty"`
	// Passed are those of the faults that met it before and passed it on.
	Passed []string `json:"passedFaults,omitempty"`
}

// names returns what the request log calls the last of some faults, and those
// before it.
func names(met []*ActiveFault) (last string, before []string) {
	for _, f := range met[:len(met)-1] {
		before = append(before, f.name())
	}
	return met[len(met)-1].name(), before
}

// A Filter selects requests of the log. Empty fields match everything.
type Filter struct {
	Method string
	Route  string
	// Path is a pattern, as of path.Match, for the path without the API's prefix.
	Path string
	// Status is the status of the answer; -1 selects connections that
	// were cut before it.
	Status int
	// Mutating selects requests other than GET and HEAD.
	Mutating bool
	// TokenID is the id of the token.
	TokenID string
	// Since selects requests that arrived then or later.
	Since time.Time
}

// CheckFilter returns what is wrong with a filter that can never match: a method
// that HTTP does not have, a route that the API does not have, a path that is no
// pattern or has the API's prefix.
func (s *Server) CheckFilter(f Filter) error {
	if err := s.router.checkMatch(f.Method, f.Route, f.Path, s.prefix); err != nil {
		return fmt.Errorf("cannot select requests: %w", err)
	}
	return nil
}

func (f Filter) matches(r Request) bool {
	return (f.Method == "" || f.Method == r.Method) &&
		(f.Route == "" || f.Route == r.Route) &&
		matchesPath(f.Path, &r) &&
		(f.Status == 0 || f.Status == r.Status || f.Status == -1 && r.Status == 0) &&
		(!f.Mutating || !reads(r.Method)) &&
		(f.TokenID == "" || f.TokenID == r.TokenID) &&
		!r.Time.Before(f.Since)
}

// maxLogged bounds what the texts of the remembered requests take, in bytes.
const maxLogged = 64 << 20

// requestLog remembers the latest requests.
type requestLog struct {
	mu      sync.Mutex
	entries []Request
	size    int
	held    int // bytes of the entries' texts
	to      io.Writer
	report  func(error)
	failed  bool // The last line could not be written.
}

func newRequestLog(size int, to io.Writer, report func(error)) *requestLog {
	return &requestLog{size: size, to: to, report: report}
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held += r.weight()
	for len(l.entries) > 0 && (len(l.entries) >= l.size || l.held > maxLogged) {
		// Dropping a quarter at once keeps the cost of a full log constant.
		n := max(1, len(l.entries)/4)
		for _, old := range l.entries[:n] {
			l.held -= old.weight()
		}
		l.entries = slices.Delete(l.entries, 0, n)
	}
	l.entries = append(l.entries, r)
	if l.to == nil {
		return
	}
	// A log that cannot be written must not stop the server. An encoder would
	// not go on after an error.
	line, err := json.Marshal(r)
	if err == nil {
		_, err = l.to.Write(append(line, '\n'))
	}
	if err != nil && !l.failed {
		l.report(fmt.Errorf("cannot write the request log: %w; lines are missing until that works", err))
	}
	l.failed = err != nil
}

// weight is how many bytes of text an entry has.
func (r Request) weight() int {
	n := len(r.Path) + len(r.Query) + len(r.Body)
	for _, text := range r.Errors {
		n += len(text)
	}
	return n
}

// Requests returns the requests answered so far that match one of the filters,
// or all of them if there is none, oldest first. A request is in the log before
// its client sees the answer.
func (s *Server) Requests(filters ...Filter) []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	var out []Request
	for _, r := range s.log.entries {
		if len(filters) == 0 || slices.ContainsFunc(filters, func(f Filter) bool { return f.matches(r) }) {
			out = append(out, r)
		}
	}
	return out
}

// LatestRequests returns the last n of the requests that match the filter,
// oldest first, and how many match it in all.
func (s *Server) LatestRequests(n int, filter Filter) (latest []Request, matching int) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	for _, r := range slices.Backward(s.log.entries) {
		if !filter.matches(r) {
			continue
		}
		matching++
		if matching <= n {
			latest = append(latest, r)
		}
	}
	slices.Reverse(latest)
	return latest, matching
}

// ResetRequests empties the request log.
func (s *Server) ResetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.entries, s.log.held = nil, 0
}
