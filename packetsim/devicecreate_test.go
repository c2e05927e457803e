// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// machine is the body of a device with further fields.
func machine(more string) string {
	return `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv"` + more + `}`
}

func TestCreateDeviceRefuses(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	if _, err := w.InsertHardware(packetsim.HardwareReservation{ID: "00000000-0000-4000-8000-00000000aaaa", ProjectID: w.project.ID, DeviceID: w.device.ID}); err != nil {
		t.Fatal(err)
	}
	foreign := do(t, w.Sim, http.MethodPost, "/projects/"+w.bare.ID+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`).decode(t)["id"].(string)
	small := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`).decode(t)["id"].(string)
	cases := map[string]struct{ reason, body, want string }{
		"Plan":        {"A plan is needed.", `{"operating_system":"debian_12","metro":"sv"}`, `422 {"errors":["Plan can't be blank"]}`},
		"Site":        {"So is a site.", `{"plan":"c3.small.x86","operating_system":"debian_12"}`, `422 {"errors":["Facility can't be blank"]}`},
		"Facility":    {"The site must exist.", `{"plan":"c3.small.x86","operating_system":"debian_12","facility":"ams9"}`, `422 {"errors":["ams9 is not a valid facility"]}`},
		"SoldOut":     {"There must be such a machine.", `{"plan":"baremetal_2a2","operating_system":"debian_12","facility":["ewr1"]}`, `422 {"errors":["The facility ewr1 has no provisionable baremetal_2a2 servers matching your criteria"]}`},
		"UserData":    {"User data must be of a known format.", machine(`,"userdata":"hello"`), `422 {"errors":["Userdata unrecognized userdata format"]}`},
		"Cycle":       {"Billing cycles are a list.", machine(`,"billing_cycle":"never"`), `422 {"errors":["Billing cycle is not included in the list"]}`},
		"IPXE":        {"A script needs the system that runs it.", machine(`,"ipxe_script_url":"http://x"`), `422 {"errors":["Ipxe script url can only be set for custom_ipxe"]}`},
		"Private":     {"Private IPv4 is mandatory.", machine(`,"ip_addresses":[{"address_family":4}]`), `422 {"errors":["A private IPv4 address is required"]}`},
		"Large":       {"More than a /30 comes from reservations.", machine(`,"ip_addresses":[{"address_family":4,"cidr":29},{"address_family":4,"public":false}]`), `422 {"errors":["Subnets larger than /30 must come from ip reservations"]}`},
		"Reservation": {"A reservation must be the project's.", machine(`,"ip_addresses":[{"address_family":4,"cidr":32,"ip_reservations":["` + foreign + `"]},{"address_family":4,"public":false}]`), `422 {"errors":["` + foreign + ` is not a valid ip reservation"]}`},
		"SmallBlock":  {"A reservation must have room.", machine(`,"ip_addresses":[{"address_family":4,"cidr":28,"ip_reservations":["` + small + `"]},{"address_family":4,"public":false}]`), `422 {"errors":["` + small + ` is not a valid ip reservation"]}`},
		"PublicBlock": {"A reservation must be of the right type.", machine(`,"ip_addresses":[{"address_family":4,"public":false,"cidr":32,"ip_reservations":["` + small + `"]}]`), `422 {"errors":["` + small + ` is not a valid ip reservation"]}`},
		"NextOne":     {"Reserved hardware may be used up.", machine(`,"hardware_reservation_id":"next-available"`), `503 {"errors":["There are no available hardware reservations for selected plan and facility"]}`},
		"ShortID":     {"Hardware is named by its whole id.", machine(`,"hardware_reservation_id":"123a45b6"`), `422 {"errors":["123a45b6 is not a valid hardware reservation"]}`},
		"InUse":       {"Hardware is used once.", machine(`,"hardware_reservation_id":"00000000-0000-4000-8000-00000000aaaa"`), `422 {"errors":["Server is not provisionable"]}`},
		"BadKey":      {"A key that comes along must be one.", machine(`,"ssh_keys":[{"label":"x","key":"y"}]`), `422 {"errors":["Key is invalid"]}`},
		"NamedKeys":   {"Named keys must exist.", machine(`,"project_ssh_keys":["00000000-0000-4000-8000-00000000bbbb"]`), `422 {"errors":["must have at least one SSH key or explicitly send no_ssh_keys option"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", tc.body))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if n := len(w.Devices()); n != 1 {
		t.Errorf("refused requests: want no device made, got %d", n-1)
	}
}

func TestCreateDeviceTakesEveryField(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	body := `{
		"hostname":"edge-9","plan":"c3.small.x86","operating_system":"custom_ipxe","facility":["ewr1","ny5"],"description":"d","billing_cycle":"daily",
		"userdata":"#cloud-config","customdata":"{\"a\":1}","tags":["x"],"locked":true,"always_pxe":true,"ipxe_script_url":"http://boot","network_frozen":true,
		"features":{"tpm":"preferred"},"hardware_reservation_id":"","spot_instance":true,"spot_price_max":"0.5","termination_time":"2124-05-01T08:00:00Z",
		"storage":{"disks":[]},"no_ssh_keys":true,"project_id":"` + w.project.ID + `","public_ipv4_subnet_size":30,"private_ipv4_subnet_size":31
	}`
	got := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", body).decode(t)
	want := map[string]any{
		"hostname": "edge-9", "description": "d", "billing_cycle": "daily", "userdata": "#cloud-config", "customdata": map[string]any{"a": 1.0}, "tags": []any{"x"},
		"locked": true, "always_pxe": true, "ipxe_script_url": "http://boot", "network_frozen": true, "spot_instance": true, "spot_price_max": 0.5,
		"termination_time": "2124-05-01T08:00:00Z", "storage": map[string]any{"disks": []any{}}, "ssh_keys": []any{}, "state": "queued", "ip_addresses": []any{},
	}
	maps.DeleteFunc(got, func(k string, _ any) bool { _, wanted := want[k]; return !wanted })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("new device: -want, +got:\n%s", diff)
	}
}

func TestDeviceKeys(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	keys := "/projects/" + w.project.ID + "/ssh-keys"
	project := do(t, w.Sim, http.MethodPost, keys, `{"label":"project","key":"`+publicKey(1)+`"}`).decode(t)["id"].(string)
	user := do(t, w.Sim, http.MethodPost, "/ssh-keys", `{"label":"user","key":"`+publicKey(2)+`"}`).decode(t)
	member := strings.TrimPrefix(user["owner"].(map[string]any)["href"].(string), "/metal/v1/users/")

	cases := map[string]struct {
		reason, body string
		want         []string
	}{
		"Default": {"Without a word about keys a device gets all of the project and its members.", "", []string{"packetsim", "project", "user"}},
		"Project": {"Named keys of the project are the only ones.", `,"project_ssh_keys":["` + project + `"]`, []string{"project"}},
		"User":    {"A user brings all its keys.", `,"user_ssh_keys":["` + member + `"]`, []string{"packetsim", "user"}},
		"None":    {"A device can be made without keys, if that is said.", `,"no_ssh_keys":true`, nil},
		"Brought": {"New keys become the project's; one that it has is not made again.", `,"ssh_keys":[{"label":"again","key":"` + publicKey(1) + `"},{"label":"new","key":"` + publicKey(3) + `"}]`, []string{"new", "project"}},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		tc := cases[name]
		// The case that brings keys would change what the next ones see.
		t.Run(name, func(t *testing.T) {
			id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", machine(tc.body)).decode(t)["id"].(string)
			var got []string
			all, _ := do(t, w.Sim, http.MethodGet, "/devices/"+id+"/ssh-keys", "").decode(t)["ssh_keys"].([]any)
			for _, k := range all {
				label, _ := k.(map[string]any)["label"].(string)
				if label != "new" || name == "Brought" {
					got = append(got, label)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDeviceNeedsKey(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	all, _ := do(t, w.Sim, http.MethodGet, "/ssh-keys", "").decode(t)["ssh_keys"].([]any)
	for _, k := range all {
		id, _ := k.(map[string]any)["id"].(string)
		do(t, w.Sim, http.MethodDelete, "/ssh-keys/"+id, "")
	}
	path := "/projects/" + w.project.ID + "/devices"
	want := `422 {"errors":["must have at least one SSH key or explicitly send no_ssh_keys option"]}`
	if diff := cmp.Diff(want, line(do(t, w.Sim, http.MethodPost, path, machine("")))); diff != "" {
		t.Errorf("device of a project without any key: -want, +got:\n%s", diff)
	}
	if r := do(t, w.Sim, http.MethodPost, path, machine(`,"no_ssh_keys":true`)); r.status != http.StatusCreated {
		t.Errorf("device without keys on purpose: want 201, got %s", line(r))
	}
}

func TestLostSSHKey(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	w.AddToken(packetsim.Token{Token: "project-token", ProjectID: w.project.ID})
	f := w.Fault(packetsim.LostSSHKey("project-token", 1))
	path, body := "/projects/"+w.project.ID+"/ssh-keys", `{"label":"x","key":"`+publicKey(1)+`"}`
	r, err := try(t, w.Sim, "project-token", http.MethodPost, path, body)
	if err != nil || line(r) != `404 {"errors":["Not found"]}` || f.Hits() != 1 {
		t.Errorf("key made by a project token: want 404, got %s, %v", line(r), err)
	}
	if got := do(t, w.Sim, http.MethodGet, path+"?search=x", "").decode(t)["ssh_keys"]; len(got.([]any)) != 1 {
		t.Errorf("the key: want it made all the same, got %v", got)
	}
	r, err = try(t, w.Sim, "project-token", http.MethodPost, path, body)
	if err != nil || line(r) != `422 {"errors":["Fingerprint has already been taken"]}` {
		t.Errorf("the second try: want 422, got %s, %v", line(r), err)
	}
}
