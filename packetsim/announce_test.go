// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// hosts returns n prefixes of the private block that the world's device is in.
func hosts(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("10.112.0.%d/32", i+2))
	}
	return out
}

func TestAnnounceRoutes(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Discover: time.Minute, Refresh: 6 * time.Hour}})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})

	steps := []struct {
		reason string
		act    func() error
		wait   time.Duration
		status string
		routes []string
	}{
		{reason: "a session without a speaker of its own learns nothing", status: "up", routes: []string{}},
		{
			reason: "what is announced is not known before the switches are asked",
			act:    func() error { return w.AnnounceRoutes(s.ID, hosts(2)...) }, status: "up", routes: []string{},
		},
		{reason: "a refresh tells it", wait: 6 * time.Hour, status: "up", routes: hosts(2)},
		{
			reason: "switches learn what lies in the project's subnets only, and every prefix once",
			act:    func() error { return w.AnnounceRoutes(s.ID, "10.112.0.9/31", "10.112.0.8/31", "192.0.2.0/24") }, wait: 6 * time.Hour,
			status: "up", routes: []string{"10.112.0.8/31"},
		},
		{
			reason: "max_prefix many are no harm",
			act:    func() error { return w.AnnounceRoutes(s.ID, hosts(10)...) }, wait: 6 * time.Hour, status: "up", routes: hosts(10),
		},
		{
			reason: "one more shuts the session down, which shows as late as everything",
			act:    func() error { return w.AnnounceRoutes(s.ID, hosts(11)...) }, status: "up", routes: hosts(10),
		},
		{reason: "then it is down", wait: 6 * time.Hour, status: "down", routes: []string{}},
		{
			reason: "announcing less does not bring it back",
			act:    func() error { return w.AnnounceRoutes(s.ID, hosts(1)...) }, wait: 6 * time.Hour, status: "down", routes: []string{},
		},
		{reason: "support does", act: func() error { return w.ResetSession(s.ID) }, wait: 6 * time.Hour, status: "up", routes: hosts(1)},
	}
	for _, st := range steps {
		if st.act != nil {
			if err := st.act(); err != nil {
				t.Fatalf("%s: %v", st.reason, err)
			}
		}
		c.Step(st.wait)
		got := do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+s.ID, "").decode(t)
		want := []any{st.status, anys(st.routes)}
		if diff := cmp.Diff(want, []any{got["status"], got["learned_routes"]}); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", st.reason, diff)
		}
	}
}

func anys(texts []string) []any {
	out := []any{}
	for _, x := range texts {
		out = append(out, x)
	}
	return out
}

func TestRaisedMaxPrefix(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	if _, err := w.SetBGPConfig(packetsim.BGPConfig{ProjectID: w.project.ID, MaxPrefix: 20}); err != nil {
		t.Fatal(err)
	}
	// The customer's next request does not take the favour back.
	do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/bgp-configs", `{"deployment_type":"local","asn":65000}`)
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	if err := w.AnnounceRoutes(s.ID, hosts(20)...); err != nil {
		t.Fatal(err)
	}
	got := do(t, w.Sim, http.MethodGet, "/bgp/sessions/"+s.ID, "").decode(t)
	if got["status"] != "up" {
		t.Errorf("20 prefixes with a max_prefix of 20: want up, got %v", got["status"])
	}
}

func TestAnnounceRoutesRefuses(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	cases := map[string]struct {
		reason string
		id     string
		prefix string
		want   string
	}{
		"Missing": {"There must be such a session.", "none", "10.0.0.0/8", "session none does not exist"},
		"Text":    {"A prefix must be one.", s.ID, "10.0.0.0", `cannot announce "10.0.0.0"`},
		"Family":  {"A prefix must be of the session's family.", s.ID, "2001:db8::/32", "the session is for ipv4"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := w.AnnounceRoutes(tc.id, tc.prefix); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nAnnounceRoutes(...): want error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
	if err := w.ResetSession("none"); err == nil {
		t.Error("ResetSession(...) of an unknown session: want an error")
	}
}

func TestGlobalRanges(t *testing.T) {
	w := newWorld(t, packetsim.Config{Timings: packetsim.Timings{Approval: -1}})
	path := "/projects/" + w.project.ID
	do(t, w.Sim, http.MethodPost, path+"/bgp-configs", `{"deployment_type":"global","asn":64999}`)
	ranges := func() []any {
		t.Helper()
		var out []any
		all, _ := do(t, w.Sim, http.MethodGet, path+"/global-bgp-ranges", "").decode(t)["global_bgp_ranges"].([]any)
		for _, x := range all {
			r, _ := x.(map[string]any)
			out = append(out, r["address_family"], r["range"])
		}
		return out
	}
	if got := ranges(); got != nil {
		t.Errorf("ranges of a configuration that is requested: want none, got %v", got)
	}
	if _, err := w.SetBGPConfig(packetsim.BGPConfig{ProjectID: w.project.ID, DeploymentType: "global", ASN: 64999, Status: packetsim.BGPEnabled, Ranges: []string{"192.0.2.0/24", "2001:db8::/32"}}); err != nil {
		t.Fatal(err)
	}
	want := []any{4.0, "192.0.2.0/24", 6.0, "2001:db8::/32"}
	if diff := cmp.Diff(want, ranges()); diff != "" {
		t.Errorf("ranges after approval: -want, +got:\n%s", diff)
	}
	do(t, w.Sim, http.MethodPost, path+"/bgp-configs", `{"deployment_type":"global","asn":64999,"md5":"Sup3rSecretPw"}`)
	if diff := cmp.Diff(want, ranges()); diff != "" {
		t.Errorf("ranges after a change of the password: -want, +got:\n%s", diff)
	}
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	if r := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID+"/bgp/neighbors", ""); !strings.Contains(r.body, `{"route":"192.0.2.0/24","exact":false}`) {
		t.Errorf("routes_in: want the range of the family, got %s", r.body)
	}
	do(t, w.Sim, http.MethodPost, path+"/bgp-configs", `{"deployment_type":"local","asn":65000}`)
	if got := ranges(); got != nil {
		t.Errorf("ranges of a local configuration: want none, got %v", got)
	}
	if _, err := w.SetBGPConfig(packetsim.BGPConfig{ProjectID: w.project.ID, Ranges: []string{"here"}}); err == nil {
		t.Error("SetBGPConfig(...) with a range that is none: want an error")
	}
}
