// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

const (
	password = "Sup3rSecretPw"
	sessions = "/devices/{id}/bgp/sessions"
)

// bench is a packetsim with its admin listener, a project with BGP, and a
// device with one session.
type bench struct {
	*packetsim.Sim

	admin   *httptest.Server
	project packetsim.Project
	device  packetsim.Device
	session packetsim.BGPSession
}

func newBench(t *testing.T, cfg packetsim.Config) *bench {
	t.Helper()
	b := &bench{Sim: packetsim.Start(t, cfg)}
	b.project = b.AddProject(packetsim.Project{Name: "demo"})
	if _, err := b.SetBGPConfig(packetsim.BGPConfig{ProjectID: b.project.ID, MD5: password}); err != nil {
		t.Fatal(err)
	}
	b.device = b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: "edge-1", RootPassword: "r00tPw", UserData: "cloud-init-secret"})
	b.session = b.AddSession(packetsim.BGPSession{DeviceID: b.device.ID, AddressFamily: "ipv4"})
	b.admin = httptest.NewServer(admin.Handler(b.Server))
	t.Cleanup(b.admin.Close)
	return b
}

// fill puts the ids of the bench into a path.
func (b *bench) fill(path string) string {
	return strings.NewReplacer("{project}", b.project.ID, "{device}", b.device.ID, "{session}", b.session.ID).Replace(path)
}

type reply struct {
	status int
	header http.Header
	body   string
}

// send makes a request. Header lines are given as "Name: value".
func send(t *testing.T, method, url, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(b)}
}

// ask makes a request to the admin API.
func (b *bench) ask(t *testing.T, method, path, body string) reply {
	t.Helper()
	return send(t, method, b.admin.URL+b.fill(path), body, "Content-Type: application/json")
}

// call makes a request to the Packet API.
func (b *bench) call(t *testing.T, method, path, body string) reply {
	t.Helper()
	return send(t, method, strings.TrimSuffix(b.URL, "/")+b.fill(path), body, "X-Auth-Token: "+b.Token, "Content-Type: application/json")
}

func into[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("want JSON, got %d %s: %v", r.status, r.body, err)
	}
	return v
}

