// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// names returns the hostnames of a server's devices.
func names(s *packetsim.Server) []string {
	var out []string
	for _, d := range s.Devices() {
		out = append(out, d.Hostname)
	}
	return out
}

// TestReset resets a server that keeps its state on disk, and starts another
// one on it.
func TestReset(t *testing.T) {
	cfg := packetsim.Config{Seed: packetsim.DemoSeed(), Data: t.TempDir()}
	s, err := packetsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.InsertDevice(packetsim.Device{ProjectID: packetsim.DemoProject, Hostname: "edge-9"}); err != nil {
		t.Fatal(err)
	}
	s.RemoveDevice(packetsim.DemoDevice1)
	if _, err := s.InsertToken(packetsim.Token{Token: "later"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	want := []string{"edge-1", "edge-2", "lonely-1"}
	if diff := cmp.Diff(want, names(s)); diff != "" {
		t.Errorf("after the reset (-want +got):\n%s", diff)
	}
	if s.TokenID("later") != "" || s.TokenID(packetsim.DefaultToken) == "" {
		t.Error("want the tokens of the seed, and no others")
	}
	s.Close()

	again, err := packetsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if diff := cmp.Diff(want, names(again)); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
	// What the disk got from the reset must be as good as what it had before.
	if _, err := again.InsertSession(packetsim.BGPSession{DeviceID: packetsim.DemoDevice1, AddressFamily: "ipv4"}); err != nil {
		t.Errorf("session on a device of the reset state: %v", err)
	}
}

func TestAdvance(t *testing.T) {
	w := newWorld(t, packetsim.Config{
		Clock:   testingclock.NewFakeClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
		Timings: packetsim.Timings{SessionDown: time.Minute, SessionUp: -1},
	})
	b := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	if err := w.Advance(time.Minute); err != nil || !w.Driven() {
		t.Fatalf("want a clock that can be driven, got %t, %v", w.Driven(), err)
	}
	if got, _ := w.Session(b.ID); got.Status != packetsim.SessionDown {
		t.Errorf("a minute later: want the session down, got %s", got.Status)
	}
	if err := w.Advance(-time.Minute); err == nil || !strings.Contains(err.Error(), "must be positive") {
		t.Errorf("want time not to go back, got %v", err)
	}
	other := newWorld(t, packetsim.Config{})
	if err := other.Advance(time.Minute); err == nil || !strings.Contains(err.Error(), "goes by itself") || other.Driven() {
		t.Errorf("want the real clock refused, got %v", err)
	}
}

// TestUpdateDevice changes devices in ways that have consequences.
func TestUpdateDevice(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c})
	queued := w.AddDevice(packetsim.Device{ProjectID: w.project.ID, State: packetsim.DeviceQueued})
	if err := w.SetDeviceState(queued.ID, packetsim.DeviceActive); err != nil {
		t.Fatal(err)
	}
	w.AddSession(packetsim.BGPSession{DeviceID: queued.ID, AddressFamily: "ipv4"}) // It needs an address.

	end := epoch.Add(time.Hour)
	if err := w.UpdateDevice(w.device.ID, func(d *packetsim.Device) { d.TerminationTime = &end }); err != nil {
		t.Fatal(err)
	}
	c.Step(time.Hour)
	w.Devices() // What is due at once happens when somebody looks.
	if d, found := w.Device(w.device.ID); found {
		t.Errorf("after its termination time: want the device gone, got it %s", d.State)
	}
}

func TestObserve(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	type seen struct {
		Route   string
		Status  int
		Fault   string
		TokenID bool
	}
	var mu sync.Mutex
	var first, second []seen
	note := func(into *[]seen) func(packetsim.Request, time.Duration) {
		return func(r packetsim.Request, took time.Duration) {
			if took <= 0 {
				t.Errorf("%s: want the time it took, got %s", r.Route, took)
			}
			mu.Lock()
			defer mu.Unlock()
			*into = append(*into, seen{r.Route, r.Status, r.Fault, r.TokenID != ""})
		}
	}
	w.Observe(note(&first))
	w.Fault(packetsim.Fault{Route: "/projects/{id}", Times: 1, Status: http.StatusBadGateway})
	for _, path := range []string{"/user", "/projects/" + w.project.ID, "/nowhere"} {
		if _, err := try(t, w.Sim, w.Token, http.MethodGet, path, ""); err != nil {
			t.Fatal(err)
		}
	}
	w.Observe(note(&second))
	if _, err := try(t, w.Sim, "nobodys", http.MethodGet, "/user", ""); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	last := seen{"/user", 401, "", false}
	want := []seen{{"/user", 200, "", true}, {"/projects/{id}", 502, "fault-1", true}, {"", 404, "", true}, last}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("first observer (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]seen{last}, second); diff != "" {
		t.Errorf("second observer (-want +got):\n%s", diff)
	}
	if n := w.InFlight(); n != 0 {
		t.Errorf("want nothing in flight, got %d", n)
	}
}

func TestLatestRequests(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	for _, path := range []string{"/user", "/projects", "/user", "/organizations", "/user"} {
		if _, err := try(t, w.Sim, w.Token, http.MethodGet, path, ""); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		reason   string
		n        int
		filter   packetsim.Filter
		want     []string
		matching int
	}{
		"Few":    {"the last ones, oldest first", 2, packetsim.Filter{}, []string{"/organizations", "/user"}, 5},
		"Many":   {"more than there are", 9, packetsim.Filter{Route: "/user"}, []string{"/user", "/user", "/user"}, 3},
		"None":   {"only their number", 0, packetsim.Filter{}, nil, 5},
		"Token":  {"those of another token", 9, packetsim.Filter{TokenID: "other"}, nil, 0},
		"Future": {"those to come", 9, packetsim.Filter{Since: time.Now().Add(time.Hour)}, nil, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, matching := w.LatestRequests(tc.n, tc.filter)
			var routes []string
			for _, r := range got {
				routes = append(routes, r.Route)
			}
			if diff := cmp.Diff(tc.want, routes); diff != "" || matching != tc.matching {
				t.Errorf("%s: want %d matching, got %d (-want +got):\n%s", tc.reason, tc.matching, matching, diff)
			}
		})
	}
}
