// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"net/http"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// postRoute is the route by which blocks are reserved and listed.
const postRoute = "/projects/{id}/ips"

// TestLostAnswer has the answer to a reservation lost in the ways in which that
// happens: always one block.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		// stale has lists lag behind for the look that follows.
		stale bool
	}{
		"Error": {reason: "a 500 that made it", fault: packetsim.OhSnap(http.MethodPost, postRoute, 1)},
		"Cut":   {reason: "a connection that is cut", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutSilent}},
		"Stale": {reason: "a 500 that made it, before lists show it", fault: packetsim.OhSnap(http.MethodPost, postRoute, 1), stale: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, s site) {
				t.Helper()
				s.Sim.Fault(tc.fault)
				var stale *packetsim.ActiveFault
				if tc.stale {
					stale = s.Sim.Fault(packetsim.Fault{Name: "stale", Method: http.MethodGet, Route: postRoute, Stale: true})
				}
				u := s.Apply(s.block(map[string]any{"tags": []any{"edge"}}, nil))
				if tc.stale {
					s.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
					s.Settle(lists)
					stale.Remove()
				}
				s.AwaitReady(u)
				s.Settle(reads)
				s.WantChanges(tc.reason, map[string]int{post: 1})
				s.AwaitResource("recording it", u, stage.All(stage.ExternalName(s.only().ID), stage.CreationSettled, stage.AtProvider("tags", []any{"edge"})))
			})
		})
	}
}

// TestDeletedWhileLost deletes a resource whose creation is not known to have
// ended: the block that appears later is given back.
func TestDeletedWhileLost(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		s.Sim.Fault(packetsim.OhSnap(http.MethodPost, postRoute, 1))
		stale := s.Sim.Fault(packetsim.Fault{Name: "stale", Method: http.MethodGet, Route: postRoute, Stale: true})
		u := s.Apply(s.block(nil, nil))
		s.AwaitResource("waiting", u, stage.Condition("Ready", "False", "CreationUnconfirmed"))
		s.Delete(u)
		s.Settle(lists)
		stale.Remove()
		s.AwaitGone(u)
		s.wantNone()
		s.WantChanges("one was reserved and given back", map[string]int{post: 1, remove: 1})
	})
}

// TestCrash kills the provider after a reservation, before its answer. It does
// not run in parallel with others.
func TestCrash(t *testing.T) {
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			s := newSite(on.Tenant(t, scope, packetsim.Start(t, packetsim.Config{}), packetsim.Token{}))
			fault := s.Sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true})
			u := s.Apply(s.block(nil, nil))
			on.AwaitFault(t, fault)
			on.Provider.Restart(t, on.Provider.Kill, s.Sim.ClearFaults)
			s.AwaitReady(u)
			s.Settle(reads)
			s.WantChanges("what was made is found by its mark", map[string]int{post: 1})
			s.AwaitResource("recording it", u, stage.All(stage.ExternalName(s.only().ID), stage.CreationSettled, stage.Condition("Adopted", "True", "Recovered")))
		})
	}
}

// TestImport takes over a block by its id, and refuses the id of another.
func TestImport(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		device := s.Sim.AddDevice(packetsim.Device{ProjectID: s.project.ID, Hostname: "edge-1", Metro: "sv"})
		id := s.make("/projects/"+s.project.ID+"/ips", `{"type":"public_ipv4","quantity":2,"metro":"sv"}`)
		assignment := s.make("/devices/"+device.ID+"/ips", `{"address":"`+s.only().Address+`/32"}`)
		before := map[string]int{post: 1, "POST /devices/{id}/ips": 1}
		name := func(id string) string {
			return `{"metadata":{"annotations":{"crossplane.io/external-name":"` + id + `"}}}`
		}
		u := s.block(nil, nil)
		u.SetAnnotations(map[string]string{"crossplane.io/external-name": assignment})
		s.Apply(u)
		s.AwaitResource("refusal", u, stage.Condition("Ready", "False", "ExternalNameMismatch", assignment, "is not the id of an IP block"))
		s.Patch(u, name(id))
		s.AwaitResource("refusal", u, stage.Condition("Ready", "False", "ExternalNameMismatch", id, "its quantity is 2 and not 4"))
		s.Delete(u)
		s.AwaitGone(u)
		s.WantChanges("what is not asked for is left alone", before)

		u = s.block(map[string]any{"quantity": int64(2)}, nil)
		u.SetAnnotations(map[string]string{"crossplane.io/external-name": id})
		s.Apply(u)
		s.AwaitReady(u)
		s.WantChanges("what is as asked for is taken over as it is", before)
		s.Sim.RemoveDevice(device.ID)
		s.Delete(u)
		s.AwaitGone(u)
		s.wantNone()
	})
}

