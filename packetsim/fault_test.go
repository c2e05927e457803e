// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"context"
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
		"OtherRoute":    {"a fault of another route", with(func(f *packetsim.Fault) { f.Route = "/ssh-keys"; f.Status = 500 }), want{status: 201, body: `"status":"unknown"`, stored: 1, content: "application/json; charset=utf-8"}},
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

// TestFaultCutWithoutBody cuts an answer that has no half: a client must not
// take it for the whole.
func TestFaultCutWithoutBody(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.Fault(packetsim.Fault{Method: http.MethodDelete, Cut: packetsim.CutMidway})
	if r, err := try(t, w.Sim, w.Token, http.MethodDelete, "/devices/"+w.device.ID, ""); err == nil {
		t.Errorf("want a cut connection, got %s", line(r))
	}
	if d, found := w.Device(w.device.ID); found {
		t.Errorf("want the device deleted all the same, got it %s", d.State)
	}
}

func TestFaultRateLimited(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	f := w.Fault(packetsim.RateLimited("", "", 2, packetsim.Refusal{RetryAfter: "7", Limit: "100", Reset: "1700000000"}))
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
	list := w.Fault(packetsim.Fault{Route: "/projects/{id}/bgp/sessions", Stale: true})
	get := w.Fault(packetsim.Fault{Route: "/bgp/sessions/{id}", Stale: true, Times: 1})
	write := w.Fault(packetsim.Fault{Stale: true})
	made := do(t, w.Sim, http.MethodPost, "/devices/"+w.device.ID+"/bgp/sessions", `{"address_family":"ipv4"}`)
	if made.status != http.StatusCreated || len(w.Sessions()) != 1 || write.Hits() != 0 {
		t.Errorf("a write beside faults that answer from the past: want 201 and one session, got %d and %d", made.status, len(w.Sessions()))
	}
	write.Remove()
	id, _ := made.decode(t)["id"].(string)
	path := "/projects/" + w.project.ID + "/bgp/sessions"

	for i, want := range []int{http.StatusNotFound, http.StatusOK} {
		if r := do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+id, ""); r.status != want {
			t.Errorf("get %d of a session younger than the fault: want %d, got %d", i+1, want, r.status)
		}
	}
	if r := do(t, w.Sim, http.MethodGet, path, ""); r.body != `{"bgp_sessions":[]}` {
		t.Errorf("stale list: want the past, got %s", r.body)
	}
	list.Remove()
	if r := do(t, w.Sim, http.MethodGet, path, ""); !strings.Contains(r.body, id) {
		t.Errorf("list after the fault: want the session, got %s", r.body)
	}
	if get.Hits() != 1 {
		t.Errorf("stale get: want 1 hit, got %d", get.Hits())
	}
}

func TestFaultLostToken(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	w.AddToken(packetsim.Token{Token: "mine", ProjectID: w.project.ID})
	requests := []struct {
		method, path, body string
		lost, back         int
	}{
		{http.MethodGet, "/projects/" + w.project.ID, "", 403, 200},
		{http.MethodGet, "/projects/" + w.project.ID + "/bgp/sessions", "", 403, 200},
		{http.MethodGet, "/devices/" + w.device.ID, "", 403, 200},
		{http.MethodGet, "/bgp/sessions/" + s.ID, "", 403, 200},
		{http.MethodPut, "/bgp/sessions/" + s.ID, `{"default_route":true}`, 403, 200},
		{http.MethodPost, "/devices/" + w.device.ID + "/bgp/sessions", `{"address_family":"ipv6"}`, 403, 201},
		{http.MethodGet, "/plans", "", 200, 200},
		{http.MethodDelete, "/bgp/sessions/" + s.ID, "", 403, 204},
	}
	f := w.Fault(packetsim.LostToken("mine", 0))
	for _, r := range requests {
		if got, err := try(t, w.Sim, "mine", r.method, r.path, r.body); err != nil || got.status != r.lost {
			t.Errorf("%s %s with a lost token: want %d, got %d %s, %v", r.method, r.path, r.lost, got.status, got.body, err)
		}
		if got := do(t, w.Sim, http.MethodGet, "/projects/"+w.project.ID, ""); got.status != http.StatusOK {
			t.Errorf("another token: want 200, got %d", got.status)
		}
	}
	f.Remove()
	for _, r := range requests {
		if got, err := try(t, w.Sim, "mine", r.method, r.path, r.body); err != nil || got.status != r.back {
			t.Errorf("%s %s with the token back: want %d, got %d %s, %v", r.method, r.path, r.back, got.status, got.body, err)
		}
	}
}

// TestFaultGivenUp has clients give up while a fault holds their requests back.
func TestFaultGivenUp(t *testing.T) {
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		want   int
	}{
		"Hang":       {"a request that was held back has no effect", packetsim.Fault{Hang: true}, 0},
		"Delay":      {"neither has one that was delayed", packetsim.Fault{Delay: time.Hour}, 0},
		"StoredHang": {"one that was stored before has", packetsim.Fault{Hang: true, Store: true}, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, packetsim.Config{})
			tc.fault.Method, tc.fault.Route = http.MethodPost, sessionsRoute
			f := w.Fault(tc.fault)
			logged := make(chan packetsim.Request, 1)
			w.Observe(func(r packetsim.Request, _ time.Duration) { logged <- r })
			ctx, giveUp := context.WithCancel(t.Context())
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL+"devices/"+w.device.ID+"/bgp/sessions", strings.NewReader(`{"address_family":"ipv4"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Auth-Token", w.Token)
			go func() {
				<-f.Met()
				giveUp()
			}()
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
				t.Errorf("%s: want the client to give up, got an answer", tc.reason)
			}
			if r := <-logged; r.Status != 0 {
				t.Errorf("%s: want no status in the log, got %d", tc.reason, r.Status)
			}
			if n := len(w.Sessions()); n != tc.want {
				t.Errorf("%s: want %d sessions, got %d", tc.reason, tc.want, n)
			}
		})
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
