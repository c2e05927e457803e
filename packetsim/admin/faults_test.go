// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// fault is what the tests read of a fault that is set.
type fault struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Hits  int    `json:"hits"`
	Seen  int    `json:"seen"`
	Spent bool   `json:"spent"`
	Delay string `json:"delay"`
}

func TestFaults(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	made := b.ask(t, http.MethodPost, "/api/faults", `{"name":"oh snap","method":"POST","route":"`+sessions+`","skip":1,"times":2,"store":true,"status":500,"errors":["Oh snap"]}`)
	if made.status != http.StatusCreated || made.header.Get("Location") != "/api/faults/fault-1" {
		t.Fatalf("want 201 with a location, got %d %v %s", made.status, made.header, made.body)
	}
	// The first is skipped, the second met and stored, the third met and refused.
	var statuses []int
	for range 3 {
		statuses = append(statuses, b.call(t, http.MethodPost, "/devices/{device}/bgp/sessions", `{"address_family":"ipv6"}`).status)
		b.call(t, http.MethodGet, "/devices/{device}/bgp/sessions", "")
	}
	if diff := cmp.Diff([]int{201, 500, 500}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	got := into[fault](t, b.ask(t, http.MethodGet, "/api/faults/fault-1", ""))
	if diff := cmp.Diff(fault{ID: "fault-1", Name: "oh snap", Hits: 2, Seen: 3, Spent: true}, got); diff != "" {
		t.Errorf("fault (-want +got):\n%s", diff)
	}

	log := into[log](t, b.ask(t, http.MethodGet, "/api/requests?status=500", ""))
	if log.Matching != 2 || log.Requests[0].Fault != "oh snap" || log.Requests[0].TokenID == "" {
		t.Errorf("log: want two requests of a known token that the fault met, got %+v", log)
	}
}

func TestFaultsAreRemoved(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	for range 3 {
		b.ask(t, http.MethodPost, "/api/faults", `{"status":503,"delay":"1ms"}`)
	}
	type list struct {
		Faults []fault `json:"faults"`
	}
	ids := func() []string {
		var ids []string
		for _, f := range into[list](t, b.ask(t, http.MethodGet, "/api/faults", "")).Faults {
			ids = append(ids, f.ID+" "+f.Delay)
		}
		return ids
	}
	if r := b.ask(t, http.MethodDelete, "/api/faults/fault-2", ""); r.status != http.StatusNoContent {
		t.Fatalf("want 204, got %d %s", r.status, r.body)
	}
	if diff := cmp.Diff([]string{"fault-1 1ms", "fault-3 1ms"}, ids()); diff != "" {
		t.Errorf("after one was removed (-want +got):\n%s", diff)
	}
	b.ask(t, http.MethodDelete, "/api/faults", "")
	if diff := cmp.Diff([]string(nil), ids()); diff != "" {
		t.Errorf("after all were removed (-want +got):\n%s", diff)
	}
	if r := b.call(t, http.MethodGet, "/user", ""); r.status != http.StatusOK {
		t.Errorf("without faults: want 200, got %d %s", r.status, r.body)
	}
}

// TestRemovalReleases removes a fault that holds a request back.
func TestRemovalReleases(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	b.ask(t, http.MethodPost, "/api/faults", `{"hang":true,"route":"/user"}`)
	answered := make(chan int, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL+"user", http.NoBody)
		if err != nil {
			t.Error(err)
		}
		req.Header.Set("X-Auth-Token", b.Token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-b.Faults()[0].Met()
	if n := b.InFlight(); n != 1 {
		t.Errorf("while it hangs: want 1 request in flight, got %d", n)
	}
	b.ask(t, http.MethodDelete, "/api/faults/fault-1", "")
	select {
	case status := <-answered:
		if status != http.StatusOK {
			t.Errorf("released request: want 200, got %d", status)
		}
	case <-time.After(10 * time.Second):
		t.Error("the request still hangs")
	}
}
