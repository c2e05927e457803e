// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"net/http"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// loseCreation has a key be made from a Secret whose answer is lost, and which
// the API's list does not show until the fault that is returned is removed.
func loseCreation(tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) (*unstructured.Unstructured, *packetsim.ActiveFault) {
	tn.T.Helper()
	blind := tn.Sim.Fault(packetsim.Fault{Method: http.MethodGet, Route: route, Stale: true})
	lost := tn.Sim.Fault(packetsim.OhSnap(http.MethodPost, route, 1))
	tn.PutSecret("ssh", "id.pub", one)
	u := tn.Apply(manifest("edge", map[string]any{"publicKeySecretRef": tn.SecretKey("ssh", "id.pub")}))
	on.AwaitFault(tn.T, lost)
	return u, blind
}

// TestRotatedBeforeItWasFound has another public key in the Secret before it is
// known whether the first one was made: it is found, and replaced in place.
func TestRotatedBeforeItWasFound(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		u, blind := loseCreation(tn, route, manifest)
		tn.PutSecret("ssh", "id.pub", two)
		tn.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
		tn.Settle(packetsim.Filter{Method: http.MethodGet, Route: route})
		blind.Remove()
		tn.AwaitReady(u)
		tn.AwaitResource("another key", u, stage.AtProvider("fingerprint", fingerprint(two)))
		if now := only(tn); now.Key != two {
			t.Errorf("got %+v, want the other key alone", now)
		}
		tn.Delete(u)
		tn.AwaitGone(u)
		if left := keys(tn); len(left) != 0 {
			t.Errorf("want no key at the API, got %+v", left)
		}
	})
}

// TestDeletedBeforeItWasFound has the resource deleted, and its Secret with it,
// before it is known whether the key was made.
func TestDeletedBeforeItWasFound(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		u, blind := loseCreation(tn, route, manifest)
		tn.DeleteSecret("ssh")
		tn.Delete(u)
		tn.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
		tn.Settle(packetsim.Filter{Method: http.MethodGet, Route: route})
		blind.Remove()
		tn.AwaitGone(u)
		if left := keys(tn); len(left) != 0 {
			t.Errorf("want no key at the API, got %+v", left)
		}
	})
}
