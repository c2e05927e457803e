// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const missing = "00000000-0000-4000-8000-00000000dead"

func TestErrors(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv6"})
	lonely := w.AddDevice(packetsim.Device{ProjectID: w.bare.ID})
	queued := w.AddDevice(packetsim.Device{ProjectID: w.project.ID, State: packetsim.DeviceQueued})
	locked := w.AddDevice(packetsim.Device{ProjectID: w.project.ID, Locked: true})
	hidden := w.AddDevice(packetsim.Device{ProjectID: w.project.ID})
	if err := w.FailDevice(hidden.ID); err != nil {
		t.Fatal(err)
	}
	w.AddToken(packetsim.Token{Token: "bare", ProjectID: w.bare.ID})
	w.AddToken(packetsim.Token{Token: "reader", ReadOnly: true})
	sessions := "/devices/" + w.device.ID + "/bgp/sessions"
	configs := "/projects/" + w.project.ID + "/bgp-configs"
	devices := "/projects/" + w.project.ID + "/devices"

	cases := map[string]struct {
		reason             string
		token              string
		method, path, body string
		status             int
		want               string
	}{
		"NoToken":          {"a request without a token", "-", "GET", "/projects", "", 401, `{"error":"Invalid authentication token"}`},
		"BadToken":         {"a request with an unknown token", "nope", "GET", "/projects", "", 401, `{"error":"Invalid authentication token"}`},
		"NoRoute":          {"a path the API does not have", "", "GET", "/nope", "", 404, `{"errors":["Not found"]}`},
		"NoMethod":         {"a method the path does not have", "", "POST", "/projects/devices", "{}", 404, `{"errors":["Not found"]}`},
		"EmptySegment":     {"an id left empty by a client", "", "GET", "/projects//devices", "", 404, `{"errors":["Not found"]}`},
		"NoProject":        {"an unknown project", "", "GET", "/projects/" + missing, "", 404, `{"errors":["Not found"]}`},
		"BadProjectID":     {"an id that is no UUID", "", "GET", "/projects/nope", "", 404, `{"errors":["Not found"]}`},
		"NoSession":        {"an unknown session", "", "GET", "/bgp/sessions/" + missing, "", 404, `{"errors":["Not found"]}`},
		"ForeignProject":   {"another project's token", "bare", "GET", "/projects/" + w.project.ID, "", 403, `{"errors":["Access denied for the current authentication token"]}`},
		"ForeignDevice":    {"another project's token", "bare", "GET", "/devices/" + w.device.ID, "", 403, `{"errors":["You are not authorized to view this device"]}`},
		"HiddenDevice":     {"a device that failed to provision", "", "GET", "/devices/" + hidden.ID, "", 403, `{"errors":["You are not authorized to view this device"]}`},
		"ReadOnly":         {"a write with a read-only token", "reader", "DELETE", "/devices/" + w.device.ID, "", 403, `{"errors":["Access denied for the current authentication token"]}`},
		"ProjectByProject": {"a project token cannot make projects", "bare", "POST", "/projects", `{"name":"x"}`, 403, `{"errors":["Access denied for the current authentication token"]}`},
		"BadJSON":          {"a body that is no JSON", "", "POST", sessions, `{`, 422, `{"errors":["Request body is not a valid JSON object"]}`},
		"BadCase":          {"a field in another case is none", "", "POST", "/projects", `{"NAME":"a"}`, 422, `{"errors":["Name can't be blank"]}`},
		"BadFamily":        {"an unknown address family", "", "POST", sessions, `{"address_family":"ipv5"}`, 422, `{"errors":["Address family is not included in the list"]}`},
		"BadType":          {"a field of the wrong type", "", "POST", sessions, `{"default_route":"yes"}`, 422, `{"errors":["Default route is invalid"]}`},
		"SecondSession":    {"a second session of a family", "", "POST", sessions, `{"address_family":"ipv6"}`, 422, `{"errors":["Address family already has session with ipv6"]}`},
		"NoBGP":            {"a session in a project without BGP", "", "POST", "/devices/" + lonely.ID + "/bgp/sessions", `{"address_family":"ipv4"}`, 422, `{"errors":["BGP is not enabled"]}`},
		"TooEarly":         {"a session on a device without addresses", "", "POST", "/devices/" + queued.ID + "/bgp/sessions", `{"address_family":"ipv4"}`, 422, `{"errors":["Device has no management ipv4 address"]}`},
		"DeleteEarly":      {"deleting a device that is being provisioned", "", "DELETE", "/devices/" + queued.ID, "", 422, `{"errors":["Cannot delete a device while it is provisioning"]}`},
		"DeleteLocked":     {"deleting a locked device", "", "DELETE", "/devices/" + locked.ID, `{"force_delete":true}`, 422, `{"errors":["Cannot delete a locked item"]}`},
		"NoFacility":       {"a device without a place", "", "POST", devices, `{"plan":"c3.small.x86","operating_system":"debian_12"}`, 422, `{"errors":["Facility can't be blank"]}`},
		"BadFacility":      {"a device in an unknown place", "", "POST", devices, `{"plan":"c3.small.x86","operating_system":"debian_12","facility":"mars1"}`, 422, `{"errors":["mars1 is not a valid facility"]}`},
		"BadUserData":      {"user data of no known kind", "", "POST", devices, `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","userdata":"x"}`, 422, `{"errors":["Userdata unrecognized userdata format"]}`},
		"NoPrivate":        {"a device without private IPv4", "", "POST", devices, `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","ip_addresses":[{"address_family":4,"public":true}]}`, 422, `{"errors":["A private IPv4 address is required"]}`},
		"BadMD5":           {"a password without a digit", "", "POST", configs, `{"deployment_type":"local","asn":65000,"md5":"NoDigitsHere"}`, 422, `{"errors":["Md5 is invalid"]}`},
		"EmptyConfig":      {"a BGP configuration without anything", "", "POST", configs, `{}`, 422, `{"errors":["Deployment type can't be blank","Asn can't be blank"]}`},
		"LongName":         {"a project name of 81 characters", "", "POST", "/projects", `{"name":"` + strings.Repeat("x", 81) + `"}`, 422, `{"errors":["Name is too long (maximum is 80 characters)"]}`},
		"EmojiName":        {"a project name with a four-byte character", "", "POST", "/projects", `{"name":"🚀"}`, 422, `{"errors":["Name is invalid"]}`},
		"ProjectInUse":     {"deleting a project with devices", "", "DELETE", "/projects/" + w.project.ID, "", 422, `{"errors":["Cannot delete a project with active devices"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			token := tc.token
			switch token {
			case "":
				token = w.Token
			case "-":
				token = ""
			}
			r, err := try(t, w.Sim, token, tc.method, tc.path, tc.body)
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if r.status != tc.status {
				t.Errorf("%s: want status %d, got %d", tc.reason, tc.status, r.status)
			}
			if diff := cmp.Diff(tc.want, r.body); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
			if ct := r.header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
				t.Errorf("%s: want a JSON content type, got %q", tc.reason, ct)
			}
			if r.header.Get("X-Request-Id") == "" {
				t.Errorf("%s: want an X-Request-Id", tc.reason)
			}
		})
	}
}

func TestOutsidePrefix(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{Prefix: "/"})
	if r := do(t, sim, http.MethodGet, "/user", ""); r.status != http.StatusOK {
		t.Errorf("API at the root: want 200, got %d", r.status)
	}
	if r := do(t, sim, http.MethodGet, "/metal/v1/user", ""); r.status != http.StatusNotFound {
		t.Errorf("path outside of the prefix: want 404, got %d", r.status)
	}
}
