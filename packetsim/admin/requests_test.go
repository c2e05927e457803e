// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// log is an answer of /api/requests.
type log struct {
	Requests []packetsim.Request `json:"requests"`
	Matching int                 `json:"matching"`
}

func TestRequests(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	b := newBench(t, packetsim.Config{Clock: clock})
	own := b.AddToken(packetsim.Token{Token: "project-token", ProjectID: b.project.ID})
	b.call(t, http.MethodGet, "/user", "")
	b.call(t, http.MethodPost, "/devices/{device}/bgp/sessions", `{"address_family":"ipv4"}`)
	clock.Step(time.Minute)
	if _, err := b.SetFault(packetsim.Fault{Route: "/metros", Cut: packetsim.CutSilent}); err == nil {
		t.Error("want a route that does not exist refused")
	}
	send(t, http.MethodGet, b.URL+"projects/"+b.project.ID, "", "X-Auth-Token: project-token")
	send(t, http.MethodGet, b.URL+"nowhere", "", "X-Auth-Token: nobodys")

	cases := map[string]struct {
		reason string
		query  url.Values
		want   []string
		more   int
	}{
		"All":    {"all requests, oldest first", nil, []string{"/user", "/devices/{id}/bgp/sessions", "/projects/{id}", ""}, 0},
		"Method": {"by method, in any case", url.Values{"method": {"post"}}, []string{"/devices/{id}/bgp/sessions"}, 0},
		"Route":  {"by route", url.Values{"route": {"/projects/{id}"}}, []string{"/projects/{id}"}, 0},
		"Path":   {"by path without prefix", url.Values{"path": {"/user"}}, []string{"/user"}, 0},
		"Status": {"by status", url.Values{"status": {"422"}}, []string{"/devices/{id}/bgp/sessions"}, 0},
		"Token":  {"by the id of the token", url.Values{"token": {own.ID}}, []string{"/projects/{id}"}, 0},
		"Since":  {"by time", url.Values{"since": {"2026-03-01T12:01:00Z"}}, []string{"/projects/{id}", ""}, 0},
		"Limit":  {"the latest only", url.Values{"limit": {"1"}}, []string{""}, 3},
		"Both":   {"filters add up", url.Values{"method": {"GET"}, "status": {"401"}}, []string{""}, 0},
		"None":   {"nothing matches", url.Values{"status": {"cut"}}, []string{}, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := into[log](t, b.ask(t, http.MethodGet, "/api/requests?"+tc.query.Encode(), ""))
			routes := []string{}
			for _, r := range got.Requests {
				routes = append(routes, r.Route)
			}
			if diff := cmp.Diff(tc.want, routes); diff != "" {
				t.Errorf("%s: routes (-want +got):\n%s", tc.reason, diff)
			}
			if got.Matching != len(tc.want)+tc.more {
				t.Errorf("%s: want %d matching, got %d", tc.reason, len(tc.want)+tc.more, got.Matching)
			}
		})
	}

	b.ask(t, http.MethodDelete, "/api/requests", "")
	if got := into[log](t, b.ask(t, http.MethodGet, "/api/requests", "")); got.Matching != 0 || got.Requests == nil {
		t.Errorf("cleared log: want an empty list, got %+v", got)
	}
}