func TestAnswers(t *testing.T) {
	cases := map[string]struct {
		reason       string
		method, path string
		body         string
		status       int
		contains     string
	}{
		"Health":              {"a probe is told that the server lives", "GET", "/healthz", "", 200, "ok\n"},
		"NoSuchEndpoint":      {"who is lost is told what there is", "GET", "/api/fault", "", 404, "GET /api/faults"},
		"NoSuchMethod":        {"a method that an endpoint lacks is answered alike", "PUT", "/api/faults", "{}", 404, "there is no PUT /api/faults"},
		"Routes":              {"the routes that a fault can name are listed", "GET", "/api/routes", "", 200, `"route": "/devices/{id}/bgp/sessions"`},
		"NoFaults":            {"an empty list is no null", "GET", "/api/faults", "", 200, `"faults": []`},
		"UnknownField":        {"a misspelt field must not be ignored", "POST", "/api/faults", `{"metod":"GET"}`, 400, `unknown field \"metod\"; the fields are body, bodyContains, cut, delay, denied, errors, hang, header, method, name, path, route, skip, stale, status, store, times, token`},
		"WrongCase":           {"fields have one spelling", "POST", "/api/faults", `{"Method":"GET"}`, 400, `unknown field \"Method\"`},
		"WrongType":           {"a value of the wrong type is named with the right one", "POST", "/api/faults", `{"status":"500"}`, 400, "status has a string and must have a whole number"},
		"WrongElement":        {"the field of a wrong element is named", "POST", "/api/faults", `{"errors":[1]}`, 400, "errors has a number and must have a string"},
		"WrongDelay":          {"durations have units", "POST", "/api/faults", `{"delay":"5"}`, 400, `delay is \"5\" and must be a duration such as 500ms or 1.5s`},
		"WrongMethod":         {"a fault that can never match is refused", "POST", "/api/faults", `{"method":"get"}`, 400, "method is"},
		"WrongRoute":          {"routes are checked", "POST", "/api/faults", `{"route":"/nope"}`, 400, "route is"},
		"TwoMistakes":         {"all mistakes are told at once", "POST", "/api/faults", `{"times":-1,"status":42}`, 400, `and must be from 200 to 599`},
		"NoObject":            {"a list is no fault", "POST", "/api/faults", `[]`, 400, "the body is no JSON object"},
		"Null":                {"null would be a fault for every request", "POST", "/api/faults", `null`, 400, "the body is null and must be a JSON object"},
		"Garbage":             {"what is no JSON is refused", "POST", "/api/faults", `{`, 400, "the body is no JSON object"},
		"NoSuchFault":         {"a fault must exist to be read", "GET", "/api/faults/fault-9", "", 404, `there is no fault \"fault-9\"`},
		"NoSuchFaultToRemove": {"a fault must exist to be removed", "DELETE", "/api/faults/fault-9", "", 404, `there is no fault \"fault-9\"`},
		"UnknownParameter":    {"a misspelt filter would select everything", "GET", "/api/requests?metod=GET", "", 400, `unknown parameter \"metod\"; the parameters are method, route, path, status, token, since, limit`},
		"WrongSince":          {"times are RFC 3339", "GET", "/api/requests?since=yesterday", "", 400, "since is"},
		"WrongStatus":         {"a status is a number or cut", "GET", "/api/requests?status=ok", "", 400, "status is"},
		"WrongLimit":          {"a limit is positive", "GET", "/api/requests?limit=0", "", 400, "limit is"},
		"NoMethodSelected":    {"a method that HTTP does not have selects nothing", "GET", "/api/requests?method=pst", "", 400, "method is"},
		"NoRouteSelected":     {"nor does a route that the API does not have", "GET", "/api/requests?route=/nope", "", 400, "route is"},
		"PrefixedPath":        {"nor does a path with the prefix", "GET", "/api/requests?path=/metal/v1/user", "", 400, "leave out the API's prefix"},
		"WrongDevices":        {"a number of devices is a number", "GET", "/api/state?devices=many", "", 400, "devices is"},
		"WrongState":          {"states are those of the API", "PATCH", "/api/devices/{device}", `{"state":"broken"}`, 400, "must be one of queued, provisioning, active"},
		"NoSuchDevice":        {"a device must exist to be changed", "PATCH", "/api/devices/nope", `{"state":"failed"}`, 404, `there is no device \"nope\"`},
		"NoDeviceToRemove":    {"a device must exist to be removed", "DELETE", "/api/devices/nope", "", 404, `there is no device \"nope\"`},
		"WrongSession":        {"statuses are those of the API", "PATCH", "/api/sessions/{session}", `{"status":"upp"}`, 400, "must be one of unknown, down, up"},
		"NoSessionChange":     {"a change says what is to change", "PATCH", "/api/sessions/{session}", `{}`, 400, "give status, learnedRoutes or both"},
		"WrongRoutes":         {"routes are prefixes", "PATCH", "/api/sessions/{session}", `{"learnedRoutes":["nope"]}`, 400, "learnedRoutes is"},
		"NoSuchProjectState":  {"a project must exist to be shown", "GET", "/api/state?project=nope", "", 404, `there is no project \"nope\"`},
		"NoSuchSession":       {"a session must exist to be changed", "PATCH", "/api/sessions/nope", `{"status":"up"}`, 404, `there is no session \"nope\"`},
		"NoSessionToRemove":   {"a session must exist to be removed", "DELETE", "/api/sessions/nope", "", 404, `there is no session \"nope\"`},
		"NoProjectToRemove":   {"a project must exist to be removed", "DELETE", "/api/projects/nope", "", 404, `there is no project \"nope\"`},
		"Clock":               {"the clock tells whether it can be driven", "GET", "/api/clock", "", 200, `"driven": false`},
		"ClockGoesByItself":   {"only a driven clock can be advanced", "POST", "/api/clock", `{"advance":"1m"}`, 409, "start packetsim with --clock driven"},
		"ClockBackwards":      {"time does not go back", "POST", "/api/clock", `{"advance":"-1m"}`, 400, "must be a positive duration"},
	}
	b := newBench(t, packetsim.Config{})
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := b.ask(t, tc.method, tc.path, tc.body)
			if r.status != tc.status || !strings.Contains(r.body, tc.contains) {
				t.Errorf("%s: want %d with %q, got %d %s", tc.reason, tc.status, tc.contains, r.status, r.body)
			}
		})
	}
	if n := len(b.Faults()); n != 0 {
		t.Errorf("want no fault set by a refused request, got %d", n)
	}
}

