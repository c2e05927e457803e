// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// TestMove moves a session from the cluster scope to a namespace, and back, in
// the ways that the documentation shows: upstream nothing is written, and
// nobody is told of a conflict.
func TestMove(t *testing.T) {
	t.Parallel()
	directions := map[string]struct{ from, to scope }{
		"ToNamespace":       {from: clusterScope, to: namespacedScope},
		"ToCluster":         {from: namespacedScope, to: clusterScope},
		"ToSharedConfig":    {from: clusterScope, to: sharedScope},
		"BetweenNamespaces": {from: namespacedScope, to: namespacedScope},
	}
	cases := map[string]func(from, to *tenant, old *unstructured.Unstructured) *unstructured.Unstructured{
		"LettingGoFirst": lettingGoFirst,
		"LookingFirst":   lookingFirst,
	}
	for name, direction := range directions {
		for recipe, move := range cases {
			t.Run(name+"/"+recipe, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				from, to := f.tenant(direction.from), f.tenant(direction.to)
				old := from.ready(map[string]any{"defaultRoute": true}, nil)
				session := f.only()

				moved := move(from, to, old)
				to.awaitReady(moved)
				to.awaitSession("the move", moved, all(externalName(session.ID), created, condition(external.TypeUpToDate, corev1.ConditionTrue, "")))
				f.settle(to.token)
				f.wantChanges("a move writes nothing upstream", map[string]int{"POST": 1})
				if diff := cmp.Diff(session, f.only(), ignoreTimes); diff != "" {
					t.Errorf("the session has changed: -want, +got:\n%s", diff)
				}
				for what, u := range map[string]*unstructured.Unstructured{"old": old, "new": moved} {
					if evidence.ever(u.GetUID(), string(external.ReasonConflict)) {
						t.Errorf("the %s resource was told of a conflict", what)
					}
				}
				// Who has it now has all of it.
				to.delete(moved)
				f.wantChanges("the new resource deletes what it was given", map[string]int{"POST": 1, "DELETE": 1})
			})
		}
	}
}

// lettingGoFirst has the old resource only look, then makes the new one, which
// takes the session over, then deletes the old one.
func lettingGoFirst(from, to *tenant, old *unstructured.Unstructured) *unstructured.Unstructured {
	from.onlyLooks(old)
	moved := to.ready(map[string]any{"defaultRoute": true}, nil)
	from.delete(old)
	return moved
}

// lookingFirst has the new resource look at what it will get, deletes the old
// one without the session, and then lets the new one manage it.
func lookingFirst(from, to *tenant, old *unstructured.Unstructured) *unstructured.Unstructured {
	moved := to.ready(map[string]any{"defaultRoute": true}, map[string]any{"managementPolicies": []any{"Observe"}})
	from.onlyLooks(old)
	from.delete(old)
	to.patch(moved, `{"spec":{"managementPolicies":["*"]}}`)
	return moved
}

// onlyLooks takes all permissions from a resource but to observe, and waits
// until the provider knows.
func (tn *tenant) onlyLooks(u *unstructured.Unstructured) {
	tn.t.Helper()
	tn.patch(u, `{"spec":{"managementPolicies":["Observe"]}}`)
	tn.awaitSession("knowing the policies", u, current)
}
