// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

var epoch = time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)

func TestDeviceLife(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{
		Queued: time.Second, Addresses: 4 * time.Second, Provisioning: 5 * time.Second, Deprovisioning: time.Second, Hidden: time.Minute,
	}})
	id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"ny","tags":null}`).decode(t)["id"].(string)
	path := "/devices/" + id

	steps := []struct {
		reason string
		wait   time.Duration
		act    func()
		want   string
	}{
		{reason: "a new device is queued", want: "200 queued 0"},
		{reason: "then it is provisioned", wait: time.Second, want: "200 provisioning 0"},
		{reason: "its addresses appear", wait: 4 * time.Second, want: "200 provisioning 3"},
		{reason: "it becomes active", wait: 5 * time.Second, want: "200 active 3"},
		{reason: "deleting takes a while", act: func() { do(t, w.Sim, http.MethodDelete, path, "") }, want: "200 deprovisioning 3"},
		{reason: "then it is gone", wait: time.Second, want: "404 <nil> 0"},
	}
	for _, s := range steps {
		if s.act != nil {
			s.act()
		}
		c.Step(s.wait)
		r := do(t, w.Sim, http.MethodGet, path, "")
		d := r.decode(t)
		addresses, _ := d["ip_addresses"].([]any)
		if got := fmt.Sprint(r.status, d["state"], len(addresses)); !sameWords(got, s.want) {
			t.Errorf("%s: want %q, got %q", s.reason, s.want, got)
		}
	}
}

// sameWords compares texts without regard to white space.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), "") == strings.Join(strings.Fields(b), "")
}

func TestFailedDevice(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Hidden: time.Minute}})
	if err := w.FailDevice(w.device.ID); err != nil {
		t.Fatal(err)
	}
	if r := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID, ""); r.status != http.StatusForbidden {
		t.Errorf("failed device: want 403, got %d", r.status)
	}
	if r := do(t, w.Sim, http.MethodGet, "/projects/"+w.project.ID+"/devices", ""); strings.Contains(r.body, w.device.ID) {
		t.Errorf("failed device: want it missing from its project's list")
	}
	c.Step(time.Minute)
	if r := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID, ""); r.status != http.StatusNotFound {
		t.Errorf("failed device after a while: want 404, got %d", r.status)
	}
}

func TestSessionStatus(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{
		SessionDown: 11 * time.Second, SessionUp: 30 * time.Second, Discover: time.Minute, Refresh: 6 * time.Hour,
	}})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	status := func(reason, want string) {
		t.Helper()
		if got := do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+s.ID, "").decode(t)["status"]; got != want {
			t.Errorf("%s: want %s, got %v", reason, want, got)
		}
	}
	speak := func(status string) {
		t.Helper()
		if err := w.SetSessionSpeaker(s.ID, packetsim.Speaker{Status: status, LearnedRoutes: []string{"10.0.0.0/31"}}); err != nil {
			t.Fatal(err)
		}
	}
	status("at birth nobody has asked the switches", "unknown")
	c.Step(11 * time.Second)
	status("the first look finds no speaker", "down")
	c.Step(30 * time.Second)
	status("then one appears", "up")
	speak("up,down")
	status("what a switch says is not known at once", "up")
	do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/bgp/discover", "")
	status("discovery takes its time", "up")
	c.Step(time.Minute)
	status("discovery tells the truth", "up,down")
	speak("down")
	c.Step(6*time.Hour - time.Second)
	status("between refreshes nothing changes", "up,down")
	c.Step(time.Second)
	status("a refresh tells the truth", "down")
	speak("up")
	do(t, w.Sim, http.MethodPost, "/bgp/discover/"+w.project.ID, "")
	c.Step(time.Minute)
	status("packngo's discovery works as well", "up")
}

func TestBGPConfigIsReplaced(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Approval: time.Hour}})
	get := func() map[string]any {
		return do(t, w.Sim, http.MethodGet, "/projects/"+w.bare.ID+"/bgp-config", "").decode(t)
	}
	post := func(body string) {
		t.Helper()
		r := do(t, w.Sim, http.MethodPost, "/projects/"+w.bare.ID+"/bgp-configs", body)
		if r.status != http.StatusNoContent || r.body != "" {
			t.Fatalf("set BGP configuration: want 204 without body, got %d %s", r.status, r.body)
		}
	}
	pick := func(m map[string]any) []any {
		return []any{m["status"], m["asn"], m["md5"], m["created_at"], m["requested_at"]}
	}

	if diff := cmp.Diff(map[string]any{}, get()); diff != "" {
		t.Errorf("unset: -want, +got:\n%s", diff)
	}
	post(`{"deployment_type":"local","asn":65000,"md5":"Sup3rSecretPw"}`)
	first := get()
	if diff := cmp.Diff([]any{"enabled", 65000.0, "Sup3rSecretPw", "2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"}, pick(first)); diff != "" {
		t.Errorf("local: -want, +got:\n%s", diff)
	}
	c.Step(time.Hour)
	post(`{"deployment_type":"global","asn":"64999"}`)
	second := get()
	if diff := cmp.Diff([]any{"requested", 64999.0, nil, "2024-05-01T08:00:00Z", "2024-05-01T09:00:00Z"}, pick(second)); diff != "" {
		t.Errorf("global, without the password: -want, +got:\n%s", diff)
	}
	if first["id"] != second["id"] {
		t.Errorf("replaced configuration: want id %v, got %v", first["id"], second["id"])
	}
	c.Step(time.Hour)
	if got := get()["status"]; got != "enabled" {
		t.Errorf("global after approval: want enabled, got %v", got)
	}
}

func TestNeighborsOfLegacySite(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	d := w.AddDevice(packetsim.Device{ProjectID: w.project.ID, Facility: "ewr1"})
	w.AddSession(packetsim.BGPSession{DeviceID: d.ID, AddressFamily: "ipv6"})
	r := do(t, w.Sim, http.MethodGet, "/devices/"+d.ID+"/bgp/neighbors", "")
	want := `{"bgp_neighbors":[{"address_family":6,"customer_as":65000,"customer_ip":"2604:1380:1500::1","md5_enabled":false,"md5_password":null,` +
		`"multihop":false,"peer_as":65530,"peer_ips":["2604:1380:1500::"],"routes_in":[{"route":"2604:1380:1500::/56","exact":false}],"routes_out":[]}]}`
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Errorf("neighbours: -want, +got:\n%s", diff)
	}
}

// TestParallelCreates has 200 clients ask for the same two sessions at once.
func TestParallelCreates(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			fam := []string{"ipv4", "ipv6"}[i%2]
			if _, err := try(t, w.Sim, w.Token, http.MethodPost, "/devices/"+w.device.ID+"/bgp/sessions", `{"address_family":"`+fam+`"}`); err != nil {
				t.Errorf("create: %v", err)
			}
			if _, err := try(t, w.Sim, w.Token, http.MethodGet, "/projects/"+w.project.ID+"/bgp/sessions?include=device", ""); err != nil {
				t.Errorf("list: %v", err)
			}
		})
	}
	wg.Wait()
	if n := len(w.Sessions()); n != 2 {
		t.Errorf("want one session of each family, got %d", n)
	}
	made := w.Requests(packetsim.Filter{Method: http.MethodPost, Route: sessionsRoute, Status: http.StatusCreated})
	refused := w.Requests(packetsim.Filter{Method: http.MethodPost, Route: sessionsRoute, Status: http.StatusUnprocessableEntity})
	if len(made) != 2 || len(refused) != 198 {
		t.Errorf("want 2 created and 198 refused, got %d and %d", len(made), len(refused))
	}
}

func TestPages(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	for i := range 25 {
		sim.AddProject(packetsim.Project{Name: fmt.Sprint("p", i)})
	}
	all, _, err := client(t, sim).Projects.List(nil)
	if err != nil || len(all) != 25 {
		t.Errorf("packngo's paging: want 25 projects, got %d, %v", len(all), err)
	}
	last := do(t, sim, http.MethodGet, "/projects?page=3", "").decode(t)
	want := map[string]any{
		"first": map[string]any{"href": "/projects?page=1"}, "previous": map[string]any{"href": "/projects?page=2"}, "self": map[string]any{"href": "/projects?page=3"},
		"next": nil, "last": map[string]any{"href": "/projects?page=3"}, "current_page": 3.0, "last_page": 3.0, "total": 25.0,
	}
	if diff := cmp.Diff(want, last["meta"]); diff != "" {
		t.Errorf("meta of the last page: -want, +got:\n%s", diff)
	}
}
