// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"io"
	"net/http"
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
	// Path is the path without the API's prefix.
	Path  string `json:"path"`
	Query string `json:"query,omitempty"`
	// Status is the status of the answer, 0 if the connection was cut.
	Status int `json:"status"`
	// Body is the request's body. It is left out of the written log, because
	// it may carry passwords.
	Body string `json:"-"`
	// TokenID is the id of the token, never its secret; empty if the token is
	// unknown or was not looked at, as beyond the rate limit.
	TokenID string `json:"token_id,omitempty"`
	// Time is when the request arrived.
	Time time.Time `json:"time"`
	// Duration is how long the answer took, in nanoseconds of the server's
	// clock.
	Duration time.Duration `json:"duration_ns"`
	// Fault is the name of the fault that met the request, or its id if it has
	// no name.
	Fault string `json:"fault,omitempty"`
}

// A Filter selects requests of the log. Empty fields match everything.
type Filter struct {
	Method string
	Route  string
	// Path is the path without the API's prefix.
	Path string
	// Status is the status of the answer; -1 selects cut connections.
	Status int
	// Mutating selects requests other than GET and HEAD.
	Mutating bool
	// TokenID is the id of the token.
	TokenID string
	// Since selects requests that arrived then or later.
	Since time.Time
}

func (f Filter) matches(r Request) bool {
	return (f.Method == "" || f.Method == r.Method) &&
		(f.Route == "" || f.Route == r.Route) &&
		(f.Path == "" || f.Path == r.Path) &&
		(f.Status == 0 || f.Status == r.Status || f.Status == -1 && r.Status == 0) &&
		(!f.Mutating || r.Method != http.MethodGet && r.Method != http.MethodHead) &&
		(f.TokenID == "" || f.TokenID == r.TokenID) &&
		!r.Time.Before(f.Since)
}

// requestLog remembers the latest requests.
type requestLog struct {
	mu      sync.Mutex
	entries []Request
	size    int
	to      *json.Encoder
}

func newRequestLog(size int, to io.Writer) *requestLog {
	l := &requestLog{size: size}
	if to != nil {
		l.to = json.NewEncoder(to)
	}
	return l
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) == l.size {
		// Dropping a quarter at once keeps the cost of a full log constant.
		l.entries = slices.Delete(l.entries, 0, max(1, l.size/4))
	}
	l.entries = append(l.entries, r)
	if l.to != nil {
		_ = l.to.Encode(r) //nolint:errchkjson // A log that cannot be written must not stop the server.
	}
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
	s.log.entries = nil
}
