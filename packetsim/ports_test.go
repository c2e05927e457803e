// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/packethost/packngo"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// portID returns the id of a port of the world's device.
func (w world) portID(t *testing.T, name string) string {
	t.Helper()
	d, _, err := client(t, w.Sim).Devices.Get(w.device.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.GetPortByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func (w world) vlan(t *testing.T, body string) string {
	t.Helper()
	r := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/virtual-networks", body)
	id, _ := r.decode(t)["id"].(string)
	if id == "" {
		t.Fatalf("cannot make VLAN: %s", r.body)
	}
	return id
}

// TestPortConversions has packngo lead a device through all network types.
func TestPortConversions(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	c := client(t, w.Sim)
	steps := []struct {
		to, port string
		// addresses, neighbours and status are what is left of layer 3.
		addresses, neighbors int
		status               string
	}{
		{packngo.NetworkTypeL2Bonded, "layer2-bonded", 0, 0, "down"},
		{packngo.NetworkTypeL2Individual, "layer2-individual", 0, 0, "down"},
		{packngo.NetworkTypeL3, "layer3", 3, 1, "up"},
		{packngo.NetworkTypeHybrid, "hybrid", 3, 1, "up"},
		{packngo.NetworkTypeL2Bonded, "layer2-bonded", 0, 0, "down"},
		{packngo.NetworkTypeL3, "layer3", 3, 1, "up"},
		{packngo.NetworkTypeL2Bonded, "layer2-bonded", 0, 0, "down"},
		{packngo.NetworkTypeHybrid, "hybrid", 3, 1, "up"},
		{packngo.NetworkTypeL2Individual, "layer2-individual", 0, 0, "down"},
		{packngo.NetworkTypeHybrid, "hybrid", 3, 1, "up"},
		{packngo.NetworkTypeL3, "layer3", 3, 1, "up"},
		{packngo.NetworkTypeL2Individual, "layer2-individual", 0, 0, "down"},
		{packngo.NetworkTypeL2Bonded, "layer2-bonded", 0, 0, "down"},
	}
	for i, st := range steps {
		d, err := c.DevicePorts.DeviceToNetworkType(w.device.ID, st.to) //nolint:staticcheck // Deprecated or not, Terraform converts devices with it.
		if err != nil {
			t.Fatalf("step %d: cannot convert device to %s: %v", i, st.to, err)
		}
		bond, err := d.GetPortByName("bond0")
		if err != nil {
			t.Fatal(err)
		}
		ns, _, err := c.Devices.ListBGPNeighbors(d.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		now, _ := w.Session(s.ID)
		want := []any{st.port, st.addresses, st.neighbors, st.status}
		if diff := cmp.Diff(want, []any{bond.NetworkType, len(d.Network), len(ns), now.Status}); diff != "" {
			t.Errorf("step %d, %s: -want, +got:\n%s", i, st.to, diff)
		}
	}
}

func TestPortRefusals(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	bond, eth1 := w.portID(t, "bond0"), w.portID(t, "eth1")
	vlan := w.vlan(t, `{"metro":"sv","vxlan":1182}`)
	w.vlan(t, `{"metro":"ny","vxlan":1183}`)

	cases := []struct {
		reason string
		path   string
		body   string
		want   string
	}{
		{"a VLAN that is not on the port cannot be native", bond + "/native-vlan", `{"vnid":"1182"}`, `422 {"errors":["Virtual network 1182 not assigned"]}`},
		{"or taken off", bond + "/unassign", `{"vnid":"1182"}`, `422 {"errors":["Virtual network 1182 already unassigned"]}`},
		{"nor can one of another metro be put on", bond + "/assign", `{"vnid":"1183"}`, `404 {"errors":["Not found"]}`},
		{"it is put on once", bond + "/assign", `{"vnid":"1182"}`, "200"},
		{"but not twice", bond + "/assign", `{"vnid":"` + vlan + `"}`, `422 {"errors":["Virtual network 1182 already assigned"]}`},
		{"with a VLAN there is no way to layer 3", bond + "/convert/layer-3", "", `422 {"errors":["Virtual network 1182 is still assigned"]}`},
		{"only bonds are converted", eth1 + "/convert/layer-2", "", `422 {"errors":["Port eth1 is not a bond"]}`},
		{"a VLAN comes off", bond + "/unassign", `{"vnid":"1182"}`, "200"},
		{"a port leaves its bond", eth1 + "/disbond", "{}", "200"},
		{"it takes a VLAN", eth1 + "/assign", `{"vnid":"1182"}`, "200"},
		{"with which it does not return", eth1 + "/bond", "{}", `422 {"errors":["Port eth1 has virtual networks assigned"]}`},
		{"not with the others either", bond + "/bond", "", `422 {"errors":["Port eth1 has virtual networks assigned"]}`},
		{"unknown ports are missing", "nope/bond", "", `404 {"errors":["Not found"]}`},
	}
	check := func(reason, path, body, want string) {
		t.Helper()
		r := do(t, w.Sim, http.MethodPost, "/ports/"+path, body)
		got := line(r)
		if want == "200" {
			got = got[:3]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", reason, diff)
		}
	}
	for _, tc := range cases {
		check(tc.reason, tc.path, tc.body, tc.want)
	}
	if err := w.UpdateDevice(w.device.ID, func(d *packetsim.Device) { d.NetworkFrozen = true }); err != nil {
		t.Fatal(err)
	}
	check("a frozen network stays as it is", bond+"/convert/layer-2", "", `422 {"errors":["Network of the device is frozen"]}`)
	if err := w.UpdateDevice(w.device.ID, func(d *packetsim.Device) { d.NetworkFrozen, d.State = false, "provisioning" }); err != nil {
		t.Fatal(err)
	}
	check("a device under provisioning too", bond+"/convert/layer-2", "", `422 {"errors":["Device must be active or inactive"]}`)
}

func TestLayer2DeviceTakesNeitherSessionNorAddress(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	block := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`).decode(t)
	vlan := w.vlan(t, `{"metro":"sv"}`)
	if r := do(t, w.Sim, http.MethodPost, "/ports/"+w.portID(t, "bond0")+"/convert/layer-2", `{"vnid":"`+vlan+`"}`); r.status != http.StatusOK {
		t.Fatalf("cannot convert: %s", r.body)
	}
	address, _ := block["address"].(string)
	cases := map[string]struct{ path, body, want string }{
		"Session": {"/bgp/sessions", `{"address_family":"ipv4"}`, `422 {"errors":["Device has no management ipv4 address"]}`},
		"Address": {"/ips", `{"address":"` + address + `/32"}`, `422 {"errors":["Device is in layer 2"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(do(t, w.Sim, http.MethodPost, "/devices/"+w.device.ID+tc.path, tc.body))); diff != "" {
				t.Errorf("-want, +got:\n%s", diff)
			}
		})
	}
	if r := do(t, w.Sim, http.MethodDelete, "/virtual-networks/"+vlan, ""); r.status != http.StatusUnprocessableEntity {
		t.Errorf("VLAN that the conversion put on the port: want it in use, got %s", line(r))
	}
}

func TestVLANBatch(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	bond := w.portID(t, "bond0")
	w.vlan(t, `{"metro":"sv","vxlan":1182}`)
	w.vlan(t, `{"metro":"sv","vxlan":1183}`)
	path := "/ports/" + bond + "/vlan-assignments"
	cases := []struct {
		reason string
		body   string
		state  string
		errors []any
		// on are the numbers that the port has afterwards, the native one last.
		on []any
	}{
		{"a batch puts VLANs on a port", `[{"vlan":"1182"},{"vlan":"1183","native":true}]`, "completed", []any{}, []any{1182.0, 1183.0, 1183.0}},
		{"what is there already is no error", `[{"vlan":"1182","native":true}]`, "completed", []any{}, []any{1182.0, 1183.0, 1182.0}},
		{"an unknown VLAN lets the whole batch fail", `[{"vlan":"1182","state":"unassigned"},{"vlan":"7"}]`, "failed", []any{"Virtual network 7 not found"}, []any{1182.0, 1183.0, 1182.0}},
		{"a batch takes VLANs off", `[{"vlan":"1182","state":"unassigned"},{"vlan":"1182","state":"unassigned"}]`, "completed", []any{}, []any{1183.0, nil}},
	}
	for _, tc := range cases {
		made := do(t, w.Sim, http.MethodPost, path+"/batches", `{"vlan_assignments":`+tc.body+`}`).decode(t)
		if made["state"] != "queued" {
			t.Errorf("%s: want the new batch queued, got %v", tc.reason, made["state"])
		}
		id, _ := made["id"].(string)
		b := do(t, w.Sim, http.MethodGet, path+"/batches/"+id, "").decode(t)
		var on []any
		var native any
		all, _ := do(t, w.Sim, http.MethodGet, path, "").decode(t)["vlan_assignments"].([]any)
		for _, x := range all {
			a, _ := x.(map[string]any)
			on = append(on, a["vlan"])
			if a["native"] == true {
				native = a["vlan"]
			}
		}
		if diff := cmp.Diff([]any{tc.state, tc.errors, tc.on}, []any{b["state"], b["error_messages"], append(on, native)}); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
		}
	}
	for _, body := range []string{`{}`, `{"vlan_assignments":[{"vlan":"1182","state":"gone"}]}`, `[]`} {
		if r := do(t, w.Sim, http.MethodPost, path+"/batches", body); r.status != http.StatusUnprocessableEntity {
			t.Errorf("batch %s: want 422, got %s", body, line(r))
		}
	}
	for _, sub := range []string{"/batches/nope", "/nope"} {
		if r := do(t, w.Sim, http.MethodGet, path+sub, ""); r.status != http.StatusNotFound {
			t.Errorf("%s: want 404, got %s", sub, line(r))
		}
	}
}
