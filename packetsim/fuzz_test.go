// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A fixture is a server with one object of every kind.
type fixture struct {
	*packetsim.Server

	t testing.TB
	// ids are the ids of the objects, by what stands before them in a path.
	ids map[string]string
	// gone says that clients have given up when their requests arrive.
	gone bool
}

func newFixture(tb testing.TB) *fixture {
	tb.Helper()
	s, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed()})
	if err != nil {
		tb.Fatal(err)
	}
	const demo, edge = packetsim.DemoProject, packetsim.DemoDevice1
	x := &fixture{Server: s, t: tb, ids: map[string]string{"projects": demo, "devices": edge}}
	for _, o := range []struct{ noun, post, body string }{
		{"sessions", "/devices/" + edge + "/bgp/sessions", `{"address_family":"ipv4"}`},
		{"ips", "/projects/" + demo + "/ips", `{"type":"public_ipv4","quantity":4,"metro":"sv"}`},
		{"ssh-keys", "/projects/" + demo + "/ssh-keys", fmt.Sprintf(`{"label":"k","key":%q}`, keyOf(0))},
		{"virtual-networks", "/projects/" + demo + "/virtual-networks", `{"metro":"sv","vxlan":1099}`},
		{"api-keys", "/projects/" + demo + "/api-keys", `{"description":"k"}`},
	} {
		x.ids[o.noun] = x.id(http.MethodPost, o.post, o.body, "id")
	}
	x.ids["organizations"] = x.id(http.MethodGet, "/user", "", "default_organization_id")
	x.ids["ports"] = x.id(http.MethodGet, "/devices/"+edge, "", "network_ports", "0", "id")
	x.ids["events"] = x.id(http.MethodGet, "/devices/"+edge+"/events", "", "events", "0", "id")
	x.ids["discover"] = demo
	h, err := s.InsertHardware(packetsim.HardwareReservation{ProjectID: demo, Plan: "c3.small.x86", Facility: "ny5"})
	if err != nil {
		tb.Fatal(err)
	}
	x.ids["hardware-reservations"] = h.ID
	x.ids["batches"] = x.id(http.MethodPost, "/projects/"+demo+"/devices/batch",
		`{"batches":[{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","quantity":1,"hostnames":["x"]}]}`, "batches", "0", "id")
	x.ids["vlan-assignments/batches"] = x.id(http.MethodPost, "/ports/"+x.ids["ports"]+"/vlan-assignments/batches",
		`{"vlan_assignments":[{"vlan":"1099","state":"assigned"}]}`, "id")
	return x
}

// fork returns a fixture like this one, for one input of a fuzz test.
func (x *fixture) fork(t *testing.T) *fixture {
	t.Helper()
	return &fixture{Server: x.Fork(), t: t, ids: x.ids}
}

// id returns the value at a place of the answer to a request that must succeed.
func (x *fixture) id(method, path, body string, at ...string) string {
	x.t.Helper()
	w := x.send(method, path, body)
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); w.Code >= 300 || err != nil {
		x.t.Fatalf("%s %s: %d %s, %v", method, path, w.Code, w.Body, err)
	}
	for _, k := range at {
		switch n := v.(type) {
		case map[string]any:
			v = n[k]
		case []any:
			v = n[0]
		}
	}
	s, ok := v.(string)
	if !ok {
		x.t.Fatalf("%s %s: want text at %v of %s", method, path, at, w.Body)
	}
	return s
}

var variable = regexp.MustCompile(`((?:vlan-assignments/)?[^/]*)/\{[a-z]+\}`)

// path fills the variables of a route with ids that exist.
func (x *fixture) path(template string) string {
	return variable.ReplaceAllStringFunc(template, func(s string) string {
		noun := s[:strings.LastIndex(s, "/")]
		id := x.ids[noun]
		if id == "" {
			id = packetsim.DemoDevice2
		}
		return noun + "/" + id
	})
}

