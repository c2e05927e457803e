// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
)

const (
	testToken     = "tok-Zq83nWw1Lk"
	testMD5       = "Sup3rSecretPw"
	testData      = "custom-hunter22"
	testScript    = "#!/bin/sh\necho hunter33 | passwd --stdin root\n"
	sessionID     = "08f6b756-4f31-4b5c-9b5c-0d1e2f3a4b5c"
	deviceID      = "905037a4-967c-4e81-b364-3a0603aa071b"
	reservationID = "f7a8d1c5-2b3c-4d5e-8f90-a1b2c3d4e5f6"
	sshKeyID      = "5e8d0b8c-77aa-4f6a-9d54-8c2f0e1d3b4a"
	projectID     = "6a4f2c1e-0b7d-4e59-9c43-1f2a3b4c5d6e"
	sessionBody   = `{"id":"` + sessionID + `","status":"up,down","learned_routes":["10.32.16.0/31"],"default_route":true,
		"address_family":"ipv4","device":{"href":"/metal/v1/devices/` + deviceID + `"},"href":"/metal/v1/bgp/sessions/` + sessionID + `"}`
)

// A seen is a request as it arrived.
type seen struct {
	Method, URI, Body string
	Header            http.Header
	Remote            string
}

// An api is a server whose answers are written by a test, in full.
type api struct {
	*httptest.Server

	mu   sync.Mutex
	seen []seen
}

// startAPI serves the answers in turn, the last one for ever.
func startAPI(t *testing.T, answers ...http.HandlerFunc) *api {
	t.Helper()
	a := newAPI(answers...)
	a.Start()
	t.Cleanup(a.Close)
	return a
}

func newAPI(answers ...http.HandlerFunc) *api {
	a := &api{}
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		n := len(a.seen)
		a.seen = append(a.seen, seen{r.Method, r.RequestURI, string(body), r.Header.Clone(), r.RemoteAddr})
		a.mu.Unlock()
		answers[min(n, len(answers)-1)](w, r)
	}))
	return a
}

func (a *api) requests() []seen {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]seen(nil), a.seen...)
}

// methods returns the methods seen, in order.
func (a *api) methods() []string {
	var out []string
	for _, s := range a.requests() {
		out = append(out, s.Method)
	}
	return out
}

// answering answers with JSON, or without a content type if the body is empty,
// and with the given headers: name, value, ...
func answering(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if body != "" {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// cut closes the connection instead of answering.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutBody closes the connection in the middle of a success.
func cutBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `{"id":`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// hang answers nothing until the client has gone.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// A skipClock passes each wait at once, and remembers it.
type skipClock struct {
	*clocktesting.FakeClock

	mu    sync.Mutex
	waits []time.Duration
}

func newSkipClock() *skipClock {
	return &skipClock{FakeClock: clocktesting.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))}
}

func (c *skipClock) NewTimer(d time.Duration) clock.Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.FakeClock.NewTimer(d)
	c.waits = append(c.waits, d)
	c.Step(d)
	return t
}

func (c *skipClock) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.waits...)
}

// testOptions wait for nothing, and have no jitter: Rand's 0.5 is its middle.
func testOptions() Options {
	return Options{Clock: newSkipClock(), Rand: func() float64 { return 0.5 }}
}

func newTestClient(t *testing.T, url string, o Options) *Client {
	t.Helper()
	c, err := NewConnections(o).Client(Config{BaseURL: url + "/metal/v1", Token: testToken})
	if err != nil {
		t.Fatalf("Client(...): %v", err)
	}
	return c
}

// quiet swallows what a server under test has to say of handshakes.
var quiet = log.New(io.Discard, "", 0)

// asError returns an error as it is documented to be, and an empty one for nil.
func asError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		return &Error{}
	}
	return e
}
