// SPDX-License-Identifier: Apache-2.0

package project

import (
	"net/http"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLostAnswer has the answer to a creation lost in the ways in which that
// happens: always one project.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		// stale has lists lag behind for the look that follows the creation.
		stale bool
	}{
		"Error": {reason: "a 500 that made it", fault: packetsim.OhSnap(http.MethodPost, "/projects", 1)},
		"Cut":   {reason: "a connection that is cut", fault: packetsim.Fault{Method: http.MethodPost, Route: "/projects", Times: 1, Store: true, Cut: packetsim.CutSilent}},
		"Stale": {reason: "a 500 that made it, before lists show it", fault: packetsim.OhSnap(http.MethodPost, "/projects", 1), stale: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
				t.Helper()
				tn.Sim.Fault(tc.fault)
				var stale *packetsim.ActiveFault
				if tc.stale {
					stale = tn.Sim.Fault(packetsim.Fault{Name: "stale", Method: http.MethodGet, Route: "/projects", Stale: true})
				}
				u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge", "customData": `{"team":"edge"}`}, nil))
				if tc.stale {
					tn.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
					tn.Settle(lists)
					stale.Remove()
				}
				tn.AwaitReady(u)
				tn.Settle(reads)
				tn.WantChanges(tc.reason, map[string]int{"POST /projects": 1})
				tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(only(tn).ID), stage.CreationSettled, stage.AtProvider("customData", `{"team":"edge"}`)))
			})
		})
	}
}

// TestDeletedWhileLost deletes a resource whose creation is not known to have
// ended: the project that appears later is deleted as well.
func TestDeletedWhileLost(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		tn.Sim.Fault(packetsim.OhSnap(http.MethodPost, "/projects", 1))
		stale := tn.Sim.Fault(packetsim.Fault{Name: "stale", Method: http.MethodGet, Route: "/projects", Stale: true})
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge"}, nil))
		tn.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
		tn.Delete(u)
		tn.Settle(lists)
		tn.AwaitResource("still waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
		stale.Remove()
		tn.AwaitGone(u)
		if left := tn.Sim.Projects(); len(left) != 0 {
			t.Errorf("want no project at the API, got %+v", left)
		}
		tn.WantChanges("one was made and deleted", map[string]int{"POST /projects": 1, "DELETE /projects/{id}": 1})
	})
}

// TestCrash kills the provider between the steps of a creation. It does not run
// in parallel with others.
func TestCrash(t *testing.T) {
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		want   map[string]int
	}{
		"AfterPOST": {
			reason: "a project whose id was never read is found by its mark",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: "/projects", Times: 1, Store: true, Hang: true},
			want:   map[string]int{"POST /projects": 1, "PATCH /projects/{id}": 1},
		},
		"BeforeTransfer": {
			reason: "backend transfer that was not enabled is a difference like any other",
			fault:  packetsim.Fault{Method: http.MethodPatch, Route: "/projects/{id}", Times: 1, Hang: true, Cut: packetsim.CutSilent},
			want:   map[string]int{"POST /projects": 1, "PATCH /projects/{id}": 2},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, scope := range stage.Scopes() {
				t.Run(scope.Name, func(t *testing.T) {
					tn := on.Tenant(t, scope, packetsim.Start(t, packetsim.Config{}), packetsim.Token{})
					fault := tn.Sim.Fault(tc.fault)
					u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge", "backendTransfer": true}, nil))
					on.AwaitFault(t, fault)
					on.Provider.Restart(t, on.Provider.Kill, tn.Sim.ClearFaults)
					tn.AwaitReady(u)
					tn.Settle(reads)
					tn.WantChanges(tc.reason, tc.want)
					p := only(tn)
					if !p.BackendTransfer {
						t.Errorf("%s: got %+v", tc.reason, p)
					}
					tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(p.ID), stage.CreationSettled))
				})
			}
		})
	}
}
