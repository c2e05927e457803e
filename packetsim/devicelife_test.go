// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestProvisioningEvents(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Queued: time.Second, Addresses: 4 * time.Second, Provisioning: 5 * time.Second}})
	id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine("")).decode(t)["id"].(string)
	steps := []struct {
		reason string
		wait   time.Duration
		want   []string
		part   any
	}{
		{reason: "a queued device has no events", want: nil, part: nil},
		{reason: "provisioning begins", wait: time.Second, want: []string{"101"}, part: 10.0},
		{reason: "with the addresses the network is configured", wait: 4 * time.Second, want: []string{"101", "102"}, part: 50.0},
		{reason: "then something happens all the time", wait: 3 * time.Second, want: []string{"101", "102", "103", "104", "107"}, part: 80.0},
		{reason: "an active device shows no such events", wait: 2 * time.Second, want: nil, part: nil},
	}
	for _, s := range steps {
		c.Step(s.wait)
		d := do(t, w.Sim, http.MethodGet, "/devices/"+id, "").decode(t)
		events, _ := d["provisioning_events"].([]any)
		var got []string
		for _, x := range events {
			e, _ := x.(map[string]any)
			kind, _ := e["type"].(string)
			if (e["id"] == nil) != (e["created_at"] == nil) {
				t.Errorf("%s: want id and time together or not at all, got %v", s.reason, e)
			}
			if e["id"] != nil {
				got = append(got, strings.TrimPrefix(kind, "provisioning."))
			}
		}
		if diff := cmp.Diff([]any{s.want, s.part}, []any{got, d["provisioning_percentage"]}); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", s.reason, diff)
		}
		if len(events) != 0 && len(events) != 7 {
			t.Errorf("%s: want all 7 events shown, got %d", s.reason, len(events))
		}
	}
	events, _ := do(t, w.Sim, http.MethodGet, "/devices/"+id+"/events?per_page=100", "").decode(t)["events"].([]any)
	last, _ := events[1].(map[string]any)
	if last["type"] != "provisioning.110" || last["created_at"] != "2024-05-01T08:00:10.000Z" {
		t.Errorf("events of an active device: want provisioning.110 at 8:00:10 before the last one, got %v", last)
	}
}

func TestDeviceThatIsNeverReady(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Provisioning: -1}})
	path := "/devices/" + do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine("")).decode(t)["id"].(string)
	c.Step(1000 * time.Hour)
	d := do(t, w.Sim, http.MethodGet, path, "").decode(t)
	if addresses := d["ip_addresses"].([]any); d["state"] != "provisioning" || len(addresses) != 3 {
		t.Errorf("device: want it provisioning with addresses for ever, got %v with %v", d["state"], addresses)
	}
	want := `422 {"errors":["Cannot delete a device while it is provisioning"]}`
	for _, how := range []struct{ query, body string }{{"", ""}, {"?force_delete=true", ""}, {"", `{"force_delete":true}`}} {
		if diff := cmp.Diff(want, line(do(t, w.Sim, http.MethodDelete, path+how.query, how.body))); diff != "" {
			t.Errorf("delete with %q %s: -want, +got:\n%s", how.query, how.body, diff)
		}
	}
}

func TestLockedDevice(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c})
	path := "/devices/" + w.device.ID
	do(t, w.Sim, http.MethodPatch, path, `{"locked":true,"termination_time":"2024-05-01T09:00:00Z"}`)
	c.Step(2 * time.Hour)
	if diff := cmp.Diff(`422 {"errors":["Cannot delete a locked item"]}`, line(do(t, w.Sim, http.MethodDelete, path, ""))); diff != "" {
		t.Errorf("delete: -want, +got:\n%s", diff)
	}
	if r := do(t, w.Sim, http.MethodGet, path, ""); r.status != http.StatusOK {
		t.Errorf("after its termination time: want the locked device there, got %s", line(r))
	}
	do(t, w.Sim, http.MethodPatch, path, `{"locked":false}`)
	if r := do(t, w.Sim, http.MethodGet, path, ""); r.status != http.StatusNotFound {
		t.Errorf("unlocked after its termination time: want 404, got %d", r.status)
	}
}

func TestTerminationTime(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Deprovisioning: time.Minute}})
	d := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine(`,"termination_time":"2024-05-01T09:00:00Z"`)).decode(t)
	path := "/devices/" + d["id"].(string)
	steps := []struct {
		reason string
		wait   time.Duration
		want   string
	}{
		{"before its time a device lives", time.Hour - time.Second, "200 active"},
		{"at its time it is taken down", time.Second, "200 deprovisioning"},
		{"then it is gone", time.Minute, "404 <nil>"},
	}
	for _, s := range steps {
		c.Step(s.wait)
		r := do(t, w.Sim, http.MethodGet, path, "")
		if got := fmt.Sprint(r.status, " ", r.decode(t)["state"]); got != s.want {
			t.Errorf("%s: want %s, got %s", s.reason, s.want, got)
		}
	}
}

