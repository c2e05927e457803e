// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestUnclearCreation(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		posts  int
	}{
		"StoredAnd500": {
			reason: "a creation that took effect is not repeated, whatever its answer says",
			fault:  packetsim.OhSnap(http.MethodPost, postRoute, 1),
			posts:  1,
		},
		"StoredAndCut": {
			reason: "a creation that took effect is not repeated, though its answer never came",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutSilent},
			posts:  1,
		},
		"StoredAndCutMidway": {
			reason: "a creation that took effect is not repeated, though its answer is not complete",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutMidway},
			posts:  1,
		},
		"StoredAndTimeout": {
			reason: "a creation that took effect is not repeated, though nobody waited for its answer",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true},
			posts:  1,
		},
		"LostAndCut": {
			reason: "a creation that took no effect is repeated once that is known",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Cut: packetsim.CutSilent},
			posts:  2,
		},
		"LostAnd500": {
			reason: "a creation that took no effect is repeated once that is known",
			fault:  packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Status: http.StatusInternalServerError, Errors: []string{"oh snap"}},
			posts:  2,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				fault := tn.sim.Fault(tc.fault)
				u := tn.ready(map[string]any{"defaultRoute": true}, nil)
				tn.settle(tn.token)
				if fault.Hits() != 1 {
					t.Errorf("want the fault to meet one request, it met %d", fault.Hits())
				}
				tn.wantChanges(tc.reason, map[string]int{"POST": tc.posts})
				tn.awaitSession("recording the id", u, all(externalName(tn.only().ID), defaultRoute(true), created))
			})
		})
	}
}

// TestAlreadyHasSession has a session appear between the look and the creation:
// the API refuses a second one, and the first is taken over.
func TestAlreadyHasSession(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		stale := tn.sim.Fault(packetsim.Fault{Method: http.MethodGet, Route: postRoute, Times: 1, Stale: true})
		existing := tn.addSession("ipv4", false)
		u := tn.ready(map[string]any{"defaultRoute": true}, nil)
		tn.awaitSession("adoption", u, all(externalName(existing.ID), defaultRoute(true), created))
		tn.settle(tn.token)
		refused := tn.sim.Requests(packetsim.Filter{Method: http.MethodPost, Status: http.StatusUnprocessableEntity})
		if stale.Hits() != 1 || len(refused) != 1 {
			t.Errorf("want one stale list and one refused creation, got %d and %+v", stale.Hits(), refused)
		}
		tn.wantChanges("a session that the API says exists is taken over and mended", map[string]int{"POST": 1, "PUT": 1})
		if got := tn.only(); got.ID != existing.ID {
			t.Errorf("want session %s, got %+v", existing.ID, got)
		}
	})
}

func TestAdoption(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		route   *bool
		changes map[string]int
	}{
		"AsAskedFor": {reason: "a session that is as asked for is not touched", changes: map[string]int{}},
		"Differing":  {reason: "an adopted session is mended in place", route: ptr.To(true), changes: map[string]int{"PUT": 1}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				existing := tn.sim.AddSession(packetsim.BGPSession{
					DeviceID: tn.device.ID, AddressFamily: "ipv4", Status: "up", DefaultRoute: tc.route,
				})
				u := tn.ready(nil, nil)
				tn.awaitSession("adoption", u, all(
					externalName(existing.ID), defaultRoute(false), created, condition(external.TypeAdopted, corev1.ConditionTrue, "Found"),
				))
				tn.settle(tn.token)
				tn.wantChanges(tc.reason, tc.changes)
				tn.only()
			})
		})
	}
}

func TestAdoptionRefused(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		existing := tn.sim.AddSession(packetsim.BGPSession{DeviceID: tn.device.ID, AddressFamily: "ipv4", Status: "up", DefaultRoute: ptr.To(true)})
		u := tn.manifest(nil, nil)
		u.SetAnnotations(map[string]string{external.AnnotationAdopt: "false"})
		tn.apply(u)
		tn.awaitSession("refusal", u, condition("Ready", corev1.ConditionFalse, string(external.ReasonAdoptionRefused)))
		tn.settle(tn.token)
		tn.delete(u)
		tn.wantChanges("a session that is not adopted is not touched, not even by the deletion", map[string]int{})
		if got := tn.only(); got.ID != existing.ID {
			t.Errorf("want session %s, got %+v", existing.ID, got)
		}
	})
}