// send has the server answer a request. Cut connections have status 0.
func (x *fixture) send(method, target, body string) *httptest.ResponseRecorder {
	x.t.Helper()
	w := httptest.NewRecorder()
	ctx, giveUp := context.WithCancel(x.t.Context())
	defer giveUp()
	if x.gone {
		giveUp()
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1"+packetsim.DefaultPrefix+target, strings.NewReader(body))
	if err != nil {
		w.Code = http.StatusBadRequest
		return w // No HTTP client can send this.
	}
	r.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			w.Code = 0
		}
	}()
	x.ServeHTTP(w, r)
	return w
}

// sound sends a request, and checks that the answer is JSON and no failure of
// the server. It reports whether the request was accepted.
func (x *fixture) sound(method, target, body string) bool {
	x.t.Helper()
	w := x.send(method, target, body)
	if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
		x.t.Errorf("%s %s with %q: %d %s", method, target, body, w.Code, w.Body)
	}
	if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
		x.t.Errorf("%s %s with %q: body %q is not JSON", method, target, body, w.Body)
	}
	return w.Code < http.StatusMultipleChoices
}

// everything is what shows all that a request may have changed.
func (x *fixture) everything() {
	for _, p := range []string{
		"/organizations", "/projects?include=devices,ssh_keys,bgp_config,organization", "/ssh-keys", "/user", "/user/api-keys",
		x.path("/projects/{id}/devices?include=ssh_keys,network_ports.virtual_networks"), x.path("/projects/{id}/ips?include=assignments"),
		x.path("/projects/{id}/bgp-config"), x.path("/projects/{id}/bgp/sessions?include=device"), x.path("/projects/{id}/virtual-networks?include=assigned_to"),
		x.path("/projects/{id}/api-keys"), x.path("/projects/{id}/ssh-keys"), x.path("/devices/{id}/bgp/neighbors"), x.path("/devices/{id}/events"), x.path("/ips/{id}/available?cidr=32"),
	} {
		x.sound(http.MethodGet, p, "")
	}
}

// routesOf returns the routes with other methods than GET, or those with it.
func routesOf(f *testing.F, get bool) []packetsim.Route {
	f.Helper()
	s, err := packetsim.New(packetsim.Config{})
	if err != nil {
		f.Fatal(err)
	}
	return slices.DeleteFunc(s.Routes(), func(r packetsim.Route) bool { return (r.Method == http.MethodGet) != get })
}

// FuzzBody sends bodies to every route that takes one, for objects that exist.
func FuzzBody(f *testing.F) {
	routes := routesOf(f, false)
	for i := range routes {
		for _, body := range []string{
			`{"name":"x","tags":null,"customdata":"{}","backend_transfer_enabled":true,"payment_method_id":"y\""}`,
			`{"deployment_type":"local","asn":"65000","md5":"Sup3rSecretPw","use_case":"x"}`,
			`{"plan":"c3.small.x86","operating_system":"debian_12","facility":["ny5"],"spot_price_max":"0.5","ip_addresses":[{"address_family":4,"cidr":31}]}`,
			`{"customdata":"{\"a\":1}","locked":false,"hostname":"x","always_pxe":true,"type":"reboot"}`,
			`{"address_family":"ipv6","default_route":true,"address":"147.75.40.2/32"}`,
			`{"type":"public_ipv4","quantity":1e9,"metro":"sv","fail_on_approval_required":true}`,
			`{"label":"x","key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA","description":"x","read_only":true}`,
			`{"vnid":"1099","vxlan":1099,"vlan_assignments":[{"vlan":"1099","state":"assigned","native":true}],"bulk_enable":true}`,
			`[]`, `null`, `{"a":`, "\x00",
		} {
			f.Add(uint(i), body)
		}
	}
	base := newFixture(f)
	f.Fuzz(func(t *testing.T, i uint, body string) {
		x := base.fork(t)
		r := routes[i%uint(len(routes))]
		if x.sound(r.Method, x.path(r.Template), body) {
			x.everything()
		}
	})
}

