// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"io"
	"net/url"
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
	Path string `json:"path"`
	// Query is the query, with user data hidden.
	Query string `json:"query,omitempty"`
	// Status is the status of the answer, 0 if the connection was cut before it.
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

func (f Filter) matches(r Request) bool {
	return (f.Method == "" || f.Method == r.Method) &&
		(f.Route == "" || f.Route == r.Route) &&
		(f.Path == "" || f.Path == r.Path) &&
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
	if l.to != nil {
		_ = l.to.Encode(r) //nolint:errchkjson // A log that cannot be written must not stop the server.
	}
}

// weight is how many bytes of text a request brought.
func (r Request) weight() int { return len(r.Path) + len(r.Query) + len(r.Body) }

// loggedQuery returns the query of a request without the one secret that the
// API takes there.
func loggedQuery(u *url.URL) string {
	q := u.Query()
	if !q.Has("userdata") {
		return u.RawQuery
	}
	q.Set("userdata", "hidden")
	return q.Encode()
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
