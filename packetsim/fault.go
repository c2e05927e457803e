// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Cut says how a fault ends the connection instead of finishing an answer.
type Cut string

// The ways to cut a connection. With Fault.Store the request takes effect first.
const (
	// CutSilent closes the connection before the first byte of an answer.
	CutSilent Cut = "silent"
	// CutMidway closes the connection after half of the answer's body, or before
	// the first byte of an answer that has none.
	CutMidway Cut = "midway"
)

// A Fault makes some requests go wrong. The first group of fields says which,
// the second what happens to them. A fault with no effect still counts the
// requests that match it.
type Fault struct {
	// Name shows in the request log; the fault's id if empty.
	Name string `json:"name,omitempty"`
	// Method is an HTTP method; empty matches every method.
	Method string `json:"method,omitempty"`
	// Route is the template of a route, such as "/bgp/sessions/{id}"; empty
	// matches every route.
	Route string `json:"route,omitempty"`
	// Path is a pattern, as of path.Match, for the path without the API's
	// prefix; empty matches every path.
	Path string `json:"path,omitempty"`
	// Token matches requests that carry this secret; empty matches all.
	Token string `json:"token,omitempty"`
	// BodyContains matches requests whose body contains this text.
	BodyContains string `json:"bodyContains,omitempty"`
	// Skip is how many matching requests pass unharmed first.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests the fault meets; zero means every one until
	// it is removed.
	Times int `json:"times,omitempty"`

	// Store handles the request first, so that its effect is kept, and then
	// goes on with the fields below.
	Store bool `json:"store,omitempty"`
	// Delay holds the request back for a time of the server's clock, in
	// nanoseconds. If its client gives up meanwhile, or the server stops, the
	// request has no effect unless it was stored.
	Delay time.Duration `json:"delay,omitempty"`
	// Hang holds the request back until ActiveFault.Release, with the same
	// exceptions.
	Hang bool `json:"hang,omitempty"`
	// Stale answers from the state as it was when the fault was set. It meets
	// GET and HEAD only.
	Stale bool `json:"stale,omitempty"`
	// Denied handles the request as if its token had lost access to every
	// project: what belongs to one answers 403, lists are empty.
	Denied bool `json:"denied,omitempty"`
	// Status answers with this HTTP status instead of the real answer.
	Status int `json:"status,omitempty"`
	// Errors are the texts of a JSON error body to go with Status.
	Errors []string `json:"errors,omitempty"`
	// Body is the body to go with Status if Errors is empty.
	Body string `json:"body,omitempty"`
	// Header are headers to set on the answer. An empty value removes one.
	Header map[string]string `json:"header,omitempty"`
	// Cut ends the connection instead of answering in full.
	Cut Cut `json:"cut,omitempty"`
}

// OhSnap is the fault of
// https://github.com/packethost/terraform-provider-packet/issues/206: the
// request takes effect, and its answer is a 500 all the same.
func OhSnap(method, route string, times int) Fault {
	return Fault{Name: "oh snap", Method: method, Route: route, Times: times, Store: true, Status: http.StatusInternalServerError, Errors: []string{textOhSnap}}
}

// RateLimited is a 429 that says when to come back: retryAfter goes into the
// Retry-After header and reset into X-RateLimit-Reset.
func RateLimited(method, route string, times int, limit, retryAfter, reset string) Fault {
	return Fault{
		Name: "rate limited", Method: method, Route: route, Times: times,
		Status: http.StatusTooManyRequests, Errors: []string{textTooMany},
		Header: map[string]string{"Retry-After": retryAfter, "X-RateLimit-Limit": limit, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset},
	}
}

// BadGateway is what a proxy in front of the API answers when it is down.
func BadGateway(method, route string, times int) Fault {
	return Fault{
		Name: "bad gateway", Method: method, Route: route, Times: times,
		Status: http.StatusBadGateway, Body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
		Header: map[string]string{"Content-Type": "text/html"},
	}
}

// LostToken is an API key that loses its access for some requests, or with zero
// times until the fault is removed: what belongs to a project answers 403.
func LostToken(secret string, times int) Fault {
	return Fault{Name: "lost token", Token: secret, Times: times, Denied: true}
}

// An ActiveFault is a fault that was set on a server.
type ActiveFault struct {
	set      *faults
	id       string
	fault    Fault
	past     *state
	seen     int
	hits     int
	met      chan struct{}
	released chan struct{}
	release  sync.Once
}

// Hits returns how many requests the fault has met.
func (f *ActiveFault) Hits() int {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	return f.hits
}

