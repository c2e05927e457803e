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

func TestRestart(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	cfg := packetsim.Config{Clock: c, Data: t.TempDir(), Timings: packetsim.Timings{Addresses: time.Minute, Provisioning: time.Minute}}
	w := newWorld(t, cfg)
	s := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	gone := w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv6"})
	w.RemoveSession(gone.ID)
	body := `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv"}`
	id, _ := do(t, w.Sim, http.MethodPost, "/projects/"+w.project.ID+"/devices", body).decode(t)["id"].(string)
	before, _ := w.Session(s.ID)
	w.Close()

	c.Step(time.Hour)
	cfg.Seed = packetsim.DemoSeed()
	after := packetsim.Start(t, cfg)
	if got, found := after.Session(s.ID); !found || cmp.Diff(before.Steps, got.Steps) != "" && got.Status != "up" {
		t.Errorf("session after the restart: want %+v or what became of it, got %+v", before, got)
	}
	if _, found := after.Session(gone.ID); found {
		t.Errorf("a removed session came back")
	}
	if _, found := after.Project(packetsim.DemoProject); found {
		t.Errorf("the seed was applied to a folder with data")
	}
	d := do(t, after, http.MethodGet, "/devices/"+id, "").decode(t)
	if d["state"] != "active" {
		t.Errorf("a device that was due while the server was down: want active, got %v", d["state"])
	}
	used := map[any]bool{}
	for _, device := range []string{id, w.device.ID} {
		ips, _ := do(t, after, http.MethodGet, "/devices/"+device+"/ips", "").decode(t)["ip_addresses"].([]any)
		for _, ip := range ips {
			address := ip.(map[string]any)["address"]
			if used[address] {
				t.Errorf("address %v was given out twice", address)
			}
			used[address] = true
		}
	}
	if len(used) != 6 {
		t.Errorf("want 6 addresses, got %d", len(used))
	}
}
