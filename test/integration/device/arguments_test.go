// SPDX-License-Identifier: Apache-2.0

package device

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestUserData has user data stand in a Secret and in a ConfigMap.
func TestUserData(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		tm.PutSecret("boot", "script", "#!/bin/sh\necho one")
		boot := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: tm.Name, Name: "boot"}, Data: map[string]string{"script": "#!/bin/sh\necho three"}}
		tm.Create(boot)
		holds := func(text string) func(packetsim.Device) bool {
			return func(d packetsim.Device) bool { return d.UserData == text }
		}
		u := tm.ready(map[string]any{"userDataSecretRef": tm.SecretKey("boot", "script")}, nil)
		tm.Await(t.Context(), t, "arrival", tm.changed(holds("#!/bin/sh\necho one")))
		tm.PutSecret("boot", "script", "#!/bin/sh\necho two")
		tm.Await(t.Context(), t, "change of the Secret", tm.changed(holds("#!/bin/sh\necho two")))
		key := `{"name":"boot","key":"script"}`
		if !tm.Namespaced {
			key = `{"namespace":"` + tm.Name + `","name":"boot","key":"script"}`
		}
		tm.Patch(u, `{"spec":{"forProvider":{"userDataSecretRef":null,"userDataConfigMapRef":`+key+`}}}`)
		tm.Await(t.Context(), t, "change to the ConfigMap", tm.changed(holds("#!/bin/sh\necho three")))
		boot.Data["script"] = "#!/bin/sh\necho four"
		if err := tm.Kube.Update(t.Context(), boot); err != nil {
			t.Fatal(err)
		}
		tm.Await(t.Context(), t, "change of the ConfigMap", tm.changed(holds("#!/bin/sh\necho four")))
		tm.settle()
		tm.WantChanges("each change is one request", map[string]int{post: 1, put: 3})
	})
}

// TestImport has a resource take on a device by its id, first to look only.
func TestImport(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		existing := tm.Sim.AddDevice(packetsim.Device{ProjectID: tm.project.ID, Hostname: "old", Tags: []string{"kept"}})
		u := tm.Manifest("Device", "old", map[string]any{}, map[string]any{"managementPolicies": []any{"Observe"}})
		meta.SetExternalName(u, existing.ID)
		tm.Apply(u)
		tm.AwaitResource("observing", u, stage.All(
			stage.Ready, stage.AtProvider("hostname", "old"), stage.AtProvider("plan", existing.Plan), stage.AtProvider("tags", "[kept]"),
		))
		tm.settle()
		tm.WantChanges("who looks changes nothing", map[string]int{})
		tm.Patch(u, `{"spec":{"managementPolicies":["*"],"forProvider":{"projectId":"`+tm.project.ID+`","plan":"m3.large.x86","operatingSystem":"ubuntu_22_04","metro":"sv"}}}`)
		tm.AwaitResource("refusing another plan", u, stage.Condition("Ready", corev1.ConditionFalse, "ExternalNameMismatch", "its plan is c3.small.x86 and not m3.large.x86"))
		tm.Delete(u)
		tm.AwaitGone(u)
		tm.WantChanges("what is another device stays", map[string]int{})
		tm.only()
	})
}

// TestImportAndManage has a resource take on a device by its id with arguments
// that fit, change it in place, and delete it.
func TestImportAndManage(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		existing := tm.Sim.AddDevice(packetsim.Device{
			ProjectID: tm.project.ID, Hostname: "edge-1", Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Tags: []string{"theirs"},
		})
		u := tm.device(map[string]any{"tags": []any{"ours"}}, nil)
		meta.SetExternalName(u, existing.ID)
		tm.Apply(u)
		tm.AwaitReady(u)
		tm.AwaitResource("managing it", u, stage.All(stage.ExternalName(existing.ID), stage.CreationSettled, stage.AtProvider("tags", "[ours]")))
		tm.settle()
		tm.WantChanges("it is changed in place", map[string]int{put: 1})
		if now := tm.only(); now.ID != existing.ID || len(now.Tags) != 1 || now.Tags[0] != "ours" {
			t.Errorf("want other tags on the same device, got %+v", now)
		}
		tm.Delete(u)
		tm.AwaitGone(u)
		tm.WantChanges("and deleted with its resource", map[string]int{put: 1, remove: 1})
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
	})
}

// TestProjectOfTheConfiguration leaves the project to the ProviderConfig.
func TestProjectOfTheConfiguration(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		config := &unstructured.Unstructured{}
		config.SetAPIVersion(tm.Group + "/v1beta1")
		config.SetKind("ProviderConfig")
		config.SetName(tm.Name)
		if tm.Namespaced {
			config.SetNamespace(tm.Name)
		}
		u := tm.Apply(tm.device(map[string]any{"projectId": nil}, nil))
		tm.AwaitResource("asking for a project", u, stage.Condition("Ready", corev1.ConditionFalse, "Incomplete", "give the ProviderConfig a projectId"))
		tm.Patch(config, `{"spec":{"projectId":"`+tm.project.ID+`"}}`)
		tm.AwaitResource("having one", u, stage.All(stage.Ready, stage.AtProvider("projectId", tm.project.ID)))
		tm.WantChanges("one device is made", map[string]int{post: 1})
	})
}
