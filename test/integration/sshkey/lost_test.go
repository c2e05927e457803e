// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"errors"
	"net/http"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

var errNone = errors.New("there is no other key yet")

// TestMissingThatWasMade has an API key of a project be told 404 although the
// SSH key was made, as the API has done.
func TestMissingThatWasMade(t *testing.T) {
	t.Parallel()
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			sim := packetsim.Start(t, packetsim.Config{})
			project := sim.AddProject(packetsim.Project{Name: "test"})
			tn := on.Tenant(t, scope, sim, sim.AddToken(packetsim.Token{Token: "key-of-a-project", ProjectID: project.ID}))
			sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: projectRoute, Times: 1, Store: true, Status: http.StatusNotFound, Errors: []string{"Not found"}})
			u := tn.Apply(tn.Manifest("SshKey", "edge", map[string]any{"projectId": project.ID, "label": "edge", "publicKey": one}, nil))
			tn.AwaitReady(u)
			tn.Settle(reads)
			tn.WantChanges("one key is made", map[string]int{"POST " + projectRoute: 1})
			tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(only(tn).ID), stage.CreationSettled))
		})
	}
}

// TestProjectNotFound has a project that does not exist: nothing is asked for
// in it, and the key follows nobody else's.
func TestProjectNotFound(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		const missing = "00000000-0000-4000-8000-0000000000aa"
		u := tn.Apply(tn.Manifest("SshKey", "edge", map[string]any{"projectId": missing, "label": "edge", "publicKey": one}, nil))
		tn.AwaitResource("refusal", u, stage.Condition("Ready", "False", "ProjectNotFound", "there is no project "+missing))
		tn.WantChanges("nothing is asked for", map[string]int{})
	})
}

// TestLostAnswer has a 500 that made the key.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		tn.Sim.Fault(packetsim.OhSnap(http.MethodPost, route, 1))
		u := tn.Apply(manifest("edge", map[string]any{"publicKey": one}))
		tn.AwaitReady(u)
		tn.Settle(reads)
		tn.WantChanges("one key is made", map[string]int{"POST " + route: 1})
		tn.AwaitResource("recording it", u, stage.All(stage.ExternalName(only(tn).ID), stage.CreationSettled))
	})
}

// TestVanished has a key deleted by somebody else: it is made anew.
func TestVanished(t *testing.T) {
	t.Parallel()
	forEachOwner(t, func(t *testing.T, tn *stage.Tenant, route string, manifest func(string, map[string]any) *unstructured.Unstructured) {
		t.Helper()
		u := tn.Apply(manifest("edge", map[string]any{"publicKey": one}))
		tn.AwaitReady(u)
		old := only(tn).ID
		tn.Call(http.MethodDelete, "/ssh-keys/"+old, "", nil)
		tn.AwaitResource("another one", u, func(r *stage.Resource) error {
			all := keys(tn)
			if len(all) != 1 {
				return errNone
			}
			return stage.All(stage.Ready, stage.ExternalName(all[0].ID))(r)
		})
		tn.WantChanges("it is made anew, once", map[string]int{"POST " + route: 2, "DELETE /ssh-keys/{id}": 1}) // The DELETE is ours.
	})
}

// TestByReference makes a key in a project that another resource makes.
func TestByReference(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		project := tn.Manifest("Project", "home", map[string]any{"name": "home"}, nil)
		u := tn.Apply(tn.Manifest("SshKey", "edge", map[string]any{
			"projectIdRef": map[string]any{"name": project.GetName()}, "label": "edge", "publicKey": one,
		}, nil))
		tn.AwaitResource("waiting", u, stage.Condition("Synced", "False", "ReconcileError"))
		tn.Apply(project)
		tn.AwaitReady(u)
		tn.AwaitResource("in the project", u, stage.AtProvider("projectId", tn.Sim.Projects()[0].ID))
		tn.WantChanges("nobody else's key is made meanwhile", map[string]int{"POST /projects": 1, "POST " + projectRoute: 1})
	})
}
