// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// FuzzBody sends bodies to every route that takes one. Whatever arrives, the
// answer is JSON and no failure of the server.
func FuzzBody(f *testing.F) {
	const demo, edge = packetsim.DemoProject, packetsim.DemoDevice1
	targets := []struct{ method, path string }{
		{http.MethodPost, "/projects"},
		{http.MethodPatch, "/projects/" + demo},
		{http.MethodPost, "/projects/" + demo + "/bgp-configs"},
		{http.MethodPost, "/projects/" + demo + "/devices"},
		{http.MethodPut, "/devices/" + edge},
		{http.MethodPost, "/devices/" + edge + "/actions"},
		{http.MethodPost, "/devices/" + edge + "/bgp/sessions"},
		{http.MethodPost, "/devices/" + edge + "/ips"},
		{http.MethodPost, "/projects/" + demo + "/ips"},
		{http.MethodPost, "/projects/" + demo + "/ssh-keys"},
		{http.MethodPost, "/projects/" + demo + "/virtual-networks"},
		{http.MethodPost, "/projects/" + demo + "/api-keys"},
		{http.MethodPost, "/organizations"},
		{http.MethodPost, "/capacity"},
	}
	for i, body := range []string{
		`{"name":"x","tags":null,"customdata":"{}"}`,
		`{"backend_transfer_enabled":true}`,
		`{"deployment_type":"local","asn":"65000","md5":"Sup3rSecretPw"}`,
		`{"plan":"c3.small.x86","operating_system":"debian_12","facility":["ny5"],"spot_price_max":"0.5","ip_addresses":[{"address_family":4,"cidr":31}]}`,
		`{"customdata":"{\"a\":1}","locked":false}`,
		`{"type":"reboot"}`,
		`{"address_family":"ipv4","default_route":true}`,
		`{"address":"147.75.40.2/32"}`,
		`{"type":"public_ipv4","quantity":1e9,"metro":"sv"}`,
		`{"label":"x","key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"}`,
		`{"metro":"sv","vxlan":1099}`,
		`{"description":"x"}`,
		`[]`, `null`, `{"a":`, "\x00",
	} {
		f.Add(uint(i), body)
	}
	f.Fuzz(func(t *testing.T, i uint, body string) {
		target := targets[i%uint(len(targets))]
		answer(t, target.method, target.path, body)
	})
}

// FuzzPath asks for paths and queries.
func FuzzPath(f *testing.F) {
	for _, p := range []string{
		"projects?page=2&per_page=1", "projects/" + packetsim.DemoProject + "/devices?include=project.organization&exclude=plan",
		"devices/" + packetsim.DemoDevice1 + "?include=,.,a..b", "ips//available?cidr=999", "events?page=-1", "%2e%2e/user", "",
	} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) { answer(t, http.MethodGet, "/"+p, "") })
}

// answer has a new server answer one request.
func answer(t *testing.T, method, target, body string) {
	t.Helper()
	s, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+packetsim.DefaultPrefix+target, strings.NewReader(body))
	if err != nil {
		return // No HTTP client can send this.
	}
	r.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
		t.Errorf("%s %s with %q: %d %s", method, target, body, w.Code, w.Body)
	}
	if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s %s with %q: body %q is not JSON", method, target, body, w.Body)
	}
}
