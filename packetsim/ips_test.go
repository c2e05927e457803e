// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestReserve(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	p := w.AddProject(packetsim.Project{Name: "small", PublicIPv4Quota: 8})
	cases := map[string]struct {
		reason, body, want string
	}{
		"Public":   {"A small block is given out at once.", `{"type":"public_ipv4","quantity":2,"metro":"sv"}`, "created 31 public_ipv4"},
		"Private":  {"Private addresses do not count.", `{"type":"private_ipv4","quantity":16,"facility":"ny5"}`, "created 28 private_ipv4"},
		"Global":   {"Global addresses belong to no metro.", `{"type":"global_ipv4","quantity":1}`, "created 32 global_ipv4"},
		"IPv6":     {"IPv6 comes as a /56.", `{"type":"public_ipv6","quantity":1,"metro":"sv"}`, "created 56 public_ipv6"},
		"IPv6s":    {"And only so.", `{"type":"public_ipv6","quantity":2,"metro":"sv"}`, `422 {"errors":["Quantity is invalid"]}`},
		"Pending":  {"More than the quota needs a review.", `{"type":"public_ipv4","quantity":16,"metro":"sv"}`, "pending 28 public_ipv4"},
		"Huge":     {"So do many addresses.", `{"type":"private_ipv4","quantity":256,"metro":"sv"}`, "pending 24 private_ipv4"},
		"FailFast": {"A client may not want to wait for that.", `{"type":"public_ipv4","quantity":256,"metro":"sv","fail_on_approval_required":true}`, `422 {"errors":["The requested quantity requires approval"]}`},
		"Odd":      {"Blocks are powers of two.", `{"type":"public_ipv4","quantity":3,"metro":"sv"}`, `422 {"errors":["Quantity is invalid"]}`},
		"VRF":      {"VRFs are not covered.", `{"type":"vrf","quantity":8,"metro":"sv"}`, `422 {"errors":["vrf is not a valid type"]}`},
		"Facility": {"The site must exist.", `{"type":"public_ipv4","quantity":1,"facility":"ewr9"}`, `422 {"errors":["ewr9 is not a valid facility"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := do(t, w.Sim, http.MethodPost, "/projects/"+p.ID+"/ips", tc.body)
			got := line(r)
			if b := r.decode(t); r.status == http.StatusCreated {
				cidr, _ := b["cidr"].(float64)
				got = strings.Join([]string{b["state"].(string), jsonNumber(cidr), b["type"].(string)}, " ")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	// Every case but the pending ones has taken what it asked for.
	if diff := cmp.Diff(`422 {"errors":["The specified project contains insufficient public IPv4 space to complete the request. Please e-mail support@equinixmetal.com."]}`,
		line(do(t, w.Sim, http.MethodPost, "/projects/"+p.ID+"/devices", machine(`,"ip_addresses":[{"address_family":4,"cidr":30},{"address_family":4,"cidr":30},{"address_family":4,"public":false}]`)))); diff != "" {
		t.Errorf("device beyond the quota: -want, +got:\n%s", diff)
	}
	if r := do(t, w.Sim, http.MethodPost, "/projects/"+p.ID+"/devices", machine("")); r.status != http.StatusCreated {
		t.Errorf("device within the quota: want 201, got %s", line(r))
	}
}

func TestDecideReservation(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv6"})
	ask := func() string {
		return do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/ips", `{"type":"public_ipv4","quantity":32,"metro":"sv"}`).decode(t)["id"].(string)
	}
	granted, refused := ask(), ask()
	if r := do(t, w.Sim, http.MethodGet, "/devices/"+w.device.ID+"/bgp/neighbors", ""); strings.Contains(r.body, "invalid") {
		t.Errorf("neighbours: want nothing of a block without addresses, got %s", r.body)
	}
	for id, approve := range map[string]bool{granted: true, refused: false} {
		if err := w.DecideReservation(id, approve); err != nil {
			t.Fatal(err)
		}
	}
	var got []any
	for _, id := range []string{granted, refused} {
		b := do(t, w.Sim, http.MethodGet, "/ips/"+id, "").decode(t)
		got = append(got, b["state"], b["cidr"], b["network"] != "")
	}
	if diff := cmp.Diff([]any{"created", 27.0, true, "denied", 27.0, false}, got); diff != "" {
		t.Errorf("reservations: -want, +got:\n%s", diff)
	}
	for _, id := range []string{granted, "none"} {
		if err := w.DecideReservation(id, true); err == nil {
			t.Errorf("DecideReservation(%s): want an error, because it is not pending", id)
		}
	}
}

func TestAssign(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	far := w.AddDevice(packetsim.Device{ProjectID: w.project.ID, Metro: "ny"})
	foreign := w.AddDevice(packetsim.Device{ProjectID: w.bare.ID})
	b := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/ips", `{"type":"public_ipv4","quantity":2,"metro":"sv"}`).decode(t)
	block, first := "/ips/"+b["id"].(string), b["network"].(string)
	available := func(reason, want string) {
		t.Helper()
		if diff := cmp.Diff(want, do(t, w.Sim, http.MethodGet, block+"/available?cidr=32", "").body); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", reason, diff)
		}
	}
	second := netip.MustParseAddr(first).Next().String()
	available("a new block", `{"available":["`+first+`/32","`+second+`/32"]}`)
	cases := []struct{ reason, device, address, want string }{
		{"an address of another metro", far.ID, first + "/32", `422 {"errors":["Address is not in the metro of the device"]}`},
		{"a device of another project", foreign.ID, first + "/32", `404 {"errors":["Not found"]}`},
		{"no address", w.device.ID, "x", `422 {"errors":["Address is invalid"]}`},
		{"an address of nobody", w.device.ID, "192.0.2.1/32", `404 {"errors":["Not found"]}`},
		{"an address without its length", w.device.ID, first, "201"},
		{"an address that is taken", w.device.ID, first + "/32", `422 {"errors":["Address has already been taken"]}`},
	}
	var assigned string
	for _, tc := range cases {
		r := do(t, w.Sim, http.MethodPost, "/devices/"+tc.device+"/ips", `{"address":"`+tc.address+`"}`)
		got := line(r)
		if r.status == http.StatusCreated {
			got, assigned = "201", r.decode(t)["id"].(string)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
		}
	}
	available("with one address assigned", `{"available":["`+second+`/32"]}`)
	if r := do(t, w.Sim, http.MethodDelete, block, ""); r.status != http.StatusUnprocessableEntity {
		t.Errorf("block in use: want 422, got %s", line(r))
	}
	for _, path := range []string{"/ips/" + assigned, block} {
		if r := do(t, w.Sim, http.MethodDelete, path, ""); r.status != http.StatusNoContent {
			t.Errorf("DELETE %s: want 204, got %s", path, line(r))
		}
	}
}

// TestAssignIPv6 assigns parts of a /56 that are too large to be an assignment.
func TestAssignIPv6(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	b := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/ips", `{"type":"public_ipv6","quantity":1,"metro":"sv"}`).decode(t)
	network, _ := b["network"].(string)
	for length, want := range map[string]int{"/56": 422, "/64": 422, "/100": 422, "/123": 422, "/124": 201} {
		if r := do(t, w.Sim, http.MethodPost, "/devices/"+w.device.ID+"/ips", `{"address":"`+network+length+`"}`); r.status != want {
			t.Errorf("assign %s%s: want %d, got %s", network, length, want, line(r))
		}
	}
}

// TestManagementAddresses checks how the addresses of a device lie in blocks.
func TestManagementAddresses(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	next := w.AddDevice(packetsim.Device{ProjectID: w.project.ID})
	type address struct{ Address, Gateway, Parent string }
	of := func(id string) []address {
		var out []address
		all, _ := do(t, w.Sim, http.MethodGet, "/devices/"+id+"/ips", "").decode(t)["ip_addresses"].([]any)
		for _, x := range all {
			a, _ := x.(map[string]any)
			parent, _ := a["parent_block"].(map[string]any)
			length, _ := parent["cidr"].(float64)
			out = append(out, address{a["address"].(string), a["gateway"].(string), parent["network"].(string) + "/" + jsonNumber(length)})
		}
		return out
	}
	want := map[string][]address{
		w.device.ID: {
			{"147.92.0.1", "147.92.0.0", "147.92.0.0/31"}, {"2604:1380:1700::1", "2604:1380:1700::", "2604:1380:1700::/56"}, {"10.112.0.1", "10.112.0.0", "10.112.0.0/25"},
		},
		next.ID: {
			{"147.92.0.3", "147.92.0.2", "147.92.0.2/31"}, {"2604:1380:1700::3", "2604:1380:1700::2", "2604:1380:1700::/56"}, {"10.112.0.3", "10.112.0.2", "10.112.0.0/25"},
		},
	}
	for id, addresses := range want {
		if diff := cmp.Diff(addresses, of(id)); diff != "" {
			t.Errorf("addresses of %s: -want, +got:\n%s", id, diff)
		}
	}
}