func TestChangesBehindTheClientsBack(t *testing.T) {
	cases := map[string]struct {
		reason       string
		method, path string
		body         string
		read         string
		status       int
		contains     string
	}{
		"SessionUp":      {"a session gets a status", "PATCH", "/api/sessions/{session}", `{"status":"up"}`, "/bgp/sessions/{session}", 200, `"status":"up"`},
		"SessionDiffers": {"the switches may differ", "PATCH", "/api/sessions/{session}", `{"status":"up,down"}`, "/bgp/sessions/{session}", 200, `"status":"up,down"`},
		"LearnedRoutes":  {"a session learns routes", "PATCH", "/api/sessions/{session}", `{"status":"up","learnedRoutes":["10.1.2.0/24"]}`, "/bgp/sessions/{session}", 200, `"learned_routes":["10.1.2.0/24"]`},
		"SessionGone":    {"a session vanishes", "DELETE", "/api/sessions/{session}", "", "/bgp/sessions/{session}", 404, "Not found"},
		"OnlyRoutes":     {"a session that learns routes keeps its status", "PATCH", "/api/sessions/{session}", `{"learnedRoutes":["10.1.2.0/24"]}`, "/bgp/sessions/{session}", 200, `"status":"up"`},
		"DeviceFailed":   {"a device that failed is forbidden", "PATCH", "/api/devices/{device}", `{"state":"failed"}`, "/devices/{device}", 403, "not authorized to view this device"},
		"DeviceInactive": {"a device is switched off", "PATCH", "/api/devices/{device}", `{"state":"inactive"}`, "/devices/{device}", 200, `"state":"inactive"`},
		"DeviceGone":     {"a device vanishes", "DELETE", "/api/devices/{device}", "", "/devices/{device}", 404, "Not found"},
		"ProjectGone":    {"a project vanishes", "DELETE", "/api/projects/{project}", "", "/projects/{project}", 404, "Not found"},
		"Reset":          {"after a reset there is what the seed has", "POST", "/api/reset", "", "/devices/" + packetsim.DemoDevice1, 200, `"hostname":"edge-1"`},
		"ResetForgets":   {"and nothing else", "POST", "/api/reset", "", "/devices/{device}", 404, "Not found"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, packetsim.Config{Seed: packetsim.DemoSeed()})
			if r := b.ask(t, tc.method, tc.path, tc.body); r.status != http.StatusNoContent {
				t.Fatalf("%s: want 204, got %d %s", tc.reason, r.status, r.body)
			}
			if r := b.call(t, http.MethodGet, tc.read, ""); r.status != tc.status || !strings.Contains(r.body, tc.contains) {
				t.Errorf("%s: want %d with %q, got %d %s", tc.reason, tc.status, tc.contains, r.status, r.body)
			}
		})
	}
}

func TestFailedDeviceRecovers(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	for _, state := range []string{"failed", "active"} {
		if r := b.ask(t, http.MethodPatch, "/api/devices/{device}", `{"state":"`+state+`"}`); r.status != http.StatusNoContent {
			t.Fatalf("want 204, got %d %s", r.status, r.body)
		}
	}
	if r := b.call(t, http.MethodGet, "/devices/{device}", ""); r.status != http.StatusOK {
		t.Errorf("a device that is active again: want 200, got %d %s", r.status, r.body)
	}
}

func TestDrivenClock(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := newBench(t, packetsim.Config{Clock: clocktesting.NewFakeClock(start), Timings: packetsim.RealisticTimings()})
	type clock struct {
		Time   time.Time `json:"time"`
		Driven bool      `json:"driven"`
	}
	got := into[clock](t, b.ask(t, http.MethodPost, "/api/clock", `{"advance":"11s"}`))
	if diff := cmp.Diff(clock{start.Add(11 * time.Second), true}, got); diff != "" {
		t.Errorf("advanced by 11s (-want +got):\n%s", diff)
	}
	if r := b.call(t, http.MethodGet, "/bgp/sessions/{session}", ""); !strings.Contains(r.body, `"status":"down"`) {
		t.Errorf("session after 11s: want it down, got %s", r.body)
	}
	// The state is the same until somebody asks again, and says what comes next.
	r := b.ask(t, http.MethodGet, "/api/state", "")
	for _, want := range []string{`"clock": "2026-03-01T12:00:11Z"`, `"to": "up"`, `"at": "2026-03-01T12:00:41Z"`} {
		if !strings.Contains(r.body, want) {
			t.Errorf("state: want %s in it, got %s", want, r.body)
		}
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	first := b.ask(t, http.MethodGet, "/api/state", "")
	tag := "If-None-Match: " + first.header.Get("ETag")
	if r := send(t, http.MethodGet, b.admin.URL+"/api/state", "", tag); r.status != http.StatusNotModified || r.body != "" {
		t.Errorf("unchanged state: want 304 without a body, got %d %s", r.status, r.body)
	}
	b.ask(t, http.MethodPatch, "/api/sessions/{session}", `{"status":"down"}`)
	if r := send(t, http.MethodGet, b.admin.URL+"/api/state", "", tag); r.status != http.StatusOK || !strings.Contains(r.body, `"status": "down"`) {
		t.Errorf("changed state: want 200 with the change, got %d %s", r.status, r.body)
	}
}

// TestUnhealthy takes the data folder away, which the next write finds out.
func TestUnhealthy(t *testing.T) {
	b := newBench(t, packetsim.Config{Data: t.TempDir()})
	if r := b.ask(t, http.MethodGet, "/healthz", ""); r.status != http.StatusOK {
		t.Errorf("want a server that can write healthy, got %d %s", r.status, r.body)
	}
	b.Close()
	if r := b.call(t, http.MethodPost, "/projects", `{"name":"x"}`); r.status != http.StatusInternalServerError {
		t.Fatalf("a write that cannot be kept: want 500, got %d %s", r.status, r.body)
	}
	if r := b.ask(t, http.MethodGet, "/healthz", ""); r.status != http.StatusServiceUnavailable || !strings.Contains(r.body, "cannot keep state") {
		t.Errorf("want 503 and the reason, got %d %s", r.status, r.body)
	}
}
