// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestFaultOrder sets several faults that one request matches.
func TestFaultOrder(t *testing.T) {
	count := packetsim.Fault{Name: "count"}
	slow := packetsim.Fault{Name: "slow", Delay: time.Nanosecond}
	bad := packetsim.Fault{Name: "bad", Status: http.StatusBadGateway}
	worse := packetsim.Fault{Name: "worse", Status: http.StatusInternalServerError}
	header := packetsim.Fault{Name: "header", Header: map[string]string{"X-A": "b"}}
	skip := packetsim.Fault{Name: "skip", Skip: 1, Status: http.StatusTeapot}
	type met struct {
		Status int
		Passed []string
		Last   string
		Hits   []int
	}
	cases := map[string]struct {
		reason string
		faults []packetsim.Fault
		want   met
	}{
		"CountFirst":  {"One that counts hides nothing.", []packetsim.Fault{count, bad}, met{502, []string{"count"}, "bad", []int{1, 1}}},
		"DelayFirst":  {"Nor does one that delays.", []packetsim.Fault{slow, count, bad}, met{502, []string{"slow", "count"}, "bad", []int{1, 1, 1}}},
		"FirstWins":   {"Of two that answer, the first does.", []packetsim.Fault{bad, worse, count}, met{502, nil, "bad", []int{1, 0, 0}}},
		"HeaderFirst": {"One that changes the answer has answered.", []packetsim.Fault{header, bad}, met{200, nil, "header", []int{1, 0}}},
		"Skipped":     {"One that lets the request pass does not meet it.", []packetsim.Fault{skip, bad}, met{502, nil, "bad", []int{0, 1}}},
		"OnlyCount":   {"The answer is real if none gives another.", []packetsim.Fault{count, slow}, met{200, []string{"count"}, "slow", []int{1, 1}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			sim := packetsim.Start(t, packetsim.Config{})
			var active []*packetsim.ActiveFault
			for _, f := range tc.faults {
				active = append(active, sim.Fault(f))
			}
			got := met{Status: do(t, sim, http.MethodGet, "/user", "").status}
			entry := sim.Requests()[0]
			got.Passed, got.Last = entry.Passed, entry.Fault
			for _, f := range active {
				got.Hits = append(got.Hits, f.Hits())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFaultMatches looks which requests faults meet that are not as written.
func TestFaultMatches(t *testing.T) {
	cases := map[string]struct {
		reason       string
		fault        packetsim.Fault
		method, path string
		want         string
	}{
		"Patch":        {"PATCH is PUT.", packetsim.Fault{Method: "PUT", Route: "/user", Status: 500}, "PATCH", "/metal/v1/user", `500 {"errors":["Internal Server Error"]}`},
		"Put":          {"And PUT is PATCH.", packetsim.Fault{Method: "PATCH", Path: "/us*", Status: 503}, "PUT", "/metal/v1/user", `503 {"errors":["Service Unavailable"]}`},
		"Post":         {"Neither is POST.", packetsim.Fault{Method: "PUT", Path: "/user", Status: 500}, "POST", "/metal/v1/user", `404 {"errors":["Not found"]}`},
		"Outside":      {"A request without the prefix has no path within the API.", packetsim.Fault{Path: "/user", Status: 500}, "GET", "/user", `404 {"errors":["Not found"]}`},
		"OutsideAny":   {"A fault for all meets it, too.", packetsim.Fault{Status: 500, Errors: []string{"boom"}}, "GET", "/user", `500 {"errors":["boom"]}`},
		"Unknown":      {"A status without a name has a text all the same.", packetsim.Fault{Status: 599}, "GET", "/metal/v1/user", `599 {"errors":["Error"]}`},
		"Success":      {"A success has no errors.", packetsim.Fault{Status: 204}, "GET", "/metal/v1/user", "204 "},
		"Body":         {"A body is as it was written.", packetsim.Fault{Status: 500, Body: "<html>"}, "GET", "/metal/v1/user", "500 <html>"},
		"Unauthorized": {"A fault's texts are a list, whatever the status.", packetsim.Fault{Status: 401}, "GET", "/metal/v1/user", `401 {"errors":["Unauthorized"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			sim := packetsim.Start(t, packetsim.Config{})
			sim.Fault(tc.fault)
			root := &packetsim.Sim{URL: sim.URL[:len(sim.URL)-len("metal/v1/")], Token: sim.Token}
			if got := line(do(t, root, tc.method, tc.path, "")); got != tc.want {
				t.Errorf("%s: want %s, got %s", tc.reason, tc.want, got)
			}
		})
	}
}
