// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

const annotationName = "crossplane.io/external-name"

// TestImport observes a key by its id, whoever it belongs to, and then manages
// it.
func TestImport(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		project := tn.Sim.AddProject(packetsim.Project{Name: "test"})
		old := stage.Made{}
		tn.Call("POST", "/projects/"+project.ID+"/ssh-keys", `{"label":"old","key":"`+one+`"}`, &old)
		ours := map[string]int{"POST " + projectRoute: 1}
		u := tn.Manifest("SshKey", "edge", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}})
		u.SetAnnotations(map[string]string{annotationName: old.ID})
		tn.Apply(u)
		tn.AwaitResource("observing", u, stage.All(
			stage.Ready, stage.AtProvider("label", "old"), stage.AtProvider("projectId", project.ID), stage.AtProvider("fingerprint", fingerprint(one)),
		))
		tn.WantChanges("an observer changes nothing", ours)

		// It is not to become a key of the user when it is made anew.
		tn.Patch(u, `{"spec":{"managementPolicies":["*"],"forProvider":{"label":"edge","publicKey":"`+two+`"}}}`)
		tn.AwaitResource("refusal", u, stage.Condition("Ready", "False", "ExternalNameMismatch", "it belongs to the project "+project.ID+"; set projectId to that"))
		tn.WantChanges("a key of another owner is not changed", ours)
		tn.Patch(u, `{"spec":{"forProvider":{"projectId":"`+project.ID+`"}}}`)
		tn.AwaitReady(u)
		tn.AwaitResource("managing it", u, stage.All(stage.ExternalName(old.ID), stage.AtProvider("label", "edge"), stage.AtProvider("fingerprint", fingerprint(two))))
		ours["PATCH /ssh-keys/{id}"] = 1
		tn.WantChanges("label and key are changed by one request", ours)
	})
}

// TestObserve observes a key by its id, whoever owns it: nothing becomes of it
// when the resource goes.
func TestObserve(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, _ func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		old := stage.Made{}
		tn.Call("POST", strings.Replace(route, "{id}", tn.Sim.Projects()[0].ID, 1), `{"label":"old","key":"`+one+`"}`, &old)
		before := only(tn)
		u := tn.Manifest("SshKey", "watcher", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}})
		u.SetAnnotations(map[string]string{annotationName: old.ID})
		tn.Apply(u)
		tn.AwaitResource("observing", u, stage.All(
			stage.Ready, stage.AtProvider("label", "old"), stage.AtProvider("fingerprint", fingerprint(one)), stage.AtProvider("ownerId", path.Base(before.Owner.Href)),
		))
		tn.Settle(reads)
		tn.Delete(u)
		tn.AwaitGone(u)
		tn.WantChanges("an observer changes nothing", map[string]int{"POST " + route: 1}) // The POST is ours.
		if diff := cmp.Diff(before, only(tn)); diff != "" {
			t.Errorf("the key: -before, +after:\n%s", diff)
		}
	})
}

// TestSecretLater has the Secret come after the resource.
func TestSecretLater(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		u := tn.Apply(manifest("edge", map[string]any{"publicKeySecretRef": tn.SecretKey("ssh", "id.pub")}))
		tn.AwaitResource("waiting", u, stage.Condition("Synced", "False", "ReconcileError", "there is no Secret "+tn.Name+"/ssh; create it"))
		tn.PutSecret("ssh", "id.pub", one)
		tn.AwaitReady(u)
		tn.WantChanges("it is made then", map[string]int{"POST " + route: 1})
		if k := only(tn); route == projectRoute && path.Base(k.Owner.Href) != tn.Sim.Projects()[0].ID {
			t.Errorf("got %+v, want a key of the project", k)
		}
	})
}
