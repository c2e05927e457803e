// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// differ makes the session at the API have a default route or none.
func (tn *tenant) differ(route bool) {
	tn.t.Helper()
	if err := tn.sim.UpdateSession(tn.only().ID, func(s *packetsim.BGPSession) { s.DefaultRoute = ptr.To(route) }); err != nil {
		tn.t.Fatal(err)
	}
}

// awaitRoute waits until the session at the API has a default route or none.
func (tn *tenant) awaitRoute(want bool) {
	tn.t.Helper()
	await(tn.t.Context(), tn.t, "repair", func(context.Context) error {
		if s := tn.only(); ptr.Deref(s.DefaultRoute, false) != want {
			return fmt.Errorf("the session is %+v", s)
		}
		return nil
	})
}

// TestManagementPolicies leads a session through its whole life under each
// combination of policies: it is created, mended and deleted where the
// policies allow it and only there.
func TestManagementPolicies(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policies               []any
		creates, mends, delete bool
	}{
		"All":              {policies: []any{"*"}, creates: true, mends: true, delete: true},
		"Explicit":         {policies: []any{"Observe", "Create", "Update", "Delete", "LateInitialize"}, creates: true, mends: true, delete: true},
		"CreateOnly":       {policies: []any{"Observe", "Create"}, creates: true},
		"NoUpdate":         {policies: []any{"Observe", "Create", "Delete"}, creates: true, delete: true},
		"NoDelete":         {policies: []any{"Observe", "Create", "Update"}, creates: true, mends: true},
		"UpdateOnly":       {policies: []any{"Observe", "Update"}, mends: true},
		"DeleteOnly":       {policies: []any{"Observe", "Delete"}, delete: true},
		"ObserveOnly":      {policies: []any{"Observe"}},
		"LateInitializing": {policies: []any{"Observe", "LateInitialize"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				want := map[string]int{}
				u := tn.apply(tn.manifest(map[string]any{"defaultRoute": false}, map[string]any{"managementPolicies": tc.policies}))
				if tc.creates {
					want["POST"] = 1
				} else {
					tn.awaitSession("refusal", u, condition("Ready", corev1.ConditionFalse, string(external.ReasonNotFound)))
					tn.settle(tn.token)
					tn.wantNoWrites("without Create nothing is created", tn.token)
					tn.addSession("ipv4", false)
				}
				tn.awaitReady(u)
				id := tn.only().ID
				tn.awaitSession("recording the id", u, all(externalName(id), created))

				tn.differ(true)
				if tc.mends {
					want["PUT"] = 1
					tn.awaitRoute(false)
				} else {
					tn.awaitSession("reporting the difference", u, condition(external.TypeUpToDate, corev1.ConditionFalse, string(external.ReasonUpdateForbidden)))
				}
				tn.settle(tn.token)
				tn.wantChanges("a difference is mended with Update only", want)
				if got := tn.stored(u).GetCondition(external.TypeUpToDate); !tc.mends && !strings.Contains(got.Message, "defaultRoute is true and should be false") {
					t.Errorf("the condition does not say what differs: %q", got.Message)
				}
				tn.awaitReady(u)

				tn.delete(u)
				left := 1
				if tc.delete {
					want["DELETE"], left = 1, 0
				}
				tn.wantChanges("a session is deleted with Delete only", want)
				if all := tn.sim.Sessions(); len(all) != left {
					t.Errorf("want %d sessions after the deletion, got %+v", left, all)
				}
				if len(want) == 0 {
					tn.wantNoWrites("who may write nothing asks for reads only", tn.token)
				}
			})
		})
	}
}

// TestUpdateAllowed has a difference that policies forbid to mend mended as
// soon as they allow it.
func TestUpdateAllowed(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(map[string]any{"defaultRoute": false}, map[string]any{"managementPolicies": []any{"Observe", "Create", "Delete"}})
		tn.differ(true)
		tn.awaitSession("reporting the difference", u, condition(external.TypeUpToDate, corev1.ConditionFalse, string(external.ReasonUpdateForbidden)))
		tn.patch(u, `{"spec":{"managementPolicies":["*"]}}`)
		tn.awaitRoute(false)
		tn.awaitSession("reporting the repair", u, all(defaultRoute(false), condition(external.TypeUpToDate, corev1.ConditionTrue, "")))
		tn.wantChanges("one request mends it", map[string]int{"POST": 1, "PUT": 1})
	})
}

// TestDeletionPolicy has cluster-scoped resources orphan their session,
// whatever the management policies say.
func TestDeletionPolicy(t *testing.T) {
	t.Parallel()
	explicit := []any{"Observe", "Create", "Update", "Delete", "LateInitialize"}
	cases := map[string]struct {
		reason   string
		deletion string
		policies []any
		deletes  bool
	}{
		"Orphan":               {reason: "an orphaned session stays", deletion: "Orphan"},
		"OrphanAllPolicies":    {reason: "an orphaned session stays though all policies are allowed", deletion: "Orphan", policies: []any{"*"}},
		"OrphanExplicitDelete": {reason: "an orphaned session stays though the policies written out contain Delete", deletion: "Orphan", policies: explicit},
		"OrphanNoUpdate":       {reason: "an orphaned session stays though the policies written out contain Delete", deletion: "Orphan", policies: []any{"Observe", "Create", "Delete"}},
		"Delete":               {reason: "a session is deleted", deletion: "Delete", deletes: true},
		"DeleteExplicit":       {reason: "a session is deleted", deletion: "Delete", policies: explicit, deletes: true},
		"DeleteNotAllowed":     {reason: "a session stays where the policies lack Delete", deletion: "Delete", policies: []any{"Observe", "Create", "Update"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := newFixture(t).tenant(clusterScope)
			spec := map[string]any{"deletionPolicy": tc.deletion}
			if tc.policies != nil {
				spec["managementPolicies"] = tc.policies
			}
			u := tn.ready(nil, spec)
			id, want := tn.only().ID, map[string]int{"POST": 1}
			tn.delete(u)
			if tc.deletes {
				want["DELETE"] = 1
			}
			tn.wantChanges(tc.reason, want)
			if _, left := tn.sim.Session(id); left == tc.deletes {
				t.Errorf("%s: the session is there: %t", tc.reason, left)
			}
		})
	}
}
