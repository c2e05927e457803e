// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestPause has a resource paused, edited and deleted meanwhile: the API hears
// nothing of it until it goes on. Another resource shows that time passes.
func TestPause(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ pause, resume string }{
		"Annotation": {
			pause:  `{"metadata":{"annotations":{"` + meta.AnnotationKeyReconciliationPaused + `":"true"}}}`,
			resume: `{"metadata":{"annotations":{"` + meta.AnnotationKeyReconciliationPaused + `":null}}}`,
		},
		"NoPolicies": {
			pause:  `{"spec":{"managementPolicies":[]}}`,
			resume: `{"spec":{"managementPolicies":["*"]}}`,
		},
	}
	paused := condition("Synced", corev1.ConditionFalse, "ReconcilePaused")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []scope{clusterScope, namespacedScope} {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					f := newFixture(t)
					tn, other := f.tenant(s), f.tenant(namespacedScope)
					other.ready(map[string]any{"addressFamily": "ipv6"}, nil)
					u := tn.ready(nil, nil)

					tn.patch(u, tc.pause)
					tn.awaitSession("pausing", u, paused)
					before := f.requests(tn.token)
					tn.patch(u, `{"spec":{"forProvider":{"defaultRoute":true}}}`)
					f.settleFor(10, other.token)
					if n := f.requests(tn.token) - before; n != 0 {
						t.Errorf("the API got %d requests for a paused resource", n)
					}

					tn.patch(u, tc.resume)
					tn.awaitSession("going on", u, defaultRoute(true))
					tn.awaitReady(u)
					f.wantChanges("what was asked for while paused is done afterwards", map[string]int{"POST": 2, "PUT": 1})

					tn.patch(u, tc.pause)
					tn.awaitSession("pausing", u, paused)
					before = f.requests(tn.token)
					if err := kube.Delete(t.Context(), u.DeepCopy()); err != nil {
						t.Fatal(err)
					}
					f.settleFor(10, other.token)
					if n := f.requests(tn.token) - before; n != 0 {
						t.Errorf("the API got %d requests for the deletion of a paused resource", n)
					}
					tn.patch(u, tc.resume)
					await(t.Context(), t, "deletion", gone(u))
					f.wantChanges("the deletion is carried out afterwards", map[string]int{"POST": 2, "PUT": 1, "DELETE": 1})
				})
			}
		})
	}
}

// requests counts all requests with a key.
func (f *fixture) requests(key packetsim.Token) int {
	n := 0
	for _, r := range f.sim.Requests() {
		if r.TokenID == key.ID {
			n++
		}
	}
	return n
}
