// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"
)

func TestAlarms(t *testing.T) {
	start := time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)
	at := func(seconds int) []Step { return []Step{{At: start.Add(time.Duration(seconds) * time.Second)}} }
	var a alarms
	for _, x := range []struct {
		id    string
		steps []Step
	}{
		{"late", at(9)}, {"moved", at(1)}, {"early", at(2)}, {"gone", at(3)}, {"moved", at(5)}, {"gone", nil}, {"never", nil}, {"early", at(2)},
	} {
		a.arm("t", x.id, x.steps)
	}
	var rung []string
	for _, seconds := range []int{1, 6, 20} {
		for {
			k, ok := a.ring(at(seconds)[0].At)
			if !ok {
				break
			}
			rung = append(rung, fmt.Sprint(seconds, " ", k.id))
		}
	}
	if diff := cmp.Diff([]string{"6 early", "6 moved", "20 late"}, rung); diff != "" {
		t.Errorf("every record rings once, at the time that was set last: -want, +got:\n%s", diff)
	}
	if len(a.queue)+len(a.by) != 0 {
		t.Errorf("want nothing left, got %v", a.by)
	}
}

// send makes a request with the default token.
func send(t *testing.T, s *Server, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, DefaultPrefix+path, strings.NewReader(body))
	r.Header.Set("X-Auth-Token", DefaultToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestTerminationAlarms moves the end of a device many times, and then lets it
// come while the device is locked.
func TestTerminationAlarms(t *testing.T) {
	c := testingclock.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	s, err := New(Config{Seed: DemoSeed(), Clock: c, Timings: Timings{Action: time.Minute, Deprovisioning: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	path := "/devices/" + DemoDevice1
	before := len(s.state.alarms.queue)
	for i := range 100 {
		end := c.Now().Add(time.Duration(1000-i) * time.Hour).Format(time.RFC3339)
		if w := send(t, s, http.MethodPut, path, `{"termination_time":"`+end+`","locked":true}`); w.Code != http.StatusOK {
			t.Fatalf("cannot set the end: %s", w.Body)
		}
	}
	if got := len(s.state.alarms.queue) - before; got != 1 {
		t.Errorf("want one alarm for the device, got %d", got)
	}
	// An action comes between.
	if w := send(t, s, http.MethodPost, path+"/actions", `{"type":"reboot"}`); w.Code != http.StatusAccepted {
		t.Fatalf("cannot reboot: %s", w.Body)
	}
	for _, step := range []struct {
		reason string
		wait   time.Duration
		change string
		want   string
	}{
		{"the action is done", time.Minute, "", DeviceActive},
		{"a locked device outlives its end", 1000 * time.Hour, "", DeviceActive},
		{"and ends when it is unlocked", 0, `{"locked":false}`, DeviceDeprovisioning},
		{"then it is gone", time.Minute, "", ""},
	} {
		c.Step(step.wait)
		if step.change != "" {
			send(t, s, http.MethodPut, path, step.change)
		}
		if d, _ := s.Device(DemoDevice1); d.State != step.want {
			t.Errorf("%s: want state %q, got %q", step.reason, step.want, d.State)
		}
	}
	if got := len(s.state.alarms.queue); got != before {
		t.Errorf("want no alarm left of a device that is gone, got %d more", got-before)
	}
}

// TestStaleFaultIsSpent asks for the free parts of a block as they were, and
// then looks whether the past was let go.
func TestStaleFaultIsSpent(t *testing.T) {
	s, err := New(Config{Seed: DemoSeed()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	send(t, s, http.MethodPost, "/projects/"+DemoProject+"/ips", `{"type":"public_ipv4","quantity":2,"metro":"sv"}`)
	all := s.state.reservations.list("project/" + DemoProject)
	block := all[len(all)-1]
	path := "/ips/" + block.ID + "/available?cidr=32"
	before := send(t, s, http.MethodGet, path, "").Body.String()
	f, err := s.SetFault(Fault{Route: "/ips/{id}/available", Stale: true, Times: 2})
	if err != nil {
		t.Fatal(err)
	}
	if w := send(t, s, http.MethodPost, "/devices/"+DemoDevice1+"/ips", `{"address":"`+block.Network.Addr().String()+`/32"}`); w.Code != http.StatusCreated {
		t.Fatalf("cannot assign address: %s", w.Body)
	}
	for i := range 2 {
		if got := send(t, s, http.MethodGet, path, "").Body.String(); got != before {
			t.Errorf("stale answer %d: want %s, got %s", i+1, before, got)
		}
		if held := f.past != nil; held != (i == 0) {
			t.Errorf("after answer %d: the past is held: %t", i+1, held)
		}
	}
	after := send(t, s, http.MethodGet, path, "").Body.String()
	if after == before || !strings.Contains(before, block.Network.Addr().String()+"/32") || strings.Contains(after, block.Network.Addr().String()+"/32") {
		t.Errorf("want the assigned address free before and taken after, got %s and %s", before, after)
	}
}