func TestRootPasswordShowsForADay(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c})
	path := "/devices/" + do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine("")).decode(t)["id"].(string)
	c.Step(24*time.Hour - time.Second)
	if got := do(t, w.Sim, http.MethodGet, path, "").decode(t)["root_password"]; got == nil {
		t.Error("password on the first day: want it, got none")
	}
	c.Step(time.Second)
	if got := do(t, w.Sim, http.MethodGet, path, "").decode(t)["root_password"]; got != nil {
		t.Errorf("password after a day: want none, got %v", got)
	}
}

func TestFailedDeviceVanishesByAndBy(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Failed: time.Second, Hidden: time.Minute}})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	if err := w.FailDevice(w.device.ID); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		reason   string
		wait     time.Duration
		device   string
		session  int
		listed   bool
		sessions bool
	}{
		{"at first it can be read", 0, "200 failed", http.StatusOK, true, true},
		{"then it belongs to somebody else", time.Second, "403 <nil>", http.StatusNotFound, false, false},
		{"then it is gone", time.Minute, "404 <nil>", http.StatusNotFound, false, false},
	}
	for _, st := range steps {
		c.Step(st.wait)
		r := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID, "")
		got := []any{
			fmt.Sprint(r.status, " ", r.decode(t)["state"]), do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+s.ID, "").status,
			strings.Contains(do(t, w.Sim, http.MethodGet, "/projects/"+w.project.ID+"/devices", "").body, w.device.ID),
			strings.Contains(do(t, w.Sim, http.MethodGet, "/projects/"+w.project.ID+"/bgp/sessions", "").body, s.ID),
		}
		if diff := cmp.Diff([]any{st.device, st.session, st.listed, st.sessions}, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", st.reason, diff)
		}
	}
}

func TestDeviceFilters(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.RemoveDevice(w.device.ID)
	add := func(d packetsim.Device) {
		t.Helper()
		d.ProjectID = w.project.ID
		w.AddDevice(d)
	}
	end := epoch
	add(packetsim.Device{Hostname: "web-1", Tags: []string{"blue"}, Metro: "ny", Description: "Shop"})
	add(packetsim.Device{Hostname: "web-2", Plan: "baremetal_1", SpotInstance: true, Locked: true, TerminationTime: &end})
	add(packetsim.Device{Hostname: "db-1", HardwareID: "h", Plan: "s3.xlarge.x86"})
	cases := map[string]struct {
		reason, query string
		want          []string
	}{
		"None":       {"Without a filter all are listed.", "", []string{"web-1", "web-2", "db-1"}},
		"Hostname":   {"A part of the name will do.", "hostname=web", []string{"web-1", "web-2"}},
		"Tag":        {"Tags are compared as a whole.", "tag=blue", []string{"web-1"}},
		"Metro":      {"The metro by its code.", "metro=ny", []string{"web-1"}},
		"Facility":   {"The facility by its code.", "facility=sv15", []string{"web-2", "db-1"}},
		"Search":     {"A search finds descriptions, in any case.", "search=shop", []string{"web-1"}},
		"SearchPlan": {"And plans.", "search=s3.xlarge", []string{"db-1"}},
		"Ending":     {"Devices that will end.", "has_termination_time=true", []string{"web-2"}},
		"Reserved":   {"Devices of reserved hardware.", "reserved=true", []string{"db-1"}},
		"Spot":       {"Devices of the spot market.", "type=spot", []string{"web-2"}},
		"OnDemand":   {"Devices on demand.", "type=ondemand", []string{"web-1"}},
		"Categories": {"Categories of plans.", "categories=storage,legacy_gen", []string{"web-2", "db-1"}},
		"Sorted":     {"The order can be chosen.", "sort_by=hostname&sort_direction=desc", []string{"web-2", "web-1", "db-1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			all, _ := do(t, w.Sim, http.MethodGet, "/projects/"+w.project.ID+"/devices?"+tc.query, "").decode(t)["devices"].([]any)
			for _, d := range all {
				h, _ := d.(map[string]any)["hostname"].(string)
				got = append(got, h)
			}
			if !slices.Equal(tc.want, got) {
				t.Errorf("%s: want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}
