// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// repeat returns n times the text, with commas between.
func repeat(text string, n int) string {
	return strings.TrimSuffix(strings.Repeat(text+",", n), ",")
}

// TestLimits asks for more than one request may, and for what no machine can be
// called. Whatever is refused leaves nothing behind.
func TestLimits(t *testing.T) {
	const machine = `"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv"`
	const private = `{"address_family":4,"public":false}`
	hundred := `{"quantity":100,` + machine + `}`
	one := func(fields string) string { return `{` + machine + `,` + fields + `}` }
	for name, tc := range map[string]struct {
		reason     string
		path, body string
		want       string
		devices    int
	}{
		"Addresses":        {"as many pieces of addresses as there may be", "", one(`"ip_addresses":[` + repeat(private, 64) + `]`), "201", 1},
		"TooManyAddresses": {"one more", "", one(`"ip_addresses":[` + repeat(private, 65) + `]`), `422 {"errors":["Ip addresses are more than 64"]}`, 0},
		"Batch":            {"as many devices as there may be", "/batch", `{"batches":[` + hundred + `]}`, "201", 100},
		"TooManyBatches":   {"one more in another batch", "/batch", `{"batches":[` + hundred + `,{"quantity":1,` + machine + `}]}`, `422 {"errors":["Batches have more than 100 devices"]}`, 0},
		"TooManyHostnames": {"names count as devices", "/batch", `{"batches":[{"hostnames":[` + repeat(`"a"`, 101) + `],` + machine + `}]}`, `422 {"errors":["Quantity is invalid"]}`, 0},
		"NoQuantity":       {"a batch of nothing", "/batch", `{"batches":[{` + machine + `}]}`, `422 {"errors":["Quantity is invalid"]}`, 0},
		"Hostname":         {"letters of any script", "", one(`"hostname":"münchen-1"`), "201", 1},
		"NewLine":          {"a name that would break lines", "", one(`"hostname":"a\nb"`), `422 {"errors":["Hostname is invalid"]}`, 0},
		"Escape":           {"a name that would colour a terminal", "", one(`"hostname":"a\u001b[31mb"`), `422 {"errors":["Hostname is invalid"]}`, 0},
		"Null":             {"a name that would end early", "", one(`"hostname":"a\u0000b"`), `422 {"errors":["Hostname is invalid"]}`, 0},
		"NoBreakSpace":     {"a space that looks like another", "", one(`"hostname":"a\u00a0b"`), `422 {"errors":["Hostname is invalid"]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, packetsim.Config{})
			r := do(t, w.Sim, http.MethodPost, "/projects/"+w.bare.ID+"/devices"+tc.path, tc.body)
			if got := line(r); got != tc.want && fmt.Sprint(r.status) != tc.want {
				t.Errorf("\n%s: want %s, got %s", tc.reason, tc.want, got)
			}
			if got := len(w.Devices()) - 1; got != tc.devices {
				t.Errorf("\n%s: want %d devices, got %d", tc.reason, tc.devices, got)
			}
		})
	}
}

// TestManyFacilities has a device made for a list of places, and then meets what
// the real service answered there for a while:
// https://github.com/packethost/packngo/issues/162.
func TestManyFacilities(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	path := "/projects/" + w.bare.ID + "/devices"
	body := `{"plan":"c3.small.x86","operating_system":"debian_12","facility":["sjc1","ams1"]}`
	if r := do(t, w.Sim, http.MethodPost, path, body); r.status != http.StatusCreated {
		t.Errorf("a list of facilities: want 201, got %s", line(r))
	}
	f := w.Fault(packetsim.Fault{
		Method: http.MethodPost, Route: "/projects/{id}/devices", BodyContains: `"facility":["sjc1",`,
		Status: http.StatusInternalServerError, Errors: []string{"Oh snap"},
	})
	if r := do(t, w.Sim, http.MethodPost, path, body); r.status != http.StatusInternalServerError || !strings.Contains(r.body, "Oh snap") {
		t.Errorf("a list that meets the fault: want 500, got %s", line(r))
	}
	if got := len(w.Devices()); got != 2 {
		t.Errorf("want no device for a refused request: 2 in all, got %d", got)
	}
	for _, place := range []string{`["sjc1"]`, `"sjc1"`} {
		if r := do(t, w.Sim, http.MethodPost, path, strings.ReplaceAll(body, `["sjc1","ams1"]`, place)); r.status != http.StatusCreated {
			t.Errorf("%s beside the fault: want 201, got %s", place, line(r))
		}
	}
	if f.Hits() != 1 {
		t.Errorf("want one request to meet the fault, got %d", f.Hits())
	}
}

// TestReadOnlyKeys lists API keys with one that may only read.
func TestReadOnlyKeys(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	reader := w.AddToken(packetsim.Token{Token: "reader-secret", ReadOnly: true})
	own := w.AddToken(packetsim.Token{Token: "project-reader-secret", ReadOnly: true, ProjectID: w.project.ID})
	writer := w.AddToken(packetsim.Token{Token: "writer-secret", ProjectID: w.project.ID, Description: "writer"})
	for name, tc := range map[string]struct {
		reason, token, path string
		shown               bool
	}{
		"Owner":         {"a user who may write sees the secrets", w.Token, "/projects/" + w.project.ID + "/api-keys", true},
		"Reader":        {"one who reads sees the keys only", reader.Token, "/projects/" + w.project.ID + "/api-keys", false},
		"ReaderOfUser":  {"of a user too", reader.Token, "/user/api-keys", false},
		"ProjectReader": {"and with a key of the project", own.Token, "/projects/" + w.project.ID + "/api-keys", false},
		"ProjectWriter": {"which sees them if it may write", writer.Token, "/projects/" + w.project.ID + "/api-keys", true},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := try(t, w.Sim, tc.token, http.MethodGet, tc.path, "")
			if err != nil || r.status != http.StatusOK || !strings.Contains(r.body, `"read_only":true`) {
				t.Errorf("\n%s: want the keys, got %s, %v", tc.reason, line(r), err)
			}
			if got := strings.Contains(r.body, `"token":`); got != tc.shown {
				t.Errorf("\n%s: want secrets shown: %t, got %s", tc.reason, tc.shown, r.body)
			}
		})
	}
}

// TestPendingBlock makes a device in a project that waits for a block at the
// same place: it has no addresses to give.
func TestPendingBlock(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	if r := do(t, w.Sim, http.MethodPost, "/projects/"+w.bare.ID+"/ips", `{"type":"private_ipv4","quantity":64,"metro":"sv","facility":"sv15"}`); r.decode(t)["state"] != "pending" {
		t.Fatalf("want a reservation that is pending, got %s", line(r))
	}
	d := w.AddDevice(packetsim.Device{ProjectID: w.bare.ID, Metro: "sv"})
	if ips, _ := do(t, w.Sim, http.MethodGet, "/devices/"+d.ID+"/ips", "").decode(t)["ip_addresses"].([]any); len(ips) != 3 {
		t.Errorf("want a device with three addresses, got %v", ips)
	}
}
