// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"maps"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// owners are a project and the user of the API key.
var owners = map[string]struct {
	route string
	// arguments that say so.
	arguments func(project packetsim.Project) map[string]any
}{
	"Project": {route: projectRoute, arguments: func(p packetsim.Project) map[string]any { return map[string]any{"projectId": p.ID} }},
	"User":    {route: userRoute, arguments: func(packetsim.Project) map[string]any { return map[string]any{} }},
}

// forEachOwner runs a test for each owner and scope, with what makes a key of
// the owner.
func forEachOwner(t *testing.T, test func(t *testing.T, tn *stage.Tenant, route string, manifest func(name string, more map[string]any) *unstructured.Unstructured)) {
	t.Helper()
	for name, owner := range owners {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
				t.Helper()
				project := tn.Sim.AddProject(packetsim.Project{Name: "test"})
				test(t, tn, owner.route, func(name string, more map[string]any) *unstructured.Unstructured {
					arguments := owner.arguments(project)
					arguments["label"] = "edge"
					maps.Copy(arguments, more)
					return tn.Manifest("SshKey", name, arguments, nil)
				})
			})
		})
	}
}

// TestLife makes a key, changes its label, and deletes it.
func TestLife(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		u := tn.Apply(manifest("edge", map[string]any{"publicKey": one + " me@example"}))
		tn.AwaitReady(u)
		k := only(tn)
		want := map[string]any{
			"id": k.ID, "endpoint": tn.Sim.URL, "label": "edge", "fingerprint": fingerprint(one), "ownerId": path.Base(k.Owner.Href),
			"createdAt": k.CreatedAt,
		}
		if route == projectRoute {
			want["projectId"] = path.Base(k.Owner.Href)
		}
		if diff := cmp.Diff(want, tn.Stored(u).Status.AtProvider); diff != "" {
			t.Errorf("status.atProvider: -want, +got:\n%s", diff)
		}
		tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(k.ID), stage.CreationSettled))

		tn.Patch(u, `{"spec":{"forProvider":{"publicKey":"`+one+` you@example","label":"renamed"}}}`)
		tn.AwaitReady(u)
		tn.AwaitResource("another label", u, stage.AtProvider("label", "renamed"))
		tn.Settle(reads)
		tn.WantChanges("another comment is no change, another label is one", map[string]int{"POST " + route: 1, "PATCH /ssh-keys/{id}": 1})
		if now := only(tn); now.ID != k.ID || now.Label != "renamed" || now.Key != k.Key {
			t.Errorf("got %+v, want another label only", now)
		}
		tn.Delete(u)
		tn.AwaitGone(u)
		if left := keys(tn); len(left) != 0 {
			t.Errorf("want no key at the API, got %+v", left)
		}
	})
}

// TestRotatedSecret has another public key put into the Secret: it replaces the
// old one under the same id.
func TestRotatedSecret(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		tn.PutSecret("ssh", "id.pub", one+" me@example\n")
		u := tn.Apply(manifest("edge", map[string]any{"publicKeySecretRef": tn.SecretKey("ssh", "id.pub")}))
		tn.AwaitReady(u)
		k := only(tn)
		tn.PutSecret("ssh", "id.pub", two+"\n")
		tn.AwaitResource("another key", u, stage.All(stage.Ready, stage.ExternalName(k.ID), stage.AtProvider("fingerprint", fingerprint(two))))
		tn.Settle(reads)
		tn.WantChanges("it is replaced in place", map[string]int{"POST " + route: 1, "PATCH /ssh-keys/{id}": 1})
		if now := only(tn); now.ID != k.ID || now.Key != two {
			t.Errorf("got %+v, want the other key under the same id", now)
		}

		// What cannot be used is not sent, and not quoted.
		tn.PutSecret("ssh", "id.pub", "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n")
		tn.AwaitResource("refusal", u, stage.All(
			stage.Condition("Ready", "True", ""),
			stage.Condition("Synced", "False", "ReconcileError", `key "id.pub" of Secret `+tn.Name+"/ssh", "spec.forProvider.publicKeySecretRef", "is a private one"),
			stage.Condition("UpToDate", "False", "UpdateFailed", "publicKey"),
		))
		for reason, messages := range tn.Events(u) {
			if text := strings.Join(messages, "\n"); strings.Contains(text, "hunter2") {
				t.Errorf("an event %s quotes the key: %s", reason, text)
			}
		}
		tn.PutSecret("ssh", "id.pub", two)
		tn.AwaitReady(u)
		tn.WantChanges("it was never sent", map[string]int{"POST " + route: 1, "PATCH /ssh-keys/{id}": 1})
	})
}

// TestAdopted has a key that its owner has already, with another label.
func TestAdopted(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		owner := strings.Replace(route, "{id}", tn.Sim.Projects()[0].ID, 1)
		old := stage.Made{}
		tn.Call("POST", owner, `{"label":"old","key":"`+one+` old"}`, &old)
		u := tn.Apply(manifest("edge", map[string]any{"publicKey": one}))
		tn.AwaitReady(u)
		tn.AwaitResource("adopting it", u, stage.All(stage.ExternalName(old.ID), stage.Condition("Adopted", "True", "Found"), stage.AtProvider("label", "edge")))
		tn.WantChanges("it is taken over with its id", map[string]int{"POST " + route: 1, "PATCH /ssh-keys/{id}": 1}) // The POST is ours.
	})
}

// TestConflict has two resources for one key, of which the second has it from a
// Secret.
func TestConflict(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		tn.PutSecret("ssh", "id.pub", one)
		ref := map[string]any{"publicKeySecretRef": tn.SecretKey("ssh", "id.pub")}
		winner := tn.Apply(manifest("winner", ref))
		tn.AwaitReady(winner)
		for name, arguments := range map[string]map[string]any{"secret": ref, "inline": {"publicKey": one}} {
			loser := tn.Apply(manifest(name, arguments))
			tn.AwaitResource("losing", loser, stage.All(stage.Condition("Ready", "False", "Conflict"), stage.ExternalName("")))
			tn.Delete(loser)
			tn.AwaitGone(loser)
		}
		tn.AwaitReady(winner)
		tn.WantChanges("losers change nothing", map[string]int{"POST " + route: 1})
	})
}
