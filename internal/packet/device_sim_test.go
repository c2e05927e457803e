// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// startSlowly returns a server whose devices take two minutes to be active.
func startSlowly(t *testing.T) (*clocktesting.FakeClock, *packet.Client, packetsim.Project) {
	t.Helper()
	clock := clocktesting.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	sim := packetsim.Start(t, packetsim.Config{Clock: clock, Timings: packetsim.Timings{
		Queued: 20 * time.Second, Addresses: 40 * time.Second, Provisioning: time.Minute, Deprovisioning: time.Minute,
	}})
	c := must[*packet.Client](t)(packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token}))
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	return clock, c, project
}

func TestDeviceLife(t *testing.T) {
	clock, c, project := startSlowly(t)
	ctx := t.Context()
	key := must[packet.SSHKey](t)(c.CreateSSHKey(ctx, project.ID, packet.CreateSSHKey{Label: "edge", Key: publicKey(t)}))
	termination := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	d := must[packet.Device](t)(c.CreateDevice(ctx, project.ID, packet.CreateDevice{
		Hostname: "edge-1", Description: "at the edge", Plan: "c3.small.x86", OperatingSystem: "custom_ipxe", Metro: "sv", BillingCycle: "hourly",
		Tags: []string{"uid:1"}, UserData: "#!ipxe", CustomData: packet.CustomData{"role": "edge"}, Locked: true, AlwaysPXE: true,
		IPXEScriptURL: "https://boot.example", TerminationTime: termination, ProjectSSHKeyIDs: []string{key.ID},
		Addresses: []packet.CreateAddress{{AddressFamily: "ipv4", CIDR: 31}, {AddressFamily: "ipv6", Public: true, CIDR: 127}},
	}))
	want := packet.Device{
		ID: d.ID, ProjectID: project.ID, Hostname: "edge-1", Description: "at the edge", State: "queued",
		Plan: "c3.small.x86", OperatingSystem: "custom_ipxe", Metro: "sv", Facility: "sv15", BillingCycle: "hourly",
		Tags: []string{"uid:1"}, UserData: "#!ipxe", CustomData: packet.CustomData{"role": "edge"}, Locked: true, AlwaysPXE: true,
		IPXEScriptURL: "https://boot.example", SSHKeyIDs: []string{key.ID}, User: "root", RootPassword: d.RootPassword,
		SOS: d.SOS, TerminationTime: termination, Provisioning: d.Provisioning, CreatedAt: clock.Now(),
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("CreateDevice(...): -want, +got:\n%s", diff)
	}
	if d.RootPassword == "" || d.SOS == "" {
		t.Errorf("CreateDevice(...): got %+v", d)
	}

	if err := c.DeleteDevice(ctx, d.ID); !packet.IsLocked(err) {
		t.Errorf("DeleteDevice(...) of a locked device: got error %v", err)
	}
	d = must[packet.Device](t)(c.UpdateDevice(ctx, d.ID, packet.UpdateDevice{Locked: ptr.To(false), Description: ptr.To("")}))
	if d.Locked || d.Description != "" || d.Hostname != "edge-1" || len(d.Tags) != 1 {
		t.Errorf("UpdateDevice(...) should change what it names only: got %+v", d)
	}
	if err := c.DeleteDevice(ctx, d.ID); !packet.IsBusy(err) || packet.IsAmbiguous(err) {
		t.Errorf("DeleteDevice(...) of a device that is queued: got error %v", err)
	}

	clock.Step(time.Minute)
	d = must[packet.Device](t)(c.GetDevice(ctx, d.ID))
	if d.State != "provisioning" || d.ProvisioningPercentage != 50 || len(d.Addresses) != 2 {
		t.Errorf("GetDevice(...) half-way: got %+v", d)
	}
	done := 0
	for _, e := range d.Provisioning {
		if e.Body == "" {
			t.Errorf("GetDevice(...) half-way: got event %+v", e)
		}
		if !e.At.IsZero() {
			done++
		}
	}
	if done == 0 || done == len(d.Provisioning) {
		t.Errorf("GetDevice(...) half-way: want events that happened and events to come, got %+v", d.Provisioning)
	}
	clock.Step(time.Minute)
	d = must[packet.Device](t)(c.GetDevice(ctx, d.ID))
	if d.State != "active" {
		t.Errorf("GetDevice(...) when it is active: got %+v", d)
	}
	for _, a := range d.Addresses {
		if a.Address == "" || a.Gateway == "" || !a.Management || a.Public != (a.AddressFamily == "ipv6") {
			t.Errorf("GetDevice(...): got address %+v", a)
		}
	}
	for tag, want := range map[string]int{"": 1, "uid:1": 1, "uid:2": 0} {
		if got := must[[]packet.Device](t)(c.ListDevices(ctx, project.ID, tag)); len(got) != want {
			t.Errorf("ListDevices(%q): want %d, got %+v", tag, want, got)
		}
	}
	clock.Step(24 * time.Hour)
	if got := must[packet.Device](t)(c.GetDevice(ctx, d.ID)); got.RootPassword != "" {
		t.Error("the root password should be gone after a day")
	}

	if err := c.DeleteDevice(ctx, d.ID); err != nil {
		t.Errorf("DeleteDevice(...): %v", err)
	}
	clock.Step(time.Minute)
	if _, err := c.GetDevice(ctx, d.ID); !packet.IsNotFound(err) && !packet.IsForbidden(err) {
		t.Errorf("GetDevice(...) of a deleted device: got error %v", err)
	}
}
