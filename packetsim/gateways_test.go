// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestMetalGateway(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	p := "/projects/" + w.bare.ID
	vlan, _ := do(t, w.Sim, http.MethodPost, p+"/virtual-networks", `{"metro":"sv","vxlan":1000}`).decode(t)["id"].(string)
	local, _ := do(t, w.Sim, http.MethodPost, p+"/virtual-networks", `{"facility":"ny5"}`).decode(t)["id"].(string)
	far, _ := do(t, w.Sim, http.MethodPost, p+"/ips", `{"type":"public_ipv4","quantity":8,"metro":"ny"}`).decode(t)["id"].(string)
	block, _ := do(t, w.Sim, http.MethodPost, p+"/ips", `{"type":"public_ipv4","quantity":8,"metro":"sv"}`).decode(t)["id"].(string)
	with := func(vlan, more string) string { return `{"virtual_network_id":"` + vlan + `"` + more + `}` }

	refusals := map[string]struct{ reason, body, want string }{
		"VLAN":     {"The VLAN must exist.", with("nope", `,"private_ipv4_subnet_size":8`), `422 {"errors":["Virtual network must be one of the project in a metro"]}`},
		"Facility": {"It must be of a metro.", with(local, `,"private_ipv4_subnet_size":8`), `422 {"errors":["Virtual network must be one of the project in a metro"]}`},
		"Size":     {"Sizes are a list.", with(vlan, `,"private_ipv4_subnet_size":4`), `422 {"errors":["Private ipv4 subnet size is not included in the list"]}`},
		"Metro":    {"The reservation must be of the same metro.", with(vlan, `,"ip_reservation_id":"`+far+`"`), `422 {"errors":["Ip reservation must be one of the project in the metro of the virtual network"]}`},
	}
	for name, tc := range refusals {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(do(t, w.Sim, http.MethodPost, p+"/metal-gateways", tc.body))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}

	made := do(t, w.Sim, http.MethodPost, p+"/metal-gateways", with(vlan, `,"ip_reservation_id":"`+block+`"`)).decode(t)
	gateway := "/metal-gateways/" + made["id"].(string)
	inUse := map[string]struct{ reason, method, path, body, want string }{
		"Again":   {"A reservation is of one gateway.", http.MethodPost, p + "/metal-gateways", with(vlan, `,"ip_reservation_id":"`+block+`"`), `422 {"errors":["Ip reservation is in use"]}`},
		"Block":   {"It cannot be deleted before the gateway.", http.MethodDelete, "/ips/" + block, "", `422 {"errors":["Cannot delete a block of a metal gateway"]}`},
		"Network": {"Nor can the VLAN.", http.MethodDelete, "/virtual-networks/" + vlan, "", `422 {"errors":["Cannot delete a virtual network that has a metal gateway"]}`},
		"Project": {"Nor the project.", http.MethodDelete, p, "", `422 {"errors":["Cannot delete a project with virtual networks"]}`},
	}
	for name, tc := range inUse {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(do(t, w.Sim, tc.method, tc.path, tc.body))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}

	d := w.AddDevice(packetsim.Device{ProjectID: w.bare.ID})
	bond, err := func() (string, error) {
		d, _, err := client(t, w.Sim).Devices.Get(d.ID, nil)
		if err != nil {
			return "", err
		}
		p, err := d.GetPortByName("bond0")
		return p.ID, err
	}()
	if err != nil {
		t.Fatal(err)
	}
	state := func() any { return do(t, w.Sim, http.MethodGet, gateway, "").decode(t)["state"] }
	before := state()
	do(t, w.Sim, http.MethodPost, "/ports/"+bond+"/assign", `{"vnid":"1000"}`)
	after := state()
	last := do(t, w.Sim, http.MethodDelete, gateway, "").decode(t)["state"]
	if diff := cmp.Diff([]any{"ready", "active", "deleting", http.StatusNotFound}, []any{before, after, last, do(t, w.Sim, http.MethodGet, gateway, "").status}); diff != "" {
		t.Errorf("states of a gateway: -want, +got:\n%s", diff)
	}
	if r := do(t, w.Sim, http.MethodDelete, "/ips/"+block, ""); r.status != http.StatusNoContent {
		t.Errorf("reservation after its gateway: want 204, got %s", line(r))
	}
}

func TestPrivateGatewayTakesItsBlockAlong(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	p := "/projects/" + w.bare.ID
	vlan, _ := do(t, w.Sim, http.MethodPost, p+"/virtual-networks", `{"metro":"sv"}`).decode(t)["id"].(string)
	g := do(t, w.Sim, http.MethodPost, p+"/metal-gateways?include=ip_reservation", `{"virtual_network_id":"`+vlan+`","private_ipv4_subnet_size":16}`).decode(t)
	r, _ := g["ip_reservation"].(map[string]any)
	if diff := cmp.Diff([]any{28.0, "private_ipv4", "created"}, []any{r["cidr"], r["type"], r["state"]}); diff != "" {
		t.Errorf("block of the gateway: -want, +got:\n%s", diff)
	}
	do(t, w.Sim, http.MethodDelete, "/metal-gateways/"+g["id"].(string), "")
	if got := do(t, w.Sim, http.MethodGet, "/ips/"+r["id"].(string), "").status; got != http.StatusNotFound {
		t.Errorf("block after its gateway: want 404, got %d", got)
	}
}