// TestObserve observes a block by its id, and then manages it.
func TestObserve(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		id := s.make("/projects/"+s.project.ID+"/ips", `{"type":"public_ipv4","quantity":4,"metro":"sv","details":"theirs","tags":["theirs"]}`)
		u := s.Manifest("ReservedIpBlock", "watcher", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}})
		u.SetAnnotations(map[string]string{"crossplane.io/external-name": id})
		s.Apply(u)
		s.AwaitResource("observing", u, stage.All(
			stage.Ready, stage.AtProvider("id", id), stage.AtProvider("projectId", s.project.ID), stage.AtProvider("quantity", 4), stage.AtProvider("metro", "sv"),
			stage.AtProvider("cidr", 30), stage.AtProvider("details", "theirs"), stage.AtProvider("tags", []any{"theirs"}), stage.Condition("UpToDate", "True", ""),
		))
		s.Settle(reads)
		s.WantChanges("an observer changes nothing", map[string]int{post: 1}) // The POST is ours.

		s.Patch(u, `{"spec":{"managementPolicies":["*"],"forProvider":{"projectId":"`+s.project.ID+`","type":"public_ipv4","quantity":4,"metro":"sv","details":"ours","tags":["theirs"]}}}`)
		s.AwaitReady(u)
		s.AwaitResource("managing it", u, stage.All(stage.ExternalName(id), stage.CreationSettled, stage.AtProvider("details", "ours")))
		s.Settle(reads)
		s.WantChanges("it is changed in place", map[string]int{post: 1, patch: 1})
		s.Delete(u)
		s.AwaitGone(u)
		s.wantNone()
	})
}

// TestProject has the project come from a Project that is applied later, and
// from the configuration; all is deleted at once.
func TestProject(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		arguments := map[string]any{"type": "public_ipv4", "quantity": int64(1), "metro": "sv"}
		own := s.Apply(s.Manifest("ReservedIpBlock", "own", arguments, nil))
		s.AwaitResource("refusal", own, stage.Condition("Ready", "False", "Incomplete", "spec.projectId of the ProviderConfig"))
		s.SetProject(s.project.ID)
		s.AwaitReady(own)
		s.AwaitResource("knowing the project", own, stage.AtProvider("projectId", s.project.ID))

		project := s.Manifest("Project", "later", map[string]any{"name": "later"}, nil)
		arguments["projectIdRef"] = map[string]any{"name": project.GetName()}
		u := s.Apply(s.Manifest("ReservedIpBlock", "referring", arguments, nil))
		s.AwaitResource("waiting", u, stage.Condition("Synced", "False", ""))
		s.Apply(project)
		s.AwaitReady(u)
		s.AwaitReady(project)
		s.AwaitResource("knowing the project", u, stage.AtProvider("projectId", s.Stored(project).Status.AtProvider["id"]))
		s.Delete(project)
		s.Delete(u)
		s.Delete(own)
		s.AwaitGone(u)
		s.AwaitGone(own)
		s.AwaitGone(project)
		s.wantNone()
	})
}
