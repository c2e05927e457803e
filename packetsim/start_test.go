// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A recorder is a test that notes its failures instead of failing.
type recorder struct {
	*testing.T

	failures []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

// TestSimFailsTheTest makes mistakes that a test would not notice.
func TestSimFailsTheTest(t *testing.T) {
	cases := map[string]struct {
		reason string
		do     func(*packetsim.Sim)
		want   string
	}{
		"Method":       {"A method in lower case matches nothing.", func(s *packetsim.Sim) { s.Requests(packetsim.Filter{Method: "post"}) }, `method is "post"`},
		"Route":        {"Nor does a route that the API does not have.", func(s *packetsim.Sim) { s.Requests(packetsim.Filter{Route: "/device/{id}"}) }, `route is "/device/{id}"`},
		"PrefixRoute":  {"Nor one with the prefix.", func(s *packetsim.Sim) { s.Requests(packetsim.Filter{Route: "/metal/v1/user"}) }, "leave out the API's prefix, /metal/v1"},
		"PrefixPath":   {"Nor such a path.", func(s *packetsim.Sim) { s.Requests(packetsim.Filter{Path: "/metal/v1/user"}) }, "leave out the API's prefix, /metal/v1"},
		"FailDevice":   {"A device that is not there cannot fail.", func(s *packetsim.Sim) { _ = s.FailDevice(missing) }, "does not exist"},
		"Session":      {"Nor can a session that is not there come up.", func(s *packetsim.Sim) { _ = s.SetSessionStatus(missing, "up") }, "does not exist"},
		"Fine":         {"What can match is no mistake.", func(s *packetsim.Sim) { s.Requests(packetsim.Filter{Method: "PATCH", Route: "/user", Path: "/us*"}) }, ""},
		"AddDevice":    {"A device does not fly.", func(s *packetsim.Sim) { s.AddDevice(packetsim.Device{State: "flying"}) }, `state is "flying"`},
		"PrefixFault":  {"A fault with the prefix would meet nothing.", func(s *packetsim.Sim) { s.Fault(packetsim.Fault{Path: "/metal/v1/user"}) }, "leave out the API's prefix, /metal/v1"},
		"PrefixFaultR": {"Nor would its route.", func(s *packetsim.Sim) { s.Fault(packetsim.Fault{Route: "/metal/v1/user"}) }, "leave out the API's prefix, /metal/v1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := &recorder{T: t}
			tc.do(packetsim.Start(r, packetsim.Config{}))
			got := strings.Join(r.failures, "\n")
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("%s: want the test to fail with %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

// TestLogTellsWhy makes the mistakes that clients make most, and one that tells
// a secret.
func TestLogTellsWhy(t *testing.T) {
	const secret = "other-secret"
	var written strings.Builder
	sim := packetsim.Start(t, packetsim.Config{LogTo: &written})
	sim.AddToken(packetsim.Token{Token: secret})
	root := &packetsim.Sim{URL: strings.TrimSuffix(sim.URL, "metal/v1/"), Token: sim.Token}
	type entry struct {
		Path, Query, Route string
		Outside            bool
		Status             int
		Errors             []string
	}
	notFound := []string{"Not found"}
	cases := []struct {
		reason, method, path, body string
		want                       entry
	}{
		{"a request of the API", "GET", "/metal/v1/user", "", entry{"/user", "", "/user", false, 200, nil}},
		{"a forgotten prefix", "GET", "/user", "", entry{"/user", "", "", true, 404, notFound}},
		{"half a prefix", "GET", "/metal/user", "", entry{"/metal/user", "", "", true, 404, notFound}},
		{"a refusal", "POST", "/metal/v1/projects", `{"NAME":"a"}`, entry{"/projects", "", "/projects", false, 422, []string{"Name can't be blank"}}},
		{"a large body", "POST", "/metal/v1/projects", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, entry{"/projects", "", "/projects", false, 422, []string{"Request body is larger than 1 MiB"}}},
		{"a token in the query", "GET", "/metal/v1/user?token=whatever&a=b", "", entry{"/user", "a=b&token=hidden", "/user", false, 200, nil}},
		{"an API key under another name", "GET", "/metal/v1/user?key=" + secret, "", entry{"/user", "key=hidden", "/user", false, 200, nil}},
		{"an API key in the path", "GET", "/metal/v1/projects/" + secret, "", entry{"/projects/hidden", "", "/projects/{id}", false, 404, notFound}},
		{"the token of the request in words", "GET", "/metal/v1/x-" + packetsim.DefaultToken + "?a=x" + packetsim.DefaultToken, "", entry{"/hidden", "a=hidden", "", false, 404, notFound}},
		{"a query that nobody can read", "GET", "/metal/v1/user?token=%zz" + secret + "&a=b", "", entry{"/user", "a=b", "/user", false, 200, nil}},
	}
	for _, tc := range cases {
		do(t, root, tc.method, tc.path, tc.body)
		all := sim.Requests()
		r := all[len(all)-1]
		if diff := cmp.Diff(tc.want, entry{r.Path, r.Query, r.Route, r.Outside, r.Status, r.Errors}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
	for _, told := range []string{secret, packetsim.DefaultToken, "whatever"} {
		if strings.Contains(written.String(), told) {
			t.Errorf("want %q nowhere in the written log", told)
		}
	}
	if n := len(sim.Requests(packetsim.Filter{Path: "/us*", Method: http.MethodGet})); n != 4 {
		t.Errorf("paths are patterns within the API: want 4 requests, got %d", n)
	}
}
