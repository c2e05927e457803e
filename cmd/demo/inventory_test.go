// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestCheckStock(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	sim.EnableBGP(project.ID)
	device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})
	d := &demo{endpoint: sim.URL}
	if err := d.takeStock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.checkStock(t.Context()); err != nil {
		t.Errorf("nothing has changed: want no error, got: %v", err)
	}
	// Each is made by add, which says what is then named, and taken away again.
	cases := map[string]struct {
		reason string
		add    func() (named string, remove func())
	}{
		"Project": {reason: "a project is left", add: func() (string, func()) {
			p := sim.AddProject(packetsim.Project{Name: "left"})
			return "projects/" + p.ID, func() { sim.RemoveProject(p.ID) }
		}},
		"Device": {reason: "a device is left", add: func() (string, func()) {
			d := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "left"})
			return "devices/" + d.ID, func() { sim.RemoveDevice(d.ID) }
		}},
		"Session": {reason: "a session is left", add: func() (string, func()) {
			s := sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
			return "bgp/sessions/" + s.ID, func() { sim.RemoveSession(s.ID) }
		}},
		"Block": {reason: "a block of addresses is left", add: func() (string, func()) {
			return "/ips/", request(t, sim, "projects/"+project.ID+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`, "ips/")
		}},
		"ProjectKey": {reason: "a key of a project is left", add: func() (string, func()) {
			return project.ID + "/ssh-keys/", request(t, sim, "projects/"+project.ID+"/ssh-keys", key, "ssh-keys/")
		}},
		"UserKey": {reason: "a key of the user is left", add: func() (string, func()) {
			return "ssh-keys/", request(t, sim, "ssh-keys", key, "ssh-keys/")
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			named, remove := tc.add()
			if err := d.checkStock(t.Context()); err == nil || !strings.Contains(err.Error(), named) {
				t.Errorf("\n%s\nwant an error that has %q, got: %v", tc.reason, named, err)
			}
			remove()
			if err := d.checkStock(t.Context()); err != nil {
				t.Errorf("\n%s no more\nwant no error, got: %v", tc.reason, err)
			}
		})
	}
	sim.Fault(packetsim.BadGateway(http.MethodGet, "/projects/{id}/ips", 1))
	if err := d.checkStock(t.Context()); err == nil || !strings.Contains(err.Error(), "status 502") {
		t.Errorf("a list that cannot be read: want an error with the status, got: %v", err)
	}
}

const key = `{"label":"left","key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMx0fWMzBbpQ1EWTZHEP0eEzTlzpbGJeu4RLr7GtC2e left"}`

// request makes an object with a POST, and returns what deletes it again.
func request(t *testing.T, sim *packetsim.Sim, path, body, deleteAt string) (remove func()) {
	t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	call := func(method, path, body string, answer any) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, sim.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", sim.Token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode/100 != 2 {
			t.Fatalf("%s %s: %s", method, path, resp.Status)
		}
		if answer == nil {
			return
		}
		if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
	call(http.MethodPost, path, body, &made)
	return func() { call(http.MethodDelete, deleteAt+made.ID, "", nil) }
}