// FuzzQuery sends query parameters to every route that reads.
func FuzzQuery(f *testing.F) {
	routes := routesOf(f, true)
	for i := range routes {
		f.Add(uint(i), "2", "1", "project.organization,device", "plan,ip_addresses", "edge", "cidr=31&types=public_ipv4")
		f.Add(uint(i), "-1", "1e9", ",.,a..b", "", "\x00", "cidr=999&tag=&metro=sv&reserved=true&sort_by=hostname")
	}
	base := newFixture(f)
	f.Fuzz(func(t *testing.T, i uint, page, perPage, include, exclude, search, other string) {
		q := url.Values{"page": {page}, "per_page": {perPage}, "include": {include}, "exclude": {exclude}, "search": {search}}
		x := base.fork(t)
		x.sound(http.MethodGet, x.path(routes[i%uint(len(routes))].Template)+"?"+q.Encode()+"&"+other, "")
	})
}

// FuzzPath asks for paths, also those that the API does not have.
func FuzzPath(f *testing.F) {
	base := newFixture(f)
	for _, r := range append(routesOf(f, true), routesOf(f, false)...) {
		f.Add(r.Method, strings.TrimPrefix(base.path(r.Template), "/"))
	}
	for _, p := range []string{"ips//available?cidr=999", "%2e%2e/user", "", "projects/%2f/devices", "devices/..", "user/"} {
		f.Add(http.MethodGet, p)
	}
	f.Fuzz(func(t *testing.T, method, p string) {
		base.fork(t).sound(method, "/"+p, "")
	})
}

// FuzzSeed reads seeds. One that is accepted makes a server that works.
func FuzzSeed(f *testing.F) {
	for _, seed := range []string{
		"projects: [{name: x, bgpConfig: {asn: 65000, md5: Sup3rSecretPw}, devices: [{hostname: a, sessions: [{addressFamily: ipv4, defaultRoute: true, status: up}]}]}]",
		"tokens: [{token: x, readOnly: true, projectId: y}]",
		`{"projects":[{"id":"x","name":"y","tags":["z"],"devices":[{"state":"queued","plan":"c3.small.x86","metro":"ny","facility":"ny5","operatingSystem":"debian_12"}]}]}`,
		"projects: &a [{name: *a}]", "- x", "projects: [{nme: x}]", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, seed []byte) {
		parsed, err := packetsim.ParseSeed(seed)
		if err != nil {
			return
		}
		s, err := packetsim.New(packetsim.Config{Seed: parsed})
		if err != nil {
			return
		}
		x := &fixture{Server: s, t: t, ids: map[string]string{}}
		for _, p := range s.Projects() {
			x.ids["projects"] = url.PathEscape(p.ID)
		}
		for _, d := range s.Devices() {
			x.ids["devices"] = url.PathEscape(d.ID)
		}
		x.everything()
	})
}

// FuzzFault sets faults and has them meet requests whose clients have given up,
// so that nothing is held back.
func FuzzFault(f *testing.F) {
	for _, fault := range []string{
		`{"method":"POST","route":"/devices/{id}/bgp/sessions","times":1,"store":true,"status":500,"errors":["boom"]}`,
		`{"status":502,"body":"<html>","header":{"Content-Type":"text/html","X-Request-Id":""}}`,
		`{"cut":"midway","header":{"Retry-After":"1"}}`, `{"cut":"silent","store":true}`, `{"path":"/devices/[a-z]*","delay":1000000000,"hang":true}`,
		`{"stale":true,"skip":1}`, `{"denied":true,"token":"packetsim-user-token","bodyContains":"ipv6"}`, `{"status":204,"header":{"\n":"\n"}}`,
	} {
		f.Add([]byte(fault))
	}
	base := newFixture(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var fault packetsim.Fault
		if json.Unmarshal(b, &fault) != nil {
			return
		}
		x := base.fork(t)
		if _, err := x.SetFault(fault); err != nil {
			return
		}
		x.gone = true
		x.send(http.MethodGet, x.path("/devices/{id}"), "")
		x.send(http.MethodPost, x.path("/devices/{id}/bgp/sessions"), `{"address_family":"ipv6"}`)
		x.ClearFaults()
		x.gone = false
		x.everything()
	})
}
