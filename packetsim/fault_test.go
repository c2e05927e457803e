// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const sessionsRoute = "/devices/{id}/bgp/sessions"

func TestFaults(t *testing.T) {
	type want struct {
		cut     bool
		status  int
		body    string
		stored  int
		content string
	}
	post := packetsim.Fault{Method: http.MethodPost, Route: sessionsRoute, Times: 1}
	with := func(f func(*packetsim.Fault)) packetsim.Fault {
		x := post
		f(&x)
		return x
	}
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		want   want
	}{
		"OhSnap":        {"store, then 500", packetsim.OhSnap(http.MethodPost, sessionsRoute, 1), want{status: 500, body: "Oh snap", stored: 1, content: "application/json; charset=utf-8"}},
		"Status":        {"500 without effect", with(func(f *packetsim.Fault) { f.Status = 500; f.Errors = []string{"boom"} }), want{status: 500, body: `{"errors":["boom"]}`, content: "application/json; charset=utf-8"}},
		"BadGateway":    {"HTML from a proxy", packetsim.BadGateway(http.MethodPost, sessionsRoute, 1), want{status: 502, body: "<html>", content: "text/html"}},
		"NoContentType": {"an answer without content type", with(func(f *packetsim.Fault) { f.Status = 503; f.Header = map[string]string{"Content-Type": ""} }), want{status: 503}},
		"CutBefore":     {"cut without effect", with(func(f *packetsim.Fault) { f.Cut = packetsim.CutSilent }), want{cut: true}},
		"CutAfter":      {"cut after storing", with(func(f *packetsim.Fault) { f.Cut = packetsim.CutSilent; f.Store = true }), want{cut: true, stored: 1}},
		"CutMidway":     {"cut within the answer", with(func(f *packetsim.Fault) { f.Cut = packetsim.CutMidway }), want{cut: true, stored: 1}},
		"OtherRoute":    {"a fault of another route", with(func(f *packetsim.Fault) { f.Route = "/user"; f.Status = 500 }), want{status: 201, body: `"status":"unknown"`, stored: 1, content: "application/json; charset=utf-8"}},
		"OtherBody":     {"a fault for other bodies", with(func(f *packetsim.Fault) { f.BodyContains = "ipv6"; f.Status = 500 }), want{status: 201, body: `"ipv4"`, stored: 1, content: "application/json; charset=utf-8"}},
		"Skipped":       {"a fault that lets the first pass", with(func(f *packetsim.Fault) { f.Skip = 1; f.Status = 500 }), want{status: 201, body: `"ipv4"`, stored: 1, content: "application/json; charset=utf-8"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, packetsim.Config{})
			w.Fault(tc.fault)
			r, err := try(t, w.Sim, w.Token, http.MethodPost, "/devices/"+w.device.ID+"/bgp/sessions", `{"address_family":"ipv4"}`)
			if tc.want.cut != (err != nil) {
				t.Fatalf("%s: want a cut connection: %t, got error %v", tc.reason, tc.want.cut, err)
			}
			if !tc.want.cut && (r.status != tc.want.status || !strings.Contains(r.body, tc.want.body) || r.header.Get("Content-Type") != tc.want.content) {
				t.Errorf("%s: want %d %q %q, got %d %q %q", tc.reason, tc.want.status, tc.want.content, tc.want.body, r.status, r.header.Get("Content-Type"), r.body)
			}
			if n := len(w.Sessions()); n != tc.want.stored {
				t.Errorf("%s: want %d sessions stored, got %d", tc.reason, tc.want.stored, n)
			}
		})
	}
}

func TestFaultRateLimited(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	f := w.Fault(packetsim.RateLimited("", "", 2, "100", "7", "1700000000"))
	for range 2 {
		r := do(t, w.Sim, http.MethodGet, "/projects", "")
		got := []string{r.header.Get("Retry-After"), r.header.Get("X-RateLimit-Limit"), r.header.Get("X-RateLimit-Remaining"), r.header.Get("X-RateLimit-Reset")}
		if diff := cmp.Diff([]string{"7", "100", "0", "1700000000"}, got); r.status != http.StatusTooManyRequests || diff != "" {
			t.Errorf("limited request: want 429, got %d; headers -want, +got:\n%s", r.status, diff)
		}
	}
	if r := do(t, w.Sim, http.MethodGet, "/projects", ""); r.status != http.StatusOK {
		t.Errorf("request after the fault: want 200, got %d", r.status)
	}
	if f.Hits() != 2 {
		t.Errorf("want 2 hits, got %d", f.Hits())
	}
}

func TestFaultStale(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	f := w.Fault(packetsim.Fault{Method: http.MethodGet, Route: "/projects/{id}/bgp/sessions", Stale: true})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	path := "/projects/" + w.project.ID + "/bgp/sessions"
	if r := do(t, w.Sim, http.MethodGet, path, ""); r.body != `{"bgp_sessions":[]}` {
		t.Errorf("stale list: want the past, got %s", r.body)
	}
	if r := do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+s.ID, ""); r.status != http.StatusOK {
		t.Errorf("get beside a stale list: want 200, got %d", r.status)
	}
	f.Remove()
	if r := do(t, w.Sim, http.MethodGet, path, ""); !strings.Contains(r.body, s.ID) {
		t.Errorf("list after the fault: want the session, got %s", r.body)
	}
}

func TestFaultHang(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	f := w.Fault(packetsim.Fault{Method: http.MethodGet, Route: "/user", Hang: true})
	answered := make(chan int, 1)
	go func() {
		r, err := try(t, w.Sim, w.Token, http.MethodGet, "/user", "")
		if err != nil {
			r.status = -1
		}
		answered <- r.status
	}()
	<-f.Met()
	if n := len(w.Requests(packetsim.Filter{Route: "/user"})); n != 0 {
		t.Errorf("a request that hangs: want it unanswered, got %d entries", n)
	}
	f.Release()
	if status := <-answered; status != http.StatusOK {
		t.Errorf("released request: want 200, got %d", status)
	}
}

func TestFaultDelayUsesClock(t *testing.T) {
	c := testingclock.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	w := newWorld(t, packetsim.Config{Clock: c})
	f := w.Fault(packetsim.Fault{Route: "/user", Delay: time.Hour})
	answered := make(chan error, 1)
	go func() {
		_, err := try(t, w.Sim, w.Token, http.MethodGet, "/user", "")
		answered <- err
	}()
	<-f.Met()
	for !c.HasWaiters() {
		runtime.Gosched() // The fake clock cannot tell when it gains a waiter.
	}
	c.Step(time.Hour)
	if err := <-answered; err != nil {
		t.Errorf("delayed request: %v", err)
	}
	log := w.Requests(packetsim.Filter{Route: "/user"})
	if len(log) != 1 || log[0].Duration != time.Hour {
		t.Errorf("log: want one request of an hour, got %+v", log)
	}
}
