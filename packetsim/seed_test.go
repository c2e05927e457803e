// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestSeedRefused reads seeds with what the API would not accept. The error
// says where it is, and what would do.
func TestSeedRefused(t *testing.T) {
	const project = "projects: [{name: x, bgpConfig: {}, devices: [{hostname: a}, "
	cases := map[string]struct {
		reason string
		seed   string
		want   []string
	}{
		"Case":        {"Names of fields are exact.", "projects: [{Name: x}]", []string{`unknown field projects[0].Name`, "the fields there are id, name, tags, bgpConfig, devices"}},
		"Unknown":     {"All that is misspelt is told.", project + "{metroo: sv}]}]\ntokens: [{token: x, projectID: y}]", []string{"projects[0].devices[1].metroo", "hostname, state, metro", "tokens[0].projectID", "token, projectId"}},
		"Type":        {"A number is no text.", "projects: [{name: 5}]", []string{"projects.name is a number and must be a string"}},
		"Documents":   {"The second document would be lost.", "projects: []\n---\ntokens: []", []string{"more than one YAML document"}},
		"Empty":       {"Nothing is no seed.", "# Nothing.\n", []string{"it is empty"}},
		"Twice":       {"A field that is there twice.", "tokens: []\ntokens: []", []string{`"tokens" already set`}},
		"List":        {"A list is no seed.", "- x", []string{"must be an object"}},
		"NoName":      {"A project has a name.", "projects: [{tags: [x]}]", []string{"projects[0].name: Name can't be blank"}},
		"ID":          {"Ids are UUIDs.", "projects: [{id: myid, name: x}]", []string{`projects[0].id is "myid"`, "UUID in lower case"}},
		"UpperID":     {"In lower case.", project + "{id: 00000000-0000-4000-8000-0000000000E1}]}]", []string{"projects[0].devices[1].id", "lower case"}},
		"SameID":      {"An id is of one device.", project + "{id: " + missing + "}, {id: " + missing + "}]}]", []string{"projects[0].devices[2].id", missing, "already in use"}},
		"State":       {"Devices do not fly.", project + "{state: flying}]}]", []string{`projects[0].devices[1].state is "flying"`, "one of queued, provisioning, active"}},
		"Hostname":    {"A name without spaces.", project + "{hostname: a b é}]}]", []string{"projects[0].devices[1].hostname", "slashes"}},
		"Metro":       {"A metro of the catalogue.", project + "{metro: xx}]}]", []string{"projects[0].devices[1].metro", "am, ch, da"}},
		"Facility":    {"A facility of the catalogue.", project + "{facility: xx1}]}]", []string{"projects[0].devices[1].facility", "am6, ams1"}},
		"Elsewhere":   {"A facility lies in its metro.", project + "{metro: sv, facility: ny5}]}]", []string{`projects[0].devices[1].facility is "ny5"`, "in the metro sv"}},
		"Plan":        {"A plan of the catalogue.", project + "{plan: huge}]}]", []string{"projects[0].devices[1].plan", "c3.small.x86, c3.medium.x86"}},
		"OS":          {"A system of the catalogue.", project + "{operatingSystem: dos}]}]", []string{"projects[0].devices[1].operatingSystem", "debian_12"}},
		"MD5":         {"A short password.", "projects: [{name: x, bgpConfig: {md5: Sh0rt}}]", []string{"projects[0].bgpConfig.md5 must be 10 to 20 letters and digits"}},
		"ASN":         {"A number below all.", "projects: [{name: x, bgpConfig: {asn: -3}}]", []string{`projects[0].bgpConfig.asn is "-3"`, "from 1 to 4294967295"}},
		"Deployment":  {"A type that nobody made.", "projects: [{name: x, bgpConfig: {deploymentType: foo}}]", []string{"projects[0].bgpConfig.deploymentType", "local or global"}},
		"Status":      {"A status that none has.", "projects: [{name: x, bgpConfig: {status: foo}}]", []string{"projects[0].bgpConfig.status", "requested, enabled, disabled"}},
		"Session":     {"A session does not wobble.", project + "{sessions: [{addressFamily: ipv4, status: wobbly}]}]}]", []string{`projects[0].devices[1].sessions[0].status is "wobbly"`, "unknown, down, up"}},
		"Family":      {"A family there is not.", project + "{sessions: [{addressFamily: ipv5}]}]}]", []string{"projects[0].devices[1].sessions[0].addressFamily", "ipv4 or ipv6"}},
		"NoBGP":       {"The API's rules on sessions, without its status.", "projects: [{name: x, devices: [{sessions: [{addressFamily: ipv4}]}]}]", []string{"projects[0].devices[0].sessions[0]: BGP is not enabled"}},
		"Token":       {"A token that no header can carry.", `tokens: [{token: "a\nb"}]`, []string{"tokens[0].token must not be empty"}},
		"SameToken":   {"A token of two.", "tokens: [{token: a}, {token: a}]", []string{"tokens[1].token is already in use"}},
		"TokenOfNone": {"A token of no project.", "tokens: [{token: a, projectId: x}]", []string{`tokens[0].projectId is "x"`, "id of a project"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "seed.yaml")
			if err := os.WriteFile(file, []byte(tc.seed), 0o600); err != nil {
				t.Fatal(err)
			}
			seed, err := packetsim.LoadSeed(file)
			if err == nil {
				_, err = packetsim.New(packetsim.Config{Seed: seed})
			}
			if err == nil {
				t.Fatalf("%s: want an error", tc.reason)
			}
			for _, want := range append(tc.want, file) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: want %q in the error, got %v", tc.reason, want, err)
				}
			}
			// The name of the file has digits of its own.
			text := strings.ReplaceAll(err.Error(), file, "")
			if strings.Contains(text, "422") || strings.Contains(text, "Sh0rt") {
				t.Errorf("%s: want no HTTP status and no secret, got %v", tc.reason, err)
			}
		})
	}
}

