// SPDX-License-Identifier: Apache-2.0

package project

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// dial returns operations on a real HTTP API on behalf of an owner.
func dial(t *testing.T, sim *packetsim.Sim, owner string) external.Operations[Arguments, State, packet.Project] {
	t.Helper()
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token})
	if err != nil {
		t.Fatal(err)
	}
	return Definition(Options{}).Connect(c, owner)
}

// TestLostAnswer has the answer to a creation lost: the project is found by its
// mark, by its maker only.
func TestLostAnswer(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	sim.AddProject(packetsim.Project{Name: "edge"})
	sim.Fault(packetsim.OhSnap(http.MethodPost, "/projects", 1))
	o := dial(t, sim, "me")
	a := Arguments{Name: "edge", CustomData: `{"team":"edge"}`}
	if _, err := o.Create(t.Context(), a); !packet.IsAmbiguous(err) {
		t.Fatalf("got error %v, want one that leaves open what happened", err)
	}
	if _, ok, err := dial(t, sim, "you").Find(t.Context(), a); ok || err != nil {
		t.Errorf("another owner found it: %t, %v", ok, err)
	}
	p, ok, err := o.Find(t.Context(), Arguments{Name: "renamed meanwhile"})
	if !ok || err != nil {
		t.Fatalf("its owner did not find it: %v", err)
	}
	if got := o.Report(t.Context(), p, external.View[State]{}).State; got.Name != "edge" || got.CustomData != `{"team":"edge"}` {
		t.Errorf("got %+v", got)
	}
}

// TestUpdatesKeepTheMark changes everything, and takes everything back.
func TestUpdatesKeepTheMark(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	o := dial(t, sim, "me")
	p, err := o.Create(t.Context(), Arguments{Name: "edge", BackendTransfer: ptr.To(true)})
	if err != nil || !p.BackendTransfer {
		t.Fatalf("got %+v, %v; want backend transfer", p, err)
	}
	for _, a := range []Arguments{
		{Name: "renamed", BackendTransfer: ptr.To(true), Tags: []string{"b", "a"}, CustomData: `{"team":"edge","n":12}`},
		{Name: "edge"},
	} {
		differ := differences(a, p)
		if len(differ) == 0 {
			t.Fatalf("%+v is no difference to %+v", a, p)
		}
		if p, err = o.Update(t.Context(), p, a, differ); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]external.Difference(nil), differences(a, p)); diff != "" {
			t.Errorf("after the update to %+v: -want +got:\n%s", a, diff)
		}
		if stored, _ := sim.Project(p.ID); stored.CustomData[markKey] != "me" {
			t.Errorf("after the update to %+v the mark is gone: %v", a, stored.CustomData)
		}
	}
}

// TestInUse deletes a project with a device in it, and without.
func TestInUse(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	o := dial(t, sim, "me")
	p, err := o.Create(t.Context(), Arguments{Name: "edge"})
	if err != nil {
		t.Fatal(err)
	}
	device := sim.AddDevice(packetsim.Device{ProjectID: p.ID, Hostname: "edge-1"})
	var refusal *external.Refusal
	if err := o.Delete(t.Context(), p); !errors.As(err, &refusal) || !strings.Contains(refusal.Message, "is not empty: devices edge-1; ") {
		t.Errorf("got %v, want a refusal that names the device", err)
	}
	sim.RemoveDevice(device.ID)
	if err := o.Delete(t.Context(), p); err != nil {
		t.Errorf("the empty project is not deleted: %v", err)
	}
	if _, ok, err := o.Get(t.Context(), p.ID, Arguments{}); ok || err != nil {
		t.Errorf("the deleted project is there: %t, %v", ok, err)
	}
}
