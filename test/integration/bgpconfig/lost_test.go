// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"net/http"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// setRoute is the route of the request that sets a configuration.
const setRoute = "/projects/{id}/bgp-configs"

// TestLostAnswer has the answer to a creation lost, or what it made out of
// sight. Adoption is forbidden, so that only what is known to be our own is
// taken over.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		faults []packetsim.Fault
	}{
		"Error": {reason: "a 500 that made it", faults: []packetsim.Fault{packetsim.OhSnap(http.MethodPost, setRoute, 1)}},
		"Cut":   {reason: "a connection that is cut", faults: []packetsim.Fault{{Method: http.MethodPost, Route: setRoute, Times: 1, Store: true, Cut: packetsim.CutSilent}}},
		"Unread": {reason: "a good answer, and nothing that can be read after it", faults: []packetsim.Fault{
			// Two looks precede the creation, and one that keeps a password.
			{Method: http.MethodGet, Route: "/projects/{id}/bgp-config", Skip: 3, Times: 8, Status: http.StatusForbidden, Errors: []string{"No"}},
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, s site) {
				t.Helper()
				for _, f := range tc.faults {
					s.Sim.Fault(f)
				}
				u := s.config(nil, nil)
				u.SetAnnotations(map[string]string{"packet.crossplane.io/adopt": "false"})
				s.Apply(u)
				s.AwaitReady(u)
				s.Settle(reads)
				s.WantChanges(tc.reason, map[string]int{post: 1})
				s.AwaitResource("recording it", u, stage.All(stage.ExternalName(s.upstream().ID), stage.CreationSettled))
			})
		})
	}
}

// TestCrash kills the provider after a creation, before its answer. It does not
// run in parallel with others.
func TestCrash(t *testing.T) {
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			sim := packetsim.Start(t, packetsim.Config{})
			s := site{Tenant: on.Tenant(t, scope, sim, packetsim.Token{}), project: sim.AddProject(packetsim.Project{Name: "edge"})}
			fault := sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: setRoute, Times: 1, Store: true, Hang: true})
			u := s.Apply(s.config(s.password(password), nil))
			on.AwaitFault(t, fault)
			on.Provider.Restart(t, on.Provider.Kill, sim.ClearFaults)
			s.AwaitReady(u)
			s.Settle(reads)
			s.WantChanges("what was made is found by its project", map[string]int{post: 1})
			s.awaitPassword("with its password", password)
			s.AwaitResource("recording it", u, stage.All(stage.ExternalName(s.upstream().ID), stage.CreationSettled, stage.Condition("Adopted", "True", "Recovered")))
		})
	}
}
