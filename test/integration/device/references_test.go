// SPDX-License-Identifier: Apache-2.0

package device

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestReferences applies a device before all that it refers to, and deletes
// everything at once.
func TestReferences(t *testing.T) {
	t.Parallel()
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			tn := here.Tenant(t, scope, packetsim.Start(t, packetsim.Config{}), packetsim.Token{})
			project := tn.Manifest("Project", "project", map[string]any{"name": "test"}, nil)
			key := tn.Manifest("SshKey", "admin", map[string]any{
				"label": "admin", "publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMx0fWMzBbpQ1EWTZHEP0eEzTlzpbGJeu4RLr7GtC2e admin@example.com",
			}, nil)
			block := tn.Manifest("ReservedIpBlock", "services", map[string]any{"type": "public_ipv4", "quantity": int64(4), "metro": "sv"}, nil)
			block.SetLabels(map[string]string{"of": tn.Name})
			device := tn.Manifest("Device", "edge-1", map[string]any{
				"plan": "c3.small.x86", "operatingSystem": "ubuntu_22_04", "metro": "sv",
				"projectSshKeyIdsRefs": []any{map[string]any{"name": key.GetName()}},
				"ipAddresses": []any{
					map[string]any{"type": "public_ipv4", "cidr": int64(31), "reservationIdsSelector": map[string]any{"matchLabels": map[string]any{"of": tn.Name}}},
					map[string]any{"type": "private_ipv4"},
				},
			}, nil)
			all := []*unstructured.Unstructured{device, block, key, project}
			for _, u := range all {
				if u != project {
					if err := unstructured.SetNestedMap(u.Object, map[string]any{"name": project.GetName()}, "spec", "forProvider", "projectIdRef"); err != nil {
						t.Fatal(err)
					}
				}
				tn.Apply(u)
			}
			id := func(u *unstructured.Unstructured) string { return fmt.Sprint(tn.Stored(u).Status.AtProvider["id"]) }
			tn.AwaitResource("becoming Ready", device, stage.Ready)
			for _, u := range []*unstructured.Unstructured{project, key, block} {
				tn.AwaitResource("becoming Ready", u, stage.Ready)
			}
			tn.AwaitResource("referring to all", device, stage.All(
				stage.AtProvider("projectId", id(project)), stage.AtProvider("sshKeyIds", "["+id(key)+"]"),
			))
			made := tn.Sim.Devices()
			if len(made) != 1 || len(made[0].Subnets) != 2 || fmt.Sprint(made[0].Subnets[0].Reservations) != "["+id(block)+"]" {
				t.Errorf("want one device with an address of the block, got %+v", made)
			}
			for _, u := range all {
				tn.Delete(u)
			}
			for _, u := range all {
				tn.AwaitGone(u)
			}
			if left := tn.Sim.Counts(); len(left.Devices) != 0 || left.Projects != 0 {
				t.Errorf("want nothing left, got %+v", left)
			}
		})
	}
}
