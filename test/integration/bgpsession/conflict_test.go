// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// writes counts the requests that were to change something with a key.
func (f *fixture) writes(key packetsim.Token) int {
	n := 0
	for _, r := range f.sim.Requests(packetsim.Filter{Mutating: true}) {
		if r.TokenID == key.ID {
			n++
		}
	}
	return n
}

func TestConflict(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ first, second scope }{
		"ClusterFirst":    {first: clusterScope, second: namespacedScope},
		"NamespacedFirst": {first: namespacedScope, second: clusterScope},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			first, second := f.tenant(tc.first), f.tenant(tc.second)
			winner := first.ready(nil, nil)
			// It asks for what the winner would have to undo again and again.
			loser := second.apply(second.manifest(map[string]any{"defaultRoute": true}, nil))
			conflict := condition("Ready", corev1.ConditionFalse, string(external.ReasonConflict))
			second.awaitSession("losing", loser, conflict)
			f.settle(first.token, second.token)

			first.awaitReady(winner)
			second.awaitSession("having lost", loser, conflict)
			f.wantChanges("one of two manages the session", map[string]int{"POST": 1})
			if n := f.writes(second.token); n != 0 {
				t.Errorf("the loser asked for %d changes", n)
			}

			session := f.only()
			second.delete(loser)
			f.settle(first.token)
			if diff := cmp.Diff(session.ID, f.onlyID()); diff != "" {
				t.Errorf("deleting the loser must leave the session: -want, +got:\n%s", diff)
			}
			f.wantChanges("deleting the loser changes nothing", map[string]int{"POST": 1})
			first.awaitReady(winner)
		})
	}
}

// TestConflictAtOnce has both ask in the same moment: it does not matter who
// wins, but only one may.
func TestConflictAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.tenant(clusterScope), f.tenant(namespacedScope)
	ua, ub := a.apply(a.manifest(nil, nil)), b.apply(b.manifest(map[string]any{"defaultRoute": true}, nil))
	f.settle(a.token, b.token)
	f.wantChanges("one of two makes the session", map[string]int{"POST": 1})
	if f.writes(a.token) == 0 {
		a, b, ua, ub = b, a, ub, ua
	}
	a.awaitReady(ua)
	b.awaitSession("losing", ub, condition("Ready", corev1.ConditionFalse, string(external.ReasonConflict)))
}

// TestSuccession has the loser take over once the winner is gone.
func TestSuccession(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first, second := f.tenant(clusterScope), f.tenant(namespacedScope)
	winner := first.ready(nil, nil)
	loser := second.apply(second.manifest(nil, nil))
	second.awaitSession("losing", loser, condition("Ready", corev1.ConditionFalse, string(external.ReasonConflict)))
	first.delete(winner)
	second.awaitReady(loser)
	f.settle(second.token)
	f.wantChanges("the winner deletes its session, the other makes its own", map[string]int{"POST": 2, "DELETE": 1})
}
