// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestRestartKeepsTime restarts servers whose clocks begin where they were made.
func TestRestartKeepsTime(t *testing.T) {
	cases := map[string]struct {
		reason string
		begin  time.Time
		want   time.Time
	}{
		"Behind": {"A clock goes on from the time that it had.", epoch, epoch.Add(7 * time.Hour)},
		"Ahead":  {"A clock that is later stays as it is.", epoch.Add(24 * time.Hour), epoch.Add(24 * time.Hour)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := newWorld(t, packetsim.Config{Clock: testingclock.NewFakeClock(epoch), Data: dir})
			if w.Restored() {
				t.Error("want a new folder not restored")
			}
			if err := w.Advance(7 * time.Hour); err != nil {
				t.Fatal(err)
			}
			w.Close()
			after := packetsim.Start(t, packetsim.Config{Clock: testingclock.NewFakeClock(tc.begin), Data: dir})
			if got := after.Now(); !got.Equal(tc.want) || !after.Restored() {
				t.Errorf("%s: want %s restored, got %s, %t", tc.reason, tc.want, got, after.Restored())
			}
		})
	}
}

func TestRestart(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	cfg := packetsim.Config{Clock: c, Data: t.TempDir(), Timings: packetsim.Timings{
		Addresses: time.Minute, Provisioning: time.Minute, SessionDown: time.Minute, SessionUp: time.Minute,
	}}
	w := newWorld(t, cfg)
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	gone := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv6"})
	w.RemoveSession(gone.ID)
	body := `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv"}`
	id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", body).decode(t)["id"].(string)
	do(t, w.Sim, http.MethodPut, "/projects/"+w.project.ID, `{"customdata":{"b":9007199254740993}}`)
	w.Close()

	c.Step(time.Hour)
	cfg.Seed = packetsim.DemoSeed()
	after := packetsim.Start(t, cfg)
	want := s
	want.Status, want.Steps, want.UpdatedAt = packetsim.SessionUp, nil, epoch.Add(2*time.Minute)
	got, _ := after.Session(s.ID)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || s.Status != packetsim.SessionUnknown {
		t.Errorf("a session that came up while the server was down: was %s, -want, +got:\n%s", s.Status, diff)
	}
	if _, found := after.Session(gone.ID); found {
		t.Errorf("a removed session came back")
	}
	if _, found := after.Project(packetsim.DemoProject); found {
		t.Errorf("the seed was applied to a folder with data")
	}
	if diff := cmp.Diff(`200 {"b":9007199254740993}`, line(do(t, after, http.MethodGet, "/projects/"+w.project.ID+"/customdata", ""))); diff != "" {
		t.Errorf("custom data has all its digits: -want, +got:\n%s", diff)
	}
	d := do(t, after, http.MethodGet, "/devices/"+id, "").decode(t)
	if d["state"] != "active" {
		t.Errorf("a device that was due while the server was down: want active, got %v", d["state"])
	}
	used := map[any]bool{}
	for _, device := range []string{id, w.device.ID} {
		ips, _ := do(t, after, http.MethodGet, "/devices/"+device+"/ips", "").decode(t)["ip_addresses"].([]any)
		for _, ip := range ips {
			address := ip.(map[string]any)["address"]
			if used[address] {
				t.Errorf("address %v was given out twice", address)
			}
			used[address] = true
		}
	}
	if len(used) != 6 {
		t.Errorf("want 6 addresses, got %d", len(used))
	}
}
