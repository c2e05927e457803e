// SPDX-License-Identifier: Apache-2.0

package device

import (
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestUnclearCreation has creations that take effect and do not say so, while
// lists lag behind for two minutes.
func TestUnclearCreation(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
	}{
		"StoredAnd500":      {reason: "a creation that took effect is not repeated, whatever its answer says", fault: packetsim.OhSnap(http.MethodPost, postRoute, 1)},
		"StoredAndTimedOut": {reason: "nor if its answer never comes", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true}},
		"StoredAndCut":      {reason: "nor if the connection is cut", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutSilent}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
				t.Helper()
				stale := tm.staleLists()
				fault := tm.Sim.Fault(tc.fault)
				u := tm.Apply(tm.device(nil, nil))
				tm.AwaitFault(t, fault)
				tm.oneMachine(u, stale, tc.reason)
			})
		})
	}
}

// staleLists has lists of devices show what there is now, which is nothing.
func (tm *team) staleLists() *packetsim.ActiveFault {
	return tm.Sim.Fault(packetsim.Fault{Method: http.MethodGet, Route: postRoute, Stale: true})
}

// oneMachine fails the test unless the resource waits while lists lag behind,
// and has the only device in the end.
func (tm *team) oneMachine(u *unstructured.Unstructured, stale *packetsim.ActiveFault, reason string) {
	tm.T.Helper()
	tm.AwaitResource("waiting", u, stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonCreationUnconfirmed), "not known yet"))
	for range 2 {
		tm.advance(time.Minute)
		tm.settleList()
	}
	tm.WantChanges(reason, map[string]int{post: 1})
	stale.Remove()
	tm.AwaitResource("recovery", u, stage.All(
		stage.Ready, stage.ExternalName(tm.only().ID), stage.Condition(external.TypeAdopted, corev1.ConditionTrue, "Recovered"),
	))
	tm.settle()
	tm.WantChanges(reason, map[string]int{post: 1})
	tm.only()
}

// TestCrash has the provider die between a creation that took effect and its
// answer. It does not run in parallel with others.
func TestCrash(t *testing.T) {
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			tm := newTeam(t, scope, packetsim.Timings{})
			stale := tm.staleLists()
			fault := tm.Sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true})
			u := tm.Apply(tm.device(nil, nil))
			tm.AwaitFault(t, fault)
			here.Provider.Restart(t, here.Provider.Kill, fault.Release)
			tm.oneMachine(u, stale, "what was created before the crash is found again")
		})
	}
}

// TestLostCreation has a creation that took no effect. It is repeated once the
// window is over, which is short here. It does not run in parallel with others.
func TestLostCreation(t *testing.T) {
	here.Provider.Restart(t, here.Provider.Stop, func() {}, "--creation-window=2s")
	defer here.Provider.Restart(t, here.Provider.Stop, func() {})
	tm := newTeam(t, stage.Scopes()[1], packetsim.Timings{})
	fault := tm.Sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Status: http.StatusInternalServerError, Errors: []string{"oh snap"}})
	u := tm.Apply(tm.device(nil, nil))
	tm.AwaitFault(t, fault)
	tm.AwaitResource("waiting", u, stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonCreationUnconfirmed)))
	tm.AwaitResource("repetition", u, stage.Ready)
	tm.settle()
	tm.WantChanges("a creation that took no effect is repeated", map[string]int{post: 2})
	tm.AwaitResource("recording the id", u, stage.ExternalName(tm.only().ID))
	tm.Delete(u)
	tm.AwaitGone(u)
}
