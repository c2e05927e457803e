// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// tell sends a request to a metadata service as if it came from an address.
func tell(t *testing.T, service *httptest.Server, from, method, path, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, service.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", from)
	resp, err := service.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, strings.TrimSpace(string(b))}
}

func TestMetadataService(t *testing.T) {
	w := newWorld(t, packetsim.Config{Clock: testingclock.NewFakeClock(epoch)})
	if err := w.UpdateDevice(w.device.ID, func(d *packetsim.Device) { d.Tags, d.UserData = []string{"a", "b"}, "#!/bin/sh" }); err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(w.MetadataService())
	t.Cleanup(service.Close)
	const private, public, public6 = "10.112.0.1", "147.92.0.1", "2604:1380:1700::1"
	meta := "/2009-04-04/meta-data"
	cases := map[string]struct{ reason, from, path, want string }{
		"ID":         {"A device is known by its private address.", private, meta + "/instance-id", "200 " + w.device.ID},
		"Public":     {"Or by its public one.", public, meta + "/hostname", "200 edge-1"},
		"IPv6":       {"Or by IPv6.", public6, meta + "/facility", "200 sv15"},
		"IQN":        {"It has an iSCSI name.", private, meta + "/iqn", "200 iqn.2024-05.net.packet:device." + w.device.ID[:8]},
		"Plan":       {"It has a plan.", private, meta + "/plan", "200 c3.small.x86"},
		"Tags":       {"Its tags come one in a line.", private, meta + "/tags", "200 a\nb"},
		"System":     {"Its system has parts.", private, meta + "/operating-system", "200 distro\nslug\nversion"},
		"Distro":     {"Which can be asked for.", private, meta + "/operating-system/distro", "200 ubuntu"},
		"PublicIPv4": {"It has addresses.", private, meta + "/public-ipv4", "200 " + public},
		"PublicIPv6": {"Of both families.", private, meta + "/public-ipv6", "200 " + public6},
		"LocalIPv4":  {"And a private one.", private, meta + "/local-ipv4", "200 " + private},
		"Index":      {"There is a list of what can be asked.", private, meta + "/", "200 facility\nhostname\ninstance-id\niqn\nlocal-ipv4\noperating-system\nplan\npublic-ipv4\npublic-ipv6\npublic-keys\ntags"},
		"UserData":   {"User data comes as it is.", private, "/userdata", "200 #!/bin/sh"},
		"Missing":    {"What is unknown is an error with one text.", private, meta + "/nothing", `404 {"error":"Not found"}`},
		"Stranger":   {"So is an address of nobody.", "192.0.2.1", "/metadata", `404 {"error":"Not found"}`},
		"Path":       {"So is an unknown path.", private, "/nothing", `404 {"error":"Not found"}`},
		"Loopback":   {"Without the header the connection's address counts.", "", "/metadata", `404 {"error":"Not found"}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(tell(t, service, tc.from, http.MethodGet, tc.path, ""))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMetadataDocument(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	service := httptest.NewServer(w.MetadataService())
	t.Cleanup(service.Close)
	got := tell(t, service, "10.112.0.1", http.MethodGet, "/metadata", "").decode(t)
	api := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID+"/metadata", "").decode(t)
	if diff := cmp.Diff([]any{service.URL, service.URL + "/phone-home", service.URL + "/events"}, []any{got["api_url"], got["phone_home_url"], got["user_state_url"]}); diff != "" {
		t.Errorf("addresses of the service: -want, +got:\n%s", diff)
	}
	for _, key := range []string{"api_url", "phone_home_url", "user_state_url"} {
		delete(got, key)
	}
	if diff := cmp.Diff(api, got); diff != "" {
		t.Errorf("the rest of the document: -as the API tells it, +got:\n%s", diff)
	}
	for _, key := range []string{"bgp_neighbors", "customdata", "private_subnets", "spot", "ssh_keys", "storage", "volumes"} {
		if _, found := got[key]; !found {
			t.Errorf("document: want %s in it", key)
		}
	}
}

func TestDevicePhonesHome(t *testing.T) {
	w := newWorld(t, packetsim.Config{Timings: packetsim.Timings{Provisioning: -1}})
	service := httptest.NewServer(w.MetadataService())
	t.Cleanup(service.Close)
	id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine("")).decode(t)["id"].(string)
	const from = "10.112.0.3"
	steps := []struct{ reason, path, body, want, state, event string }{
		{"a device says what it does", "/events", `{"state":"running","code":1001,"message":"disks"}`, "200", "provisioning", "user.1001 disks"},
		{"what is no JSON is refused", "/events", `{`, `422 {"error":"Request body is not a valid JSON object"}`, "provisioning", "user.1001 disks"},
		{"it is ready when it says so", "/phone-home", "", "200", "active", "instance.active " + id[:8] + " is active"},
		{"to say it again changes nothing", "/phone-home", "", "200", "active", "instance.active " + id[:8] + " is active"},
	}
	for _, s := range steps {
		r := tell(t, service, from, http.MethodPost, s.path, s.body)
		d := do(t, w.Sim, http.MethodGet, "/devices/"+id, "").decode(t)
		events, _ := do(t, w.Sim, http.MethodGet, "/devices/"+id+"/events", "").decode(t)["events"].([]any)
		last, _ := events[0].(map[string]any)
		got := []any{strings.TrimSpace(line(r)), d["state"], last["type"].(string) + " " + last["body"].(string)}
		if diff := cmp.Diff([]any{s.want, s.state, s.event}, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", s.reason, diff)
		}
	}
}

func TestIncludesAndExcludes(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	// full tells whether the object at a path into the answer is more than a link.
	full := func(body string, at ...string) bool {
		var x any
		if err := json.Unmarshal([]byte(body), &x); err != nil {
			t.Fatal(err)
		}
		for _, key := range at {
			if l, isList := x.([]any); isList {
				x = l[0]
			}
			m, _ := x.(map[string]any)
			x = m[key]
		}
		if l, isList := x.([]any); isList {
			x = l[0]
		}
		m, _ := x.(map[string]any)
		return len(m) > 1
	}
	session, device := "/bgp/sessions/"+s.ID, "/devices/"+w.device.ID
	cases := map[string]struct {
		reason, method, path, body string
		at                         []string
		want                       bool
	}{
		"Link":      {"References are links.", http.MethodGet, session, "", []string{"device"}, false},
		"One":       {"An include expands one.", http.MethodGet, session + "?include=device", "", []string{"device"}, true},
		"Two":       {"A dot goes deeper.", http.MethodGet, session + "?include=device.project", "", []string{"device", "project"}, true},
		"Three":     {"Up to three levels.", http.MethodGet, session + "?include=device.project.organization", "", []string{"device", "project", "organization"}, true},
		"Four":      {"And no more.", http.MethodGet, session + "?include=device.project.organization.members", "", []string{"device", "project", "organization", "members"}, false},
		"Brackets":  {"Lists may be written with brackets.", http.MethodGet, session + "?include[]=device", "", []string{"device"}, true},
		"Unknown":   {"Unknown names do no harm.", http.MethodGet, session + "?include=nothing,device", "", []string{"device"}, true},
		"Patch":     {"Updates know includes, too.", http.MethodPatch, session + "?include=device", `{"default_route":true}`, []string{"device"}, true},
		"Default":   {"Some are expanded by themselves.", http.MethodGet, device, "", []string{"plan"}, true},
		"Exclude":   {"An exclude trims them.", http.MethodGet, device + "?exclude=plan", "", []string{"plan"}, false},
		"Available": {"Plans tell their facilities.", http.MethodGet, "/plans?include=available_in", "", []string{"plans", "available_in"}, true},
		"Metros":    {"And their metros.", http.MethodGet, "/plans?include=available_in_metros", "", []string{"plans", "available_in_metros"}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := do(t, w.Sim, tc.method, tc.path, tc.body)
			if got := full(r.body, tc.at...); got != tc.want {
				t.Errorf("%s: want %v expanded to be %t, got %t", tc.reason, tc.at, tc.want, got)
			}
		})
	}
}
