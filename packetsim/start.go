// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// TB is what Start needs of a test; *testing.T and *testing.B have it.
type TB interface {
	Helper()
	Context() context.Context
	Cleanup(f func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// A Sim is a server that listens on the loopback interface for one test.
type Sim struct {
	*Server

	// URL is the base URL of the API with a trailing slash.
	URL string
	// Token is the token of the default user.
	Token string
	// CABundle is what a client must trust, in PEM. It is empty without
	// Config.TLS.
	CABundle []byte

	tb TB
}

// Start starts a server on a free port of 127.0.0.1 that stops when the test
// ends.
func Start(tb TB, cfg Config) *Sim {
	tb.Helper()
	s, err := New(cfg)
	if err != nil {
		tb.Fatalf("cannot start packetsim: %v", err)
	}
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("cannot listen for packetsim: %v", err)
	}
	sim := &Sim{
		Server: s, tb: tb,
		URL:   "http://" + l.Addr().String() + s.Prefix() + "/",
		Token: cmp.Or(cfg.Token, DefaultToken),
	}
	srv := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	serve := srv.Serve
	if cfg.TLS {
		cert, bundle, err := SelfSigned()
		if err != nil {
			tb.Fatalf("cannot start packetsim: %v", err)
		}
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		serve = func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
		sim.URL, sim.CABundle = "https"+strings.TrimPrefix(sim.URL, "http"), bundle
	}
	stopped := make(chan error, 1)
	go func() { stopped <- serve(l) }()
	tb.Cleanup(func() {
		s.Close()
		_ = srv.Close()
		if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
			tb.Errorf("packetsim stopped: %v", err)
		}
	})
	return sim
}

// AddProject is InsertProject for tests: it fails the test instead of
// returning an error.
func (s *Sim) AddProject(p Project) Project {
	s.tb.Helper()
	p, err := s.InsertProject(p)
	return must(s.tb, p, err)
}

// AddDevice is InsertDevice for tests.
func (s *Sim) AddDevice(d Device) Device {
	s.tb.Helper()
	d, err := s.InsertDevice(d)
	return must(s.tb, d, err)
}

// AddSession is InsertSession for tests.
func (s *Sim) AddSession(b BGPSession) BGPSession {
	s.tb.Helper()
	b, err := s.InsertSession(b)
	return must(s.tb, b, err)
}

// AddToken is InsertToken for tests.
func (s *Sim) AddToken(t Token) Token {
	s.tb.Helper()
	t, err := s.InsertToken(t)
	return must(s.tb, t, err)
}

// Requests is Server.Requests for tests: a filter that can never match fails the
// test, because looking for what is misspelt would find nothing.
func (s *Sim) Requests(filters ...Filter) []Request {
	s.tb.Helper()
	for _, f := range filters {
		if err := s.CheckFilter(f); err != nil {
			s.tb.Errorf("%v", err)
		}
	}
	return s.Server.Requests(filters...)
}

// FailDevice is Server.FailDevice for tests: an error fails the test, and is
// never returned.
func (s *Sim) FailDevice(id string) error {
	s.tb.Helper()
	must(s.tb, id, s.Server.FailDevice(id))
	return nil
}

// SetSessionStatus is Server.SetSessionStatus for tests, in the same way.
func (s *Sim) SetSessionStatus(id, status string, learnedRoutes ...string) error {
	s.tb.Helper()
	must(s.tb, id, s.Server.SetSessionStatus(id, status, learnedRoutes...))
	return nil
}

// Fault is SetFault for tests.
func (s *Sim) Fault(f Fault) *ActiveFault {
	s.tb.Helper()
	a, err := s.SetFault(f)
	return must(s.tb, a, err)
}

// EnableBGP gives a project the usual configuration: local, ASN 65000, no
// password.
func (s *Sim) EnableBGP(projectID string) BGPConfig {
	s.tb.Helper()
	b, err := s.SetBGPConfig(BGPConfig{ProjectID: projectID})
	return must(s.tb, b, err)
}

func must[T any](tb TB, v T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatalf("cannot prepare packetsim: %v", err)
	}
	return v
}
