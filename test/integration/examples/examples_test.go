// SPDX-License-Identifier: Apache-2.0

package examples

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

var on *stage.Stage

func TestMain(m *testing.M) { os.Exit(stage.Run(m, func(s *stage.Stage) { on = s })) }

// TestExamples applies all examples at once to a packetsim with its demo seed:
// all become Ready. Deleted at once, they leave behind what was there before.
func TestExamples(t *testing.T) {
	tn := &stage.Tenant{Stage: on, T: t, Sim: packetsim.Start(t, packetsim.Config{Seed: packetsim.DemoSeed()})}
	seed := upstream(tn)
	all := manifests(t)
	apply(tn, all)

	kinds := map[string]int{}
	for _, u := range all {
		if isManaged(u) {
			tn.AwaitReady(u)
			kinds[u.GroupVersionKind().GroupKind().String()]++
		}
	}
	wantEveryKind(t, kinds)
	managed := 0
	for _, n := range kinds {
		managed += n
	}
	posts := 0
	for _, n := range made(tn) {
		posts += n
	}
	if posts != managed {
		t.Errorf("want %d objects made by as many requests, got %v", managed, made(tn))
	}
	if now := upstream(tn); len(now) != len(seed)+managed {
		t.Errorf("want %d objects more at the API, got %v after %v", managed, now, seed)
	}

	remove(tn, all)
	if diff := cmp.Diff(seed, upstream(tn)); diff != "" {
		t.Errorf("what the examples leave behind at the API: -seed, +left:\n%s", diff)
	}
}

// wantEveryKind fails the test if a kind lacks an example in one of the scopes.
func wantEveryKind(t *testing.T, kinds map[string]int) {
	t.Helper()
	for _, scope := range stage.Scopes() {
		for _, kind := range []string{"Project", "BgpConfig", "BgpSession", "Device", "ReservedIpBlock", "SshKey"} {
			if kinds[kind+"."+scope.Group] == 0 {
				t.Errorf("there is no example of a %s in the %s scope", kind, scope.Name)
			}
		}
	}
}

// apply creates namespaces, and then all else in the order of the files, each
// configuration with packetsim's address in place of the one that it shows.
func apply(tn *stage.Tenant, all []*unstructured.Unstructured) {
	tn.T.Helper()
	for _, namespaces := range []bool{true, false} {
		for _, u := range all {
			if (u.GetKind() == "Namespace") != namespaces {
				continue
			}
			if isConfig(u) {
				if err := unstructured.SetNestedField(u.Object, tn.Sim.URL, "spec", "baseUrl"); err != nil {
					tn.T.Fatal(err)
				}
			}
			tn.Create(u)
		}
	}
}

// remove deletes everything at once, in the order of the files: namespaces, and
// the Secrets with the keys of the API, with all else.
func remove(tn *stage.Tenant, all []*unstructured.Unstructured) {
	tn.T.Helper()
	for _, u := range all {
		if err := client.IgnoreNotFound(tn.Kube.Delete(tn.T.Context(), u.DeepCopy())); err != nil {
			tn.T.Fatalf("cannot delete %s %s: %v", u.GetKind(), u.GetName(), err)
		}
	}
	for _, u := range all {
		tn.Await(tn.T.Context(), tn.T, "deletion of "+u.GetKind()+" "+u.GetName(), tn.Gone(u))
	}
}
