// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// maxBody is how much of a request's body is read, in bytes.
const maxBody = 1 << 20

// An inbound is a request that was read and matched to a route.
type inbound struct {
	*http.Request

	entry Request
	path  string
	route route
	found bool
	param func(string) string
	body  []byte
	// broken is why the request cannot be handled, nil if it can.
	broken error
}

// A response is an answer in the form in which it goes over the wire.
type response struct {
	status int
	header http.Header
	body   []byte
	// texts are what an error answer says.
	texts []string
	cut   Cut
}

// ServeHTTP answers one request of the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	s.traffic.inFlight.Add(1)
	defer s.traffic.inFlight.Add(-1)
	in := s.read(w, r)
	limits, allowed := s.limit(r)
	maps.Copy(w.Header(), limits)
	resp := encode(answer{}, &apiError{status: http.StatusTooManyRequests, texts: []string{textTooMany}})
	if allowed {
		met := s.faults.take(&in.entry, r.Header.Get("X-Auth-Token"))
		if len(met) > 0 {
			in.entry.Fault, in.entry.Passed = names(met)
			in.entry.TokenID = s.TokenID(r.Header.Get("X-Auth-Token"))
		}
		resp = s.through(r.Context(), met, func(c conditions) response {
			return encode(s.handle(c, in))
		})
	}

	if resp.cut != CutSilent {
		in.entry.Status, in.entry.Errors = resp.status, resp.texts
	}
	in.entry.Cut = resp.cut
	s.redact(&in.entry, r.Header.Get("X-Auth-Token"))
	in.entry.Duration = s.clock.Since(in.entry.Time)
	s.record(in.entry, time.Since(began))
	write(w, in.entry.ID, resp)
}

// read reads a request and finds its route.
func (s *Server) read(w http.ResponseWriter, r *http.Request) *inbound {
	in := &inbound{Request: r, entry: Request{
		ID: uuid.NewString(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Time: s.clock.Now(), Outside: true,
	}}
	var err error
	if in.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		in.broken = errInvalid("Request body cannot be read")
		if errors.As(err, new(*http.MaxBytesError)) {
			in.broken = errInvalid("Request body is larger than 1 MiB")
		}
	}
	in.entry.Body = string(in.body)
	if p, ok := s.trimPrefix(r.URL.Path); ok {
		in.path, in.entry.Path, in.entry.Outside = p, p, false
		in.route, in.param, in.found = s.router.find(r.Method, p)
		in.entry.Route = in.route.template
	}
	return in
}

// trimPrefix returns the path within the API, without a trailing slash.
func (s *Server) trimPrefix(p string) (string, bool) {
	rest, ok := strings.CutPrefix(p, s.prefix)
	if !ok || !strings.HasPrefix(rest, "/") {
		return "", false
	}
	if len(rest) > 1 {
		rest = strings.TrimSuffix(rest, "/")
	}
	return rest, true
}

// Conditions are what a fault has a request see: the present as it is, unless a
// field says otherwise.
type conditions struct {
	// past is a state from before.
	past *state
	// denied takes the token's access to projects away.
	denied bool
}

// handle authenticates a request and lets its route answer it.
func (s *Server) handle(under conditions, in *inbound) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return answer{}, unkept(err)
	}
	now := s.clock.Now()
	s.state.advance(now)
	who, err := s.state.authenticate(in.Header)
	if err != nil {
		return answer{}, err
	}
	in.entry.TokenID = who.ID
	switch {
	case in.broken != nil:
		return answer{}, in.broken
	case !in.found:
		return answer{}, errNotFound()
	case who.ReadOnly && !reads(in.Method):
		return answer{}, errForbidden(textDenied)
	}
	st := s.state
	if under.past != nil {
		st = under.past
	}
	q := in.URL.Query()
	c := &call{st: st, who: who, denied: under.denied, method: in.Method, path: in.path, query: q, body: in.body, now: now, param: in.param}
	c.view = view{st: st, caller: c, base: s.hrefBase, inc: parseFields(q, "include"), exc: parseFields(q, "exclude"), now: now}
	a, err := in.route.handle(c)
	// Nothing may be seen that a restart would undo.
	if kept := s.keep(); kept != nil {
		return answer{}, unkept(kept)
	}
	return a, err
}

// unkept is the answer to a request whose effect could not be kept.
func unkept(err error) error {
	return &apiError{status: http.StatusInternalServerError, texts: []string{"packetsim " + err.Error()}}
}

// encode turns what a handler returned into a response.
func encode(a answer, err error) response {
	resp := response{header: http.Header{}}
	if err != nil {
		refused := &apiError{status: http.StatusInternalServerError, texts: []string{textOhSnap}}
		errors.As(err, &refused)
		a, resp.texts = answer{refused.status, refused.body()}, refused.texts
	}
	resp.status = a.status
	if a.object == nil {
		return resp
	}
	b, err := json.Marshal(a.object)
	if err != nil {
		return encode(answer{}, err)
	}
	resp.body = b
	return resp
}

// write sends a response with the headers every answer of the API has. It does
// not return if the connection is to be cut.
func write(w http.ResponseWriter, requestID string, resp response) {
	if resp.cut == CutSilent {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Request-Id", requestID)
	for k, v := range resp.header {
		h[k] = v
		if len(v) == 0 || v[0] == "" {
			// A nil value also keeps net/http from adding a header of its own.
			h[k] = nil
		}
	}
	body := resp.body
	if resp.cut != "" {
		body = body[:len(body)/2]
	}
	w.WriteHeader(resp.status)
	// A client that went away is no concern of the server.
	_, _ = w.Write(body)
	if resp.cut == "" {
		return
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	panic(http.ErrAbortHandler)
}
