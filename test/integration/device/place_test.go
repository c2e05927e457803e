// SPDX-License-Identifier: Apache-2.0

package device

import (
	"fmt"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestProjectOfTheConfigChanges has the configuration lead to another project
// while it is not known whether there is a device in the first, and afterwards.
func TestProjectOfTheConfigChanges(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		tm.SetProject(tm.project.ID)
		stale := tm.staleLists()
		fault := tm.Sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutSilent})
		u := tm.Apply(tm.device(map[string]any{"projectId": nil}, nil))
		tm.AwaitFault(t, fault)
		tm.AwaitResource("waiting", u, stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonCreationUnconfirmed)))
		tm.PutSecret("packet-key", "token", tm.Sim.Token)
		tm.SetProject(tm.Sim.AddProject(packetsim.Project{Name: "another"}).ID)
		tm.settleList()
		stale.Remove()
		tm.AwaitResource("recovery", u, stage.All(stage.Ready, stage.ExternalName(tm.only().ID), stage.AtProvider("projectId", tm.project.ID)))
		tm.settle()
		tm.AwaitResource("staying as it is", u, stage.All(stage.Ready, stage.Condition(external.TypeUpToDate, corev1.ConditionTrue, "AsAskedFor")))
		tm.WantChanges("the device stays in the project that it was made in", map[string]int{post: 1})
		tm.Delete(u)
		tm.AwaitGone(u)
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
	})
}

// TestReplacedManifest has somebody replace the manifest, and all that the
// provider recorded in it, while lists lag behind.
func TestReplacedManifest(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		stale := tm.staleLists()
		u := tm.Apply(tm.device(nil, nil))
		tm.AwaitResource("becoming Ready", u, stage.Ready)
		id := tm.only().ID
		tm.Patch(u, `{"metadata":{"annotations":null}}`)
		tm.AwaitResource("naming it again", u, stage.All(stage.Ready, stage.ExternalName(id)))
		tm.settle()
		stale.Remove()
		tm.WantChanges(fmt.Sprintf("the device %s is the only one", id), map[string]int{post: 1})
		tm.only()
	})
}
