// SPDX-License-Identifier: Apache-2.0

package references

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestResolve applies everything before what it refers to, by name and by
// labels. Each resource is made once, in what it refers to.
func TestResolve(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]link{"ByName": byName, "BySelector": bySelector} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
				t.Helper()
				s := newStack(tn, by)
				s.ready()
				project, key, device := s.id(s.project), s.id(s.key), s.id(s.device)
				s.AwaitResource("the key's project", s.key, stage.AtProvider("projectId", project))
				s.AwaitResource("the block's project", s.block, stage.AtProvider("projectId", project))
				s.AwaitResource("the configuration's project", s.config, stage.AtProvider("projectId", project))
				s.AwaitResource("the device's project and key", s.device, stage.All(stage.AtProvider("projectId", project), stage.AtProvider("sshKeyIds", []any{key})))
				s.AwaitResource("the session's device", s.session, stage.AtProvider("deviceId", device))
				if config, found := s.Sim.BGPConfig(project); !found || config.ID != s.id(s.config) {
					t.Errorf("want the configuration in the project, got %+v", config)
				}
				machines, sessions := s.Sim.Devices(), s.Sim.Sessions()
				if len(machines) != 1 || machines[0].ID != device || fmt.Sprint(machines[0].Subnets[0].Reservations) != fmt.Sprint([]string{s.id(s.block)}) {
					t.Errorf("want one device with an address of the block, got %+v", machines)
				}
				if len(sessions) != 1 || sessions[0].ID != s.id(s.session) || sessions[0].DeviceID != device {
					t.Errorf("want one session on the device, got %+v", sessions)
				}
				s.WantChanges("nothing is tried before it can be", map[string]int{
					postProject: 1, postKey: 1, postBlock: 1, postConfig: 1, postDevice: 1, postSession: 1,
				})
				paths := s.paths()
				s.deleteAll(s.all())
				s.wantNothing(paths)
			})
		})
	}
}

// TestOtherNamespace refers to what is in another namespace, which is nobody's
// to use.
func TestOtherNamespace(t *testing.T) {
	t.Parallel()
	sim := packetsim.Start(t, packetsim.Config{})
	scope := stage.Scopes()[1]
	theirs := newStack(on.Tenant(t, scope, sim, packetsim.Token{}), byName)
	theirs.apply(theirs.project)
	theirs.AwaitReady(theirs.project)
	t.Run("Ours", func(t *testing.T) {
		tn := on.Tenant(t, scope, sim, packetsim.Token{})
		for name, ref := range map[string]map[string]any{
			"by-name":     {"projectIdRef": map[string]any{"name": "edge", "namespace": theirs.Name}},
			"by-selector": {"projectIdSelector": map[string]any{"matchLabels": map[string]any{"stack": theirs.Name}, "namespace": theirs.Name}},
		} {
			ref["label"], ref["publicKey"] = "admin", publicKey
			u := tn.Apply(tn.Manifest("SshKey", name, ref, nil))
			tn.AwaitResource("refusal", u, stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "a resource refers to what is in its own namespace only"))
		}
		tn.WantChanges("nothing is made in their project", map[string]int{postProject: 1})
	})
}
