// SPDX-License-Identifier: Apache-2.0

package project

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLife creates a project with all arguments, changes them in place, takes
// them back, and deletes it.
func TestLife(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{
			"name": "edge", "backendTransfer": true, "tags": []any{"b", "a"}, "customData": `{"team": "edge", "size": 1}`,
		}, nil))
		tn.AwaitReady(u)
		tn.Settle(reads)
		p := only(tn)
		tn.WantChanges("backend transfer takes a request of its own", map[string]int{"POST /projects": 1, "PATCH /projects/{id}": 1})
		tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(p.ID), stage.CreationSettled))
		got := tn.Stored(u).Status.AtProvider
		want := map[string]any{
			"id": p.ID, "endpoint": tn.Sim.URL, "name": "edge", "organizationId": p.OrganizationID, "paymentMethodId": p.PaymentMethodID,
			"backendTransfer": true, "tags": []any{"a", "b"}, "customData": `{"size":1,"team":"edge"}`, "createdAt": p.CreatedAt.UTC().Format("2006-01-02T15:04:05Z"),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("status.atProvider: -want, +got:\n%s", diff)
		}
		mark := map[string]any{"crossplane-uid": string(tn.Stored(u).UID)}
		if diff := cmp.Diff(mark["crossplane-uid"], p.CustomData["crossplane-uid"]); diff != "" {
			t.Errorf("the mark: -want, +got:\n%s", diff)
		}

		// Neither another order nor another form of the JSON is a change.
		tn.Patch(u, `{"spec":{"forProvider":{"tags":["a","b","a"],"customData":"{\"size\":1.0,\n\"team\":\"edge\"}"}}}`)
		tn.AwaitReady(u)
		tn.Settle(reads)
		tn.WantChanges("what means the same is no change", map[string]int{"POST /projects": 1, "PATCH /projects/{id}": 1})

		tn.Patch(u, `{"spec":{"forProvider":{"name":"renamed","backendTransfer":null,"tags":null,"customData":null}}}`)
		tn.AwaitReady(u)
		tn.Settle(reads)
		tn.WantChanges("all is changed by one request", map[string]int{"POST /projects": 1, "PATCH /projects/{id}": 2})
		now := only(tn)
		if now.ID != p.ID || now.Name != "renamed" || now.BackendTransfer || len(now.Tags) != 0 {
			t.Errorf("got %+v, want no backend transfer and no tags", now)
		}
		if diff := cmp.Diff(mark, now.CustomData); diff != "" {
			t.Errorf("of the custom data the mark stays: -want, +got:\n%s", diff)
		}

		tn.Delete(u)
		tn.AwaitGone(u)
		if left := tn.Sim.Projects(); len(left) != 0 {
			t.Errorf("want no project at the API, got %+v", left)
		}
	})
}

// TestOwner makes a project of another organization than the user's default one,
// paid for by a method of choice, which is changed in place. Unset, it stays.
func TestOwner(t *testing.T) {
	t.Parallel()
	const first, second = "00000000-0000-4000-8000-0000000000f1", "00000000-0000-4000-8000-0000000000f2"
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		organization := stage.Made{}
		tn.Call("POST", "/organizations", `{"name":"other"}`, &organization)
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge", "organizationId": organization.ID, "paymentMethodId": first}, nil))
		tn.AwaitReady(u)
		made := only(tn)
		if made.OrganizationID != organization.ID || made.PaymentMethodID != first {
			t.Errorf("want organization %s and payment method %s, got %+v", organization.ID, first, made)
		}
		tn.AwaitResource("telling them", u, stage.All(stage.AtProvider("organizationId", organization.ID), stage.AtProvider("paymentMethodId", first)))
		tn.Patch(u, `{"spec":{"forProvider":{"paymentMethodId":"`+second+`"}}}`)
		tn.AwaitResource("another payment method", u, stage.All(stage.Ready, stage.AtProvider("paymentMethodId", second)))
		tn.Patch(u, `{"spec":{"forProvider":{"paymentMethodId":null}}}`)
		tn.AwaitReady(u)
		tn.Settle(reads)
		if now := only(tn); now.ID != made.ID || now.OrganizationID != organization.ID || now.PaymentMethodID != second {
			t.Errorf("want another payment method only, which stays, got %+v", now)
		}
		tn.WantChanges("it is changed by one request", map[string]int{"POST /organizations": 1, "POST /projects": 1, "PATCH /projects/{id}": 1}) // The first is ours.
	})
}

