// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// state is what the tests read of an answer of /api/state.
type state struct {
	Counts struct {
		Projects int            `json:"projects"`
		Devices  map[string]int `json:"devices"`
		Sessions []struct {
			AddressFamily string `json:"addressFamily"`
			Status        string `json:"status"`
			Count         int    `json:"count"`
		} `json:"sessions"`
	} `json:"counts"`
	Projects []struct {
		Name string `json:"name"`
		BGP  *struct {
			ASN int64 `json:"asn"`
			MD5 bool  `json:"md5"`
		} `json:"bgp"`
		DeviceCount int `json:"deviceCount"`
		Devices     []struct {
			Hostname string `json:"hostname"`
			State    string `json:"state"`
			Hidden   bool   `json:"hidden"`
			Sessions []struct {
				Status string `json:"status"`
			} `json:"sessions"`
		} `json:"devices"`
	} `json:"projects"`
}

func TestState(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	failed := b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: "edge-2"})
	if err := b.FailDevice(failed.ID); err != nil {
		t.Fatal(err)
	}
	bare := b.AddProject(packetsim.Project{Name: "bare"})

	got := into[state](t, b.ask(t, http.MethodGet, "/api/state", ""))
	var lines []string
	for _, p := range got.Projects {
		lines = append(lines, fmt.Sprintf("%s with BGP: %t", p.Name, p.BGP != nil))
		for _, d := range p.Devices {
			lines = append(lines, fmt.Sprintf("%s %s, hidden: %t, sessions: %v", d.Hostname, d.State, d.Hidden, d.Sessions))
		}
	}
	want := []string{
		"demo with BGP: true", "edge-1 active, hidden: false, sessions: [{up}]", "edge-2 failed, hidden: true, sessions: []",
		"bare with BGP: false",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if !got.Projects[0].BGP.MD5 || got.Projects[0].BGP.ASN != 65000 {
		t.Errorf("BGP of demo: want AS 65000 with a password, got %+v", got.Projects[0].BGP)
	}
	if diff := cmp.Diff(map[string]int{"active": 1, "failed": 1}, got.Counts.Devices); diff != "" {
		t.Errorf("devices by state (-want +got):\n%s", diff)
	}
	if n := got.Counts.Sessions; len(n) != 1 || n[0].AddressFamily != "ipv4" || n[0].Status != "up" || n[0].Count != 1 {
		t.Errorf("sessions: want one that is ipv4 and up, got %+v", n)
	}

	cases := map[string]struct {
		reason, query string
		projects      []string
		devices       int
	}{
		"OneProject":  {"a project can be asked for alone", "?project=" + bare.ID, []string{"bare"}, 0},
		"FewProjects": {"the oldest come first", "?projects=1", []string{"demo"}, 2},
		"FewDevices":  {"the devices of a large project can be left out", "?projects=1&devices=1", []string{"demo"}, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := into[state](t, b.ask(t, http.MethodGet, "/api/state"+tc.query, ""))
			var names []string
			for _, p := range got.Projects {
				names = append(names, p.Name)
			}
			if diff := cmp.Diff(tc.projects, names); diff != "" {
				t.Errorf("%s: projects (-want +got):\n%s", tc.reason, diff)
			}
			if n := len(got.Projects[0].Devices); n != tc.devices || got.Counts.Projects != 2 {
				t.Errorf("%s: want %d devices and 2 projects counted, got %d and %d", tc.reason, tc.devices, n, got.Counts.Projects)
			}
		})
	}
}

// TestTheOldestDevicesAreShown has more devices than are asked for.
func TestTheOldestDevicesAreShown(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	for i := range 20 {
		b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: fmt.Sprintf("more-%d", i)})
	}
	got := into[state](t, b.ask(t, http.MethodGet, "/api/state?devices=3", ""))
	var names []string
	for _, d := range got.Projects[0].Devices {
		names = append(names, d.Hostname)
	}
	if diff := cmp.Diff([]string{"edge-1", "more-0", "more-1"}, names); diff != "" {
		t.Errorf("devices (-want +got):\n%s", diff)
	}
	if n := got.Projects[0].DeviceCount; n != 21 {
		t.Errorf("devices in all: want 21, got %d", n)
	}
}

// TestNoSecrets looks for secrets in everything that the listener says.
func TestNoSecrets(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	b.AddToken(packetsim.Token{Token: "other-secret-token", ProjectID: b.project.ID})
	b.ask(t, http.MethodPost, "/api/faults", `{"name":"lost","token":"other-secret-token","denied":true}`)
	b.ask(t, http.MethodPost, "/api/faults", `{"name":"nobody","token":"nobodys-token","denied":true}`)
	b.call(t, http.MethodPost, "/projects/{project}/bgp-configs", `{"deployment_type":"local","asn":65000,"md5":"`+password+`"}`)
	b.call(t, http.MethodGet, "/devices/{device}", "")

	secrets := []string{b.Token, "other-secret-token", "nobodys-token", password, "r00tPw", "cloud-init-secret"}
	for _, path := range []string{"/", "/page.js", "/page.css", "/metrics", "/api/state", "/api/requests", "/api/faults", "/api/faults/fault-1", "/api/routes", "/api/clock"} {
		r := b.ask(t, http.MethodGet, path, "")
		if r.status != http.StatusOK {
			t.Errorf("GET %s: want 200, got %d %s", path, r.status, r.body)
		}
		for _, secret := range secrets {
			if strings.Contains(r.body, secret) {
				t.Errorf("GET %s tells %q: %s", path, secret, r.body)
			}
		}
	}
	type fault struct {
		TokenID string `json:"tokenId"`
	}
	if f := into[fault](t, b.ask(t, http.MethodGet, "/api/faults/fault-1", "")); f.TokenID != b.TokenID("other-secret-token") {
		t.Errorf("fault: want the id of the token, got %q", f.TokenID)
	}
	if f := into[fault](t, b.ask(t, http.MethodGet, "/api/faults/fault-2", "")); f.TokenID != "unknown" {
		t.Errorf("fault for a token that nobody has: want unknown, got %q", f.TokenID)
	}
}