// Met is closed when the fault meets its first request.
func (f *ActiveFault) Met() <-chan struct{} { return f.met }

// Release lets the requests go on that a hanging fault holds back, and those
// that it would hold back later.
func (f *ActiveFault) Release() { f.release.Do(func() { close(f.released) }) }

// Remove ends the fault for later requests and releases those it holds back.
func (f *ActiveFault) Remove() {
	f.Release()
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	for i, x := range f.set.active {
		if x == f {
			f.set.active = append(f.set.active[:i:i], f.set.active[i+1:]...)
			return
		}
	}
}

// faults are the faults set on a server, in the order in which they were set.
type faults struct {
	mu     sync.Mutex
	active []*ActiveFault
	last   int // The number of the fault set last.
}

// SetFault makes requests go wrong from now on. Of several faults that match a
// request the one set first meets it, until its Times are used up. Values that
// are unknown or contradict each other are an error that names their fields as
// JSON does.
func (s *Server) SetFault(f Fault) (*ActiveFault, error) {
	if err := f.check(s.router); err != nil {
		return nil, fmt.Errorf("cannot set fault: %w", err)
	}
	a := &ActiveFault{set: &s.faults, fault: f, met: make(chan struct{}), released: make(chan struct{})}
	if f.Stale {
		s.mu.Lock()
		s.state.advance(s.clock.Now())
		a.past = s.state.snapshot()
		s.mu.Unlock()
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.last++
	a.id = "fault-" + strconv.Itoa(s.faults.last)
	s.faults.active = append(s.faults.active, a)
	return a, nil
}

// ClearFaults removes every fault and releases what they hold back.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	old := s.faults.active
	s.faults.active = nil
	s.faults.mu.Unlock()
	for _, f := range old {
		f.Release()
	}
}

// take returns the fault that meets a request, nil if none does.
func (fs *faults) take(r *Request, token string) *ActiveFault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.active {
		if !f.fault.matches(r, token) || (f.fault.Times > 0 && f.hits >= f.fault.Times) {
			continue
		}
		f.seen++
		if f.seen <= f.fault.Skip {
			continue
		}
		f.hits++
		if f.hits == 1 {
			close(f.met)
		}
		return f
	}
	return nil
}

func (f Fault) matches(r *Request, token string) bool {
	if f.Path != "" {
		if ok, err := path.Match(f.Path, r.Path); err != nil || !ok {
			return false
		}
	}
	return (f.Method == "" || f.Method == r.Method) &&
		(!f.Stale || reads(r.Method)) &&
		(f.Route == "" || f.Route == r.Route) &&
		(f.Token == "" || f.Token == token) &&
		strings.Contains(r.Body, f.BodyContains)
}

// passes tells whether the real answer is wanted, if only half of it.
func (f Fault) passes() bool { return f.Status == 0 && f.Cut != CutSilent }

// through leads a request through the fault that met it, which may be nil.
func (s *Server) through(ctx context.Context, f *ActiveFault, handle func(conditions) response) response {
	if f == nil {
		return handle(conditions{})
	}
	under := conditions{past: f.past, denied: f.fault.Denied}
	var resp response
	if f.fault.Store {
		resp = handle(under)
	}
	if !s.wait(ctx, f) {
		return response{cut: CutSilent}
	}
	if !f.fault.Store && f.fault.passes() {
		resp = handle(under)
	}
	if f.fault.Status != 0 {
		resp = f.fault.answer()
	}
	if resp.header == nil {
		resp.header = http.Header{}
	}
	for k, v := range f.fault.Header {
		resp.header.Set(k, v)
	}
	resp.cut = f.fault.Cut
	if resp.cut == CutMidway && len(resp.body) == 0 {
		// A client could not tell half of nothing from the whole.
		resp.cut = CutSilent
	}
	return resp
}

// wait holds a request back as long as its fault wants it. It reports false if
// there is nobody left to answer.
func (s *Server) wait(ctx context.Context, f *ActiveFault) bool {
	if f.fault.Delay > 0 {
		t := s.clock.NewTimer(f.fault.Delay)
		defer t.Stop()
		select {
		case <-t.C():
		case <-ctx.Done():
			return false
		case <-s.done:
			return false
		}
	}
	if f.fault.Hang {
		select {
		case <-f.released:
		case <-ctx.Done():
			return false
		case <-s.done:
			return false
		}
	}
	return true
}

// answer returns the scripted answer.
func (f Fault) answer() response {
	if len(f.Errors) > 0 {
		return encode(answer{}, &apiError{status: f.Status, texts: f.Errors})
	}
	return response{status: f.Status, header: http.Header{}, body: []byte(f.Body)}
}
