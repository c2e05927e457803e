// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A stop of the tour is a request and the status it is answered with.
type stop struct {
	reason string
	wait   time.Duration
	// request is a method, a path and perhaps a body, in which {name} stands
	// for an id that an earlier stop or the preparation left.
	request string
	token   string
	status  int
	// keep names ids of the answer for later stops.
	keep map[string]*regexp.Regexp
}

func keep(name string) map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{name: regexp.MustCompile(`"id":"([^"]+)"`)}
}

// tour makes the requests that packngo's tests do not make, so that their
// answers are held against the OpenAPI document too.
func tour(t *testing.T, c *contract) {
	t.Helper()
	clock := testingclock.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	srv, err := packetsim.New(packetsim.Config{Clock: clock, Timings: packetsim.Timings{
		Queued: time.Minute, Addresses: time.Minute, Provisioning: 5 * time.Minute,
	}})
	if err != nil {
		t.Fatalf("cannot make server: %v", err)
	}
	ids := prepare(t, srv)
	url := strings.TrimSuffix(c.serve(t, srv), "/")
	for _, s := range stops {
		clock.Step(s.wait)
		line := s.request
		for name, value := range ids {
			line = strings.ReplaceAll(line, "{"+name+"}", value)
		}
		method, rest, _ := strings.Cut(line, " ")
		path, body, _ := strings.Cut(rest, " ")
		status, reply := ask(t, method, url+path, s.token, body)
		if status != s.status {
			t.Errorf("%s\n%s: want status %d, got %d %s", s.reason, s.request, s.status, status, reply)
		}
		for name, pattern := range s.keep {
			m := pattern.FindStringSubmatch(reply)
			if m == nil {
				t.Fatalf("%s\n%s: no id of %s in %s", s.reason, s.request, name, reply)
			}
			ids[name] = m[1]
		}
	}
}

// prepare gives a server what no request can make, and returns the ids.
func prepare(t *testing.T, srv *packetsim.Server) map[string]string {
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("cannot prepare server: %v", err)
		}
	}
	p, err := srv.InsertProject(packetsim.Project{Name: "tour", CustomData: map[string]any{"a": 1}, PublicIPv4Quota: 64})
	fail(err)
	_, err = srv.SetBGPConfig(packetsim.BGPConfig{ProjectID: p.ID, DeploymentType: "global", ASN: 64999, Status: packetsim.BGPEnabled, Ranges: []string{"192.0.2.0/24"}})
	fail(err)
	d, err := srv.InsertDevice(packetsim.Device{ProjectID: p.ID, Hostname: "edge-1", UserData: "#!/bin/sh"})
	fail(err)
	lost, err := srv.InsertDevice(packetsim.Device{ProjectID: p.ID, Hostname: "lost-1"})
	fail(err)
	fail(srv.FailDevice(lost.ID))
	h, err := srv.InsertHardware(packetsim.HardwareReservation{ProjectID: p.ID})
	fail(err)
	_, err = srv.InsertToken(packetsim.Token{Token: reader, ReadOnly: true})
	fail(err)
	other, err := srv.InsertProject(packetsim.Project{Name: "other"})
	fail(err)
	_, err = srv.InsertToken(packetsim.Token{Token: stranger, ProjectID: other.ID})
	fail(err)
	return map[string]string{"project": p.ID, "device": d.ID, "lost": lost.ID, "hardware": h.ID, "nothing": "00000000-0000-4000-8000-000000000000"}
}

// Tokens with less access than the default one.
const (
	reader   = "reader"
	stranger = "stranger"
)

// ask makes a request and returns the status and body of its answer, which must
// be JSON unless it is empty.
func ask(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatalf("cannot make request: %v", err)
	}
	if token == "" {
		token = packetsim.DefaultToken
	}
	req.Header.Set("X-Auth-Token", token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("cannot ask: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("cannot read answer: %v", err)
	}
	if len(b) > 0 && !json.Valid(b) {
		t.Errorf("%s %s: the answer is no JSON: %s", method, url, b)
	}
	return resp.StatusCode, string(b)
}
