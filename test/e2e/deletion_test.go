// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestDeletedWhileProvisioning shows that a server can be deleted while the API
// refuses to delete its device: that is tried until it works, and nothing stays.
func TestDeletedWhileProvisioning(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project, began := newProject(t), time.Now()
			holdDevice(t, project)
			server := s.server(t, "too-early", project, "")
			create(t, server)
			id := letGo(t, project, packetsim.DeviceProvisioning)
			await(t, "the server tells of its device", func(ctx context.Context) error {
				if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
					return err
				}
				if got := value(server, "status", "device", "state"); got != packetsim.DeviceProvisioning {
					return fmt.Errorf("status.device.state is %q", got)
				}
				return nil
			})

			remove(t, server)
			refused := packetsim.Filter{Method: http.MethodDelete, Path: "/devices/" + id, Status: http.StatusUnprocessableEntity}
			await(t, "the API refuses more than once to delete the device", func(context.Context) error {
				if n := len(sim.Requests(refused)); n < 2 {
					return fmt.Errorf("it has refused %d times", n)
				}
				return nil
			})
			device, err := deviceOf(t.Context(), server)
			check(t, err)
			if device.GetDeletionTimestamp() == nil {
				t.Error("want the Device to wait for its deletion")
			}
			if d, found := sim.Device(id); !found || d.State != packetsim.DeviceProvisioning {
				t.Errorf("want a device that is being provisioned, got %v", d)
			}

			check(t, sim.SetDeviceState(id, packetsim.DeviceActive))
			await(t, "the server goes", gone(server))
			await(t, "nothing of it stays at the API", empty(project, server))
			got := changes(t, began, project, id)
			got[deleteDevice] -= len(sim.Requests(refused))
			wantEqual(t, "one device is made, and deleted once it can be", map[string]int{postDevice: 1, deleteDevice: 1}, got)
		})
	}
}

// TestAgain shows that a server of the same name can be asked for as soon as the
// first is gone, while its parts may still be there; and that a deletion in the
// foreground waits for the parts.
func TestAgain(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project, began := newProject(t), time.Now()
			first := s.server(t, "again", project, "")
			again := first.DeepCopy()
			create(t, first)
			await(t, "become Ready", ready(first))
			old := value(first, "status", "device", "id")
			remove(t, first)
			await(t, "the server goes", gone(first))

			create(t, again)
			await(t, "another server becomes Ready", func(ctx context.Context) error {
				if _, found := sim.Device(old); found {
					return fmt.Errorf("the first device %s is still there", old)
				}
				return ready(again)(ctx)
			})
			wantEqual(t, "the project has one machine", map[string][]string{"again": {"ipv4", "ipv6"}}, families(project))
			device := value(again, "status", "device", "id")
			if device == old {
				t.Errorf("want another device than the first, %s", old)
			}
			want := secretsOf(s)
			await(t, "the Secrets are those of the second device", func(ctx context.Context) error { return wantSecrets(ctx, device, want) })
			settle(t, project)
			made := changes(t, began, project, old)
			delete(made, deleteSession) // A session may go with its device.
			wantEqual(t, "each server has had one machine", map[string]int{postDevice: 2, postSession: 4, deleteDevice: 1}, made)
			check(t, wantSecrets(t.Context(), device, want))

			foreground(t, s, again)
			await(t, "the server goes", func(ctx context.Context) error {
				// In this order: the parts may not outlive the server.
				missing := gone(again)(ctx)
				if left := empty(project, again)(ctx); missing == nil && left != nil {
					t.Errorf("the server was gone before its parts: %v", left)
				}
				return missing
			})
		})
	}
}

// foreground deletes a server so that it goes after its parts.
func foreground(t *testing.T, s style, server *unstructured.Unstructured) {
	t.Helper()
	if s.name == claims().name { // Its composite is no dependent of a claim.
		change(t, server, `{"spec":{"compositeDeletePolicy":"Foreground"}}`)
	}
	check(t, kube.Delete(t.Context(), server, client.PropagationPolicy(metav1.DeletePropagationForeground)))
}
