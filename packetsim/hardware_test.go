// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestHardwareReservation(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Deprovisioning: time.Second, Reclaim: 4 * time.Minute}})
	h, err := w.InsertHardware(packetsim.HardwareReservation{ProjectID: w.project.ID, Facility: "sjc1"})
	if err != nil {
		t.Fatal(err)
	}
	create := func(wish string) reply {
		return do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices?include=hardware_reservation", machine(`,"hardware_reservation_id":"`+wish+`"`))
	}
	provisionable := func(reason string, want bool) {
		t.Helper()
		if got := do(t, w.Sim, http.MethodGet, "/hardware-reservations/"+h.ID, "").decode(t)["provisionable"]; got != want {
			t.Errorf("%s: want provisionable %t, got %v", reason, want, got)
		}
	}
	provisionable("a machine nobody uses", true)
	d := create("next-available").decode(t)
	used, _ := d["hardware_reservation"].(map[string]any)
	site, _ := d["facility"].(map[string]any)
	if diff := cmp.Diff([]any{h.ID, "sjc1"}, []any{used["id"], site["code"]}); diff != "" {
		t.Errorf("device of the reserved machine: -want, +got:\n%s", diff)
	}
	provisionable("a machine in use", false)
	do(t, w.Sim, http.MethodGet, "/devices/"+d["id"].(string), "")
	do(t, w.Sim, http.MethodDelete, "/devices/"+d["id"].(string), "")
	c.Step(time.Second)
	provisionable("a machine whose device is just gone", false)
	if diff := cmp.Diff(`422 {"errors":["Server is not provisionable"]}`, line(create(h.ID))); diff != "" {
		t.Errorf("device of a machine that is not ready: -want, +got:\n%s", diff)
	}
	c.Step(4 * time.Minute)
	provisionable("a machine that was cleaned", true)
	if r := create(h.ID); r.status != http.StatusCreated {
		t.Errorf("device of the machine by its id: want 201, got %s", line(r))
	}
}

func TestInsertHardwareRefuses(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	cases := map[string]struct {
		reason string
		h      packetsim.HardwareReservation
		want   string
	}{
		"Project":  {"A machine is kept for a project.", packetsim.HardwareReservation{ProjectID: "none"}, "project none"},
		"Plan":     {"Its plan must exist.", packetsim.HardwareReservation{ProjectID: w.project.ID, Plan: "none"}, "plan none"},
		"Facility": {"It stands somewhere.", packetsim.HardwareReservation{ProjectID: w.project.ID, Facility: "none"}, "facility none"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := w.InsertHardware(tc.h); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nInsertHardware(...): want error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestBatches(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	path := "/projects/" + w.project.ID + "/devices/batch"
	one := func(more string) string { return `{"batches":[` + machine(more) + `]}` }
	cases := map[string]struct {
		reason, body, want string
		names              []string
	}{
		"Index":     {"Names are numbered.", one(`,"hostname":"n-{{index}}","quantity":2`), "201", []string{"n-01", "n-02"}},
		"Hostnames": {"Names can be given.", one(`,"hostnames":["a","b"]`), "201", []string{"a", "b"}},
		"Empty":     {"A batch has devices.", one(``), `422 {"errors":["Quantity is invalid"]}`, nil},
		"Huge":      {"But not too many.", one(`,"quantity":1000`), `422 {"errors":["Quantity is invalid"]}`, nil},
		"None":      {"There must be a batch.", `{"batches":[]}`, `422 {"errors":["Batches can't be blank"]}`, nil},
		"Second":    {"If one batch is refused, none is made.", `{"batches":[` + machine(`,"quantity":2`) + `,` + machine(`,"quantity":1,"userdata":"x"`) + `]}`, `422 {"errors":["Userdata unrecognized userdata format"]}`, nil},
		"Name":      {"If one device is refused, none is made.", one(`,"hostnames":["a","b c"]`), `422 {"errors":["Hostname is invalid"]}`, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := len(w.Devices())
			r := do(t, w.Sim, http.MethodPost, path, tc.body)
			if got := line(r); got != tc.want && (tc.want != "201" || r.status != http.StatusCreated) {
				t.Fatalf("%s\nwant %s, got %s", tc.reason, tc.want, got)
			}
			var names []string
			for _, d := range w.Devices()[before:] {
				names = append(names, d.Hostname)
			}
			if diff := cmp.Diff(tc.names, names); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDeleteBatch(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	make2 := func() (path string) {
		t.Helper()
		all, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices/batch", `{"batches":[`+machine(`,"quantity":2`)+`]}`).decode(t)["batches"].([]any)
		b, _ := all[0].(map[string]any)
		id, _ := b["id"].(string)
		if b["state"] != "queued" || b["quantity"] != 2.0 {
			t.Errorf("new batch: want 2 queued, got %v", b)
		}
		do(t, w.Sim, http.MethodGet, "/batches/"+id, "")
		return "/batches/" + id
	}
	left := func() int {
		do(t, w.Sim, http.MethodGet, "/user", "")
		return len(w.Devices()) - 1
	}
	kept := make2()
	do(t, w.Sim, http.MethodDelete, kept, "")
	if n := left(); n != 2 {
		t.Errorf("devices of a deleted batch: want 2, got %d", n)
	}
	gone := make2()
	for _, d := range w.Devices() {
		if err := w.UpdateDevice(d.ID, func(d *packetsim.Device) { d.Locked = true }); err != nil {
			t.Fatal(err)
		}
	}
	if r := do(t, w.Sim, http.MethodDelete, gone+"?remove_associated_instances=true", ""); r.status != http.StatusUnprocessableEntity || left() != 4 {
		t.Errorf("batch with a locked device: want 422 and 4 devices, got %s and %d", line(r), left())
	}
	for _, d := range w.Devices() {
		if err := w.UpdateDevice(d.ID, func(d *packetsim.Device) { d.Locked = false }); err != nil {
			t.Fatal(err)
		}
	}
	do(t, w.Sim, http.MethodDelete, gone, `{"remove_associated_instances":true}`)
	if n := left(); n != 2 {
		t.Errorf("devices after the batch was deleted with them: want 2, got %d", n)
	}
	if r := do(t, w.Sim, http.MethodGet, gone, ""); r.status != http.StatusNotFound {
		t.Errorf("deleted batch: want 404, got %s", line(r))
	}
}
