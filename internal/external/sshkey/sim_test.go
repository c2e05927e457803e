// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// dial returns operations on a real HTTP API.
func dial(t *testing.T, sim *packetsim.Sim, token string) external.Operations[Arguments, State, packet.SSHKey] {
	t.Helper()
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	return Definition(Options{}).Connect(c, "me")
}

// TestMissingThatWasMade has the API refuse a key of a project with a 404
// although it made it.
func TestMissingThatWasMade(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	token := sim.AddToken(packetsim.Token{Token: "a-key", ProjectID: project.ID})
	sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: "/projects/{id}/ssh-keys", Times: 1, Store: true, Status: 404, Errors: []string{"Not found"}})
	o := dial(t, sim, token.Token)
	a := Arguments{ProjectID: project.ID, Label: "edge", PublicKey: one}
	if err := o.Prepare(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Create(t.Context(), a); !packet.IsAmbiguous(err) {
		t.Errorf("got error %v, want one that leaves open what happened", err)
	}
	k, ok, err := o.Find(t.Context(), a)
	if err != nil || !ok || k.Fingerprint != hashOne || k.ProjectID != project.ID {
		t.Errorf("the key is not found: got %+v, %t, %v", k, ok, err)
	}
}

// TestRotation replaces the public key of an object, first by one that the
// owner has already.
func TestRotation(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	o := dial(t, sim, sim.Token)
	for _, owner := range []string{"", project.ID} {
		a := Arguments{ProjectID: owner, Label: "edge", PublicKey: one}
		k, err := o.Create(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		b := Arguments{ProjectID: owner, Label: "edge", PublicKey: two}
		other, err := o.Create(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Update(t.Context(), k, b, differences(b, k)); !packet.IsAlreadyExists(err) {
			t.Errorf("owner %q: got error %v, want that there is such a key", owner, err)
		}
		if err := o.Delete(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		rotated, err := o.Update(t.Context(), k, b, differences(b, k))
		if err != nil || rotated.ID != k.ID || rotated.Fingerprint != hashTwo {
			t.Errorf("owner %q: got %+v, %v, want another key with the same id", owner, rotated, err)
		}
		if diff := cmp.Diff([]external.Difference(nil), differences(b, rotated)); diff != "" {
			t.Errorf("owner %q: after the update: -want +got:\n%s", owner, diff)
		}
	}
}
