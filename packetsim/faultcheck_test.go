// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestFaultCheck(t *testing.T) {
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		want   []string
	}{
		"Method":         {"A method that HTTP has and the API does not.", packetsim.Fault{Method: "TRACE"}, []string{"method", `"TRACE"`, "GET"}},
		"LowerCase":      {"Methods are upper case.", packetsim.Fault{Method: "get"}, []string{"method", `"get"`}},
		"Route":          {"A path is no route.", packetsim.Fault{Route: "/devices/1"}, []string{"route", "/devices/1", "/bgp/sessions/{id}"}},
		"RouteOfMethod":  {"A route without that method.", packetsim.Fault{Method: "POST", Route: "/user"}, []string{"route", "/user", "for POST"}},
		"Path":           {"A pattern that never ends.", packetsim.Fault{Path: "/devices/["}, []string{"path", "brackets"}},
		"PathPrefix":     {"A path without a slash.", packetsim.Fault{Path: "devices/*"}, []string{"path", "begin with a slash"}},
		"Skip":           {"Skipping backwards.", packetsim.Fault{Skip: -1}, []string{"skip is -1"}},
		"Times":          {"Fewer than none.", packetsim.Fault{Times: -1}, []string{"times is -1"}},
		"Delay":          {"Before the request.", packetsim.Fault{Delay: -time.Second}, []string{"delay is -1s"}},
		"LowStatus":      {"A status that ends nothing.", packetsim.Fault{Status: 102}, []string{"status is 102"}},
		"HighStatus":     {"No status.", packetsim.Fault{Status: 600}, []string{"status is 600"}},
		"NoStatus":       {"A body for no status.", packetsim.Fault{Body: "x"}, []string{"errors and body need a status"}},
		"TwoBodies":      {"Two bodies.", packetsim.Fault{Status: 500, Body: "x", Errors: []string{"x"}}, []string{"errors and body exclude"}},
		"BodyOf204":      {"A body for a status without.", packetsim.Fault{Status: 204, Body: "x"}, []string{"status 204 has no body"}},
		"Cut":            {"An unknown cut.", packetsim.Fault{Cut: "half"}, []string{"cut", `"half"`, "silent, midway"}},
		"SilentStatus":   {"A status for nobody.", packetsim.Fault{Cut: packetsim.CutSilent, Status: 500}, []string{"cut is silent", "leave out status"}},
		"StaleWrite":     {"A write to the past.", packetsim.Fault{Method: "POST", Stale: true}, []string{"stale", "leave out the method"}},
		"StaleStore":     {"Now and before.", packetsim.Fault{Stale: true, Store: true}, []string{"stale and store"}},
		"StaleStatus":    {"The past is not asked.", packetsim.Fault{Stale: true, Status: 500}, []string{"stale needs the real answer"}},
		"DeniedStale":    {"Two views of one request.", packetsim.Fault{Denied: true, Stale: true}, []string{"denied and stale"}},
		"DeniedStatus":   {"Two answers.", packetsim.Fault{Denied: true, Status: 403}, []string{"denied", "leave out status"}},
		"HeaderName":     {"A header that would be two.", packetsim.Fault{Header: map[string]string{"A:\nB": "x"}}, []string{"header", "name"}},
		"HeaderValue":    {"A value with another header in it.", packetsim.Fault{Header: map[string]string{"A": "x\r\nB: y"}}, []string{"header A", "control characters"}},
		"All":            {"Everything wrong is told at once.", packetsim.Fault{Method: "X", Skip: -1, Status: 1}, []string{"method", "skip", "status"}},
		"Fine":           {"A fault that holds requests back and cuts them.", packetsim.Fault{Method: "PATCH", Route: "/devices/{id}", Path: "/devices/*", Delay: time.Second, Cut: packetsim.CutMidway, Store: true}, nil},
		"OhSnap":         {"Ready-made.", packetsim.OhSnap("POST", "/devices/{id}/bgp/sessions", 1), nil},
		"RateLimited":    {"Ready-made.", packetsim.RateLimited("HEAD", "/user", 0, packetsim.Refusal{RetryAfter: "1"}), nil},
		"BadGateway":     {"Ready-made.", packetsim.BadGateway("", "", 0), nil},
		"LostToken":      {"Ready-made.", packetsim.LostToken("x", 1), nil},
		"CountsRequests": {"A fault without effect.", packetsim.Fault{}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := packetsim.New(packetsim.Config{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.SetFault(tc.fault)
			if (err == nil) != (len(tc.want) == 0) || len(s.Faults()) > 0 != (err == nil) {
				t.Fatalf("%s: want an error with %q, got %v and %d faults", tc.reason, tc.want, err, len(s.Faults()))
			}
			for _, w := range tc.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%s: want %q in the error, got %v", tc.reason, w, err)
				}
			}
		})
	}
}
