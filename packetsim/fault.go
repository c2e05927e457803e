// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
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
	// Method is an HTTP method; empty matches every method. PUT and PATCH match
	// each other, because the API takes them alike.
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
	// Errors are the texts of a JSON error body to go with Status. An error
	// without Errors and Body has the text of its status.
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

// A Refusal is what the headers of a 429 say. One that is empty is left out.
type Refusal struct {
	// RetryAfter is the Retry-After header: seconds, or a date of HTTP.
	RetryAfter string
	// Limit is X-RateLimit-Limit: how many requests there may be.
	Limit string
	// Reset is X-RateLimit-Reset: the Unix second from which on there may be as
	// many again.
	Reset string
}

// RateLimited is a 429 that says when to come back.
func RateLimited(method, route string, times int, says Refusal) Fault {
	return Fault{
		Name: "rate limited", Method: method, Route: route, Times: times,
		Status: http.StatusTooManyRequests, Errors: []string{textTooMany},
		Header: map[string]string{"Retry-After": says.RetryAfter, "X-RateLimit-Limit": says.Limit, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": says.Reset},
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
	past     *state // nil once everybody has it who is to see it
	looks    int    // how many requests have asked for the past
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
// request the one set first meets it, until its Times are used up. One that only
// counts, delays or hangs passes the request on to the next; any other is the
// last. Values that are unknown or contradict each other are an error that names
// their fields as JSON does.
func (s *Server) SetFault(f Fault) (*ActiveFault, error) {
	if err := f.check(s.router, s.prefix); err != nil {
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

// take returns the faults that meet a request, in their order. Only the last
// can be one that does not pass the request on.
func (fs *faults) take(r *Request, token string) []*ActiveFault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var met []*ActiveFault
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
		if met = append(met, f); !f.fault.passesOn() {
			break
		}
	}
	return met
}

// name is what the request log calls the fault.
func (f *ActiveFault) name() string { return cmp.Or(f.fault.Name, f.id) }

// passesOn tells whether other faults can meet the request too: this one only
// counts it, or holds it back.
func (f Fault) passesOn() bool {
	return !f.Store && !f.Stale && !f.Denied && f.Status == 0 && f.Cut == "" && len(f.Header) == 0
}

func (f Fault) matches(r *Request, token string) bool {
	return matchesPath(f.Path, r) &&
		(f.Method == "" || f.Method == r.Method || updates(f.Method) && updates(r.Method)) &&
		(!f.Stale || reads(r.Method)) &&
		(f.Route == "" || f.Route == r.Route) &&
		(f.Token == "" || f.Token == token) &&
		strings.Contains(r.Body, f.BodyContains)
}

// matchesPath tells whether the path of a request within the API matches a
// pattern, as of path.Match. An empty one matches every path.
func matchesPath(pattern string, r *Request) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, r.Path)
	return ok && err == nil && !r.Outside
}

// updates tells whether a method is one of the two that the API takes alike.
func updates(method string) bool { return method == http.MethodPut || method == http.MethodPatch }

// passes tells whether the real answer is wanted, if only half of it.
func (f Fault) passes() bool { return f.Status == 0 && f.Cut != CutSilent }

// through leads a request through the faults that met it.
func (s *Server) through(ctx context.Context, met []*ActiveFault, handle func(conditions) response) response {
	if len(met) == 0 {
		return handle(conditions{})
	}
	last := len(met) - 1
	f := met[last]
	under := conditions{past: f.look(), denied: f.fault.Denied}
	for _, f := range met[:last] {
		if !s.wait(ctx, f) {
			return response{cut: CutSilent}
		}
	}
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

// look returns the state that a request sees which the fault met, nil for the
// present. The last one to ask takes it along: a fault that is used up stays in
// the list, and the past is large.
func (f *ActiveFault) look() *state {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	past := f.past
	f.looks++
	if f.looks == f.fault.Times {
		f.past = nil
	}
	return past
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

// answer returns the scripted answer. An error that nobody gave a body has the
// text of its status.
func (f Fault) answer() response {
	texts := f.Errors
	if len(texts) == 0 && f.Body == "" && f.Status >= http.StatusBadRequest {
		texts = []string{cmp.Or(http.StatusText(f.Status), "Error")}
	}
	if len(texts) > 0 {
		return encode(answer{}, &apiError{status: f.Status, texts: texts})
	}
	return response{status: f.Status, header: http.Header{}, body: []byte(f.Body)}
}
