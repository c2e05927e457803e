// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestPlannedSurvivesRestart restarts a server between the plan to end a device
// and its end.
func TestPlannedSurvivesRestart(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	cfg := packetsim.Config{Clock: c, Data: t.TempDir()}
	w := newWorld(t, cfg)
	h, err := w.InsertHardware(packetsim.HardwareReservation{ProjectID: w.project.ID})
	if err != nil {
		t.Fatal(err)
	}
	body := machine(`,"hardware_reservation_id":"` + h.ID + `","termination_time":"2024-05-01T09:00:00Z","quantity":1`)
	r := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices/batch", `{"batches":[`+body+`]}`)
	if r.status != http.StatusCreated {
		t.Fatalf("cannot make device: %s", line(r))
	}
	w.Close()
	again := packetsim.Start(t, cfg)
	look := func() []any {
		hardware := do(t, again, http.MethodGet, "/hardware-reservations/"+h.ID, "").decode(t)
		batches, _ := do(t, again, http.MethodGet, "/projects/"+w.project.ID+"/batches", "").decode(t)["batches"].([]any)
		devices, _ := do(t, again, http.MethodGet, "/projects/"+w.project.ID+"/devices", "").decode(t)["devices"].([]any)
		return []any{hardware["provisionable"], len(batches), len(devices)}
	}
	if diff := cmp.Diff([]any{false, 1, 2}, look()); diff != "" {
		t.Errorf("after the restart, hardware free, batches and devices: -want, +got:\n%s", diff)
	}
	c.Step(time.Hour)
	look()
	if diff := cmp.Diff([]any{true, 1, 1}, look()); diff != "" {
		t.Errorf("after the end of the device: -want, +got:\n%s", diff)
	}
}
