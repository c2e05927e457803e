// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestBlockOverHTTP takes a block through its life.
func TestBlockOverHTTP(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1", Metro: "sv"})
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token})
	if err != nil {
		t.Fatal(err)
	}
	d := Definition(Options{})
	o := d.Connect(c, owner)
	a := Arguments{ProjectID: project.ID, Type: "public_ipv4", Quantity: 4, Metro: "sv", Tags: []string{"edge"}, CustomData: `{"n": 1, "team": "edge"}`}
	if err := o.Prepare(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	// The answer is lost; what is found by the mark is what was made.
	sim.Fault(packetsim.OhSnap(http.MethodPost, "/projects/{id}/ips", 1))
	if _, err := o.Create(t.Context(), a); !packet.IsAmbiguous(err) {
		t.Fatalf("what may have happened is not known: got %v", err)
	}
	made, found, err := o.Find(t.Context(), a)
	if err != nil || !found {
		t.Fatalf("it is found by its mark: got %t, %v", found, err)
	}
	if _, found, err := d.Connect(c, "another").Find(t.Context(), a); found || err != nil {
		t.Errorf("another owner finds nothing: got %t, %v", found, err)
	}
	if text, differences := d.Mismatch(a, made), d.Differences(a, made); text != "" || len(differences) > 0 {
		t.Errorf("it is as asked for: got %q, %+v", text, differences)
	}
	r := o.Report(t.Context(), made, external.View[State]{})
	if r.Ready != nil || !strings.HasSuffix(r.State.Prefix, "/30") || r.State.Metro != "sv" || r.State.Quantity != 4 {
		t.Errorf("got %+v, %+v", r.Ready, r.State)
	}

	a.Tags, a.CustomData, a.Details = nil, "", "changed"
	changed, err := o.Update(t.Context(), made, a, d.Differences(a, made))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{attached.Mark(owner)}, changed.Tags); diff != "" || len(d.Differences(a, changed)) > 0 {
		t.Errorf("the mark stays: %+v: -want +got:\n%s", d.Differences(a, changed), diff)
	}

	if err := o.Delete(t.Context(), assigned(t, sim, c, device.ID, changed)); !strings.Contains(explained(err), "device edge-1 ("+device.ID+")") {
		t.Errorf("the device that uses it is named: got %v", err)
	}
	sim.RemoveDevice(device.ID)
	if err := o.Delete(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if _, found, err := o.Get(t.Context(), changed.ID, a); found || err != nil {
		t.Errorf("it is gone: got %t, %v", found, err)
	}
}

// assigned gives an address of a block to a device.
func assigned(t *testing.T, sim *packetsim.Sim, c *packet.Client, deviceID string, r packet.Reservation) packet.Reservation {
	t.Helper()
	body := strings.NewReader(`{"address":"` + r.Address + `/32"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sim.URL+"devices/"+deviceID+"/ips", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Auth-Token", sim.Token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("cannot assign an address: %s, %v", answer.Status, err)
	}
	now, err := c.GetReservation(t.Context(), r.ID)
	if err != nil || !slices.Contains(now.Tags, attached.Mark(owner)) {
		t.Fatalf("got %+v, %v", now, err)
	}
	return now
}