// TestSeedStates looks what becomes of devices that begin in the midst of their
// lives.
func TestSeedStates(t *testing.T) {
	cases := map[string]struct {
		reason       string
		first, later string
		gone         int
	}{
		packetsim.DeviceQueued:         {"it is provisioned", "queued", "active", 0},
		packetsim.DeviceProvisioning:   {"it becomes active", "provisioning", "active", 0},
		packetsim.DevicePoweringOff:    {"it goes off", "powering_off", "inactive", 0},
		packetsim.DeviceRebooting:      {"it comes back", "rebooting", "active", 0},
		packetsim.DeviceInactive:       {"it stays off", "inactive", "inactive", 0},
		packetsim.DeviceFailed:         {"it disappears as a failed one does", "failed", "", http.StatusForbidden},
		packetsim.DeviceDeprovisioning: {"it goes for good", "deprovisioning", "", http.StatusNotFound},
	}
	for state, tc := range cases {
		t.Run(state, func(t *testing.T) {
			clock := testingclock.NewFakeClock(epoch)
			sim := packetsim.Start(t, packetsim.Config{
				Clock: clock, Timings: packetsim.RealisticTimings(),
				Seed: &packetsim.Seed{Projects: []packetsim.SeedProject{{Name: "x", Devices: []packetsim.SeedDevice{{State: state}}}}},
			})
			path := "/devices/" + sim.Devices()[0].ID
			if got := do(t, sim, http.MethodGet, path, "").decode(t)["state"]; got != tc.first {
				t.Errorf("at first: want %s, got %v", tc.first, got)
			}
			clock.Step(2 * time.Minute)
			r := do(t, sim, http.MethodGet, path, "")
			if tc.gone != 0 && r.status != tc.gone || tc.gone == 0 && r.decode(t)["state"] != tc.later {
				t.Errorf("%s: want state %q or status %d, got %s", tc.reason, tc.later, tc.gone, line(r))
			}
		})
	}
}

// TestInsertRefused gives the server values from Go that the API would refuse.
func TestInsertRefused(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	b := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	cases := map[string]struct {
		reason string
		do     func() error
		want   string
	}{
		"State":   {"a state that none has", func() error { return w.SetDeviceState(w.device.ID, "flying") }, `state is "flying"`},
		"Status":  {"a status that none has", func() error { return w.Server.SetSessionStatus(b.ID, "wobbly") }, `status is "wobbly"`},
		"Routes":  {"a route that is none", func() error { return w.Server.SetSessionStatus(b.ID, "up", "nope") }, `learnedRoutes is "nope"`},
		"Family":  {"a route of the other family", func() error { return w.Server.SetSessionStatus(b.ID, "up", "fd00::/64") }, "a prefix of ipv4"},
		"Speaker": {"a speaker that says nothing", func() error { return w.SetSessionSpeaker(b.ID, packetsim.Speaker{}) }, `status is ""`},
		"Prefix":  {"a path that no client asks for", func() error { _, err := packetsim.New(packetsim.Config{Prefix: "a b?"}); return err }, `prefix is "a b?"`},
		"Dots":    {"a path that clients shorten", func() error { _, err := packetsim.New(packetsim.Config{Prefix: "/.."}); return err }, `prefix is "/.."`},
		"Escape":  {"a path that is another", func() error { _, err := packetsim.New(packetsim.Config{Prefix: "/%41"}); return err }, `prefix is "/%41"`},
		"Token":   {"a token that no header carries", func() error { _, err := packetsim.New(packetsim.Config{Token: " "}); return err }, "token must not be empty"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := tc.do(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: want an error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
	if got, _ := w.Session(b.ID); got.Status != "up" || got.LearnedRoutes != nil {
		t.Errorf("want the session as it was, got %+v", got)
	}
}