// TestCustomDataRefused has custom data that cannot be used, at the creation and
// later.
func TestCustomDataRefused(t *testing.T) {
	t.Parallel()
	const text = "spec.forProvider.customData: it is no JSON object"
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge", "customData": `["edge"]`}, nil))
		tn.AwaitResource("refusal", u, stage.All(stage.Condition("Ready", "False", "Invalid", text), stage.Condition("Synced", "False", "ReconcileError", text)))
		tn.Settle(lists)
		tn.WantChanges("nothing is made of it", map[string]int{})

		tn.Patch(u, `{"spec":{"forProvider":{"customData":"{}"}}}`)
		tn.AwaitReady(u)
		tn.Patch(u, `{"spec":{"forProvider":{"customData":"{"}}}`)
		tn.AwaitResource("refusal", u, stage.All(
			stage.Condition("Ready", "True", ""), stage.Condition("Synced", "False", "ReconcileError", text), stage.Condition("UpToDate", "False", "UpdateFailed", "customData"),
		))
		tn.Patch(u, `{"spec":{"forProvider":{"customData":null}}}`)
		tn.AwaitReady(u)
		tn.WantChanges("what was wrong was never sent", map[string]int{"POST /projects": 1})
	})
}

// TestInUse deletes a project with something in it: a condition says what that
// is, and the deletion ends by itself.
func TestInUse(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		fill   func(tn *stage.Tenant, project string) (empty func())
		says   []string
	}{
		"Device": {
			reason: "the device is named",
			fill: func(tn *stage.Tenant, project string) func() {
				d := tn.Sim.AddDevice(packetsim.Device{ProjectID: project, Hostname: "edge-1"})
				return func() { tn.Sim.RemoveDevice(d.ID) }
			},
			says: []string{"the project edge is not empty: devices edge-1", "it is deleted by itself once what is in it is gone", "Cannot delete a project with active devices"},
		},
		"VLAN": {
			reason: "the VLAN is named",
			fill: func(tn *stage.Tenant, project string) func() {
				vlan := stage.Made{}
				tn.Call("POST", "/projects/"+project+"/virtual-networks", `{"metro":"sv","vxlan":1099}`, &vlan)
				return func() { tn.Call("DELETE", "/virtual-networks/"+vlan.ID, "", nil) }
			},
			says: []string{"VLANs 1099", "Cannot delete a project with virtual networks"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
				t.Helper()
				u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge"}, nil))
				tn.AwaitReady(u)
				empty := tc.fill(tn, only(tn).ID)
				tn.Delete(u)
				tn.AwaitResource(tc.reason, u, stage.Condition("Deletable", "False", "InUse", tc.says...))
				tn.AwaitResource("told for Synced too", u, stage.Condition("Synced", "False", "ReconcileError", tc.says...))
				empty()
				tn.AwaitGone(u)
				if left := tn.Sim.Projects(); len(left) != 0 {
					t.Errorf("want no project at the API, got %+v", left)
				}
			})
		})
	}
}

// TestVanished has a project deleted by somebody else: it is not made anew, and
// a condition says what to do.
func TestVanished(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{"name": "edge"}, nil))
		tn.AwaitReady(u)
		tn.Sim.RemoveProject(only(tn).ID)
		tn.AwaitResource("saying so", u, stage.Condition("Ready", "False", "Vanished", "delete this resource and create another"))
		tn.Settle(reads)
		tn.WantChanges("it is not made anew", map[string]int{"POST /projects": 1})
		tn.Delete(u)
		tn.AwaitGone(u)
	})
}

// TestImport manages a project that exists, by its id; and observes another.
func TestImport(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		p := tn.Sim.AddProject(packetsim.Project{Name: "old", Tags: []string{"kept"}})
		u := tn.Manifest("Project", "edge", map[string]any{"name": "edge", "tags": []any{"kept"}}, nil)
		u.SetAnnotations(map[string]string{"crossplane.io/external-name": p.ID})
		tn.Apply(u)
		tn.AwaitReady(u)
		tn.WantChanges("it is changed in place", map[string]int{"PATCH /projects/{id}": 1})
		if now := only(tn); now.Name != "edge" || len(now.CustomData) != 0 {
			t.Errorf("got %+v, want the name alone changed", now)
		}

		other := tn.Sim.AddProject(packetsim.Project{Name: "other", BackendTransfer: true, Tags: []string{"a"}})
		watcher := tn.Manifest("Project", "watcher", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}})
		watcher.SetAnnotations(map[string]string{"crossplane.io/external-name": other.ID})
		tn.Apply(watcher)
		tn.AwaitResource("observing", watcher, stage.All(
			stage.Ready, stage.AtProvider("name", "other"), stage.AtProvider("backendTransfer", true), stage.Condition("UpToDate", "True", ""),
		))
		tn.Delete(watcher)
		tn.AwaitGone(watcher)
		now, found := tn.Sim.Project(other.ID)
		if diff := cmp.Diff(other, now, cmpopts.IgnoreFields(packetsim.Project{}, "UpdatedAt")); !found || diff != "" {
			t.Errorf("an observer changed its project: -want, +got:\n%s", diff)
		}
		tn.WantChanges("an observer changes nothing", map[string]int{"PATCH /projects/{id}": 1})
	})
}

// TestObserverWithoutID has nothing to observe: names are not unique.
func TestObserverWithoutID(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		u := tn.Apply(tn.Manifest("Project", "edge", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}}))
		tn.AwaitResource("refusal", u, stage.Condition("Ready", "False", "Incomplete", "annotate an observed resource with the id of its project"))
		tn.WantChanges("nothing is made", map[string]int{})
	})
}
