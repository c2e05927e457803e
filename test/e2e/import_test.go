// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestImport shows that a server takes over a device that exists, with its
// sessions, and makes only what is missing.
func TestImport(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project := newProject(t)
			device, err := sim.InsertDevice(packetsim.Device{ProjectID: project, Hostname: "old", Plan: "c3.small.x86", Metro: "sv"})
			check(t, err)
			session, err := sim.InsertSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
			check(t, err)

			began := time.Now()
			server := s.server(t, "old", project, "")
			check(t, unstructured.SetNestedField(server.Object, device.ID, "spec", "deviceId"))
			check(t, unstructured.SetNestedField(server.Object, "Delete", "spec", "onDelete"))
			create(t, server)
			await(t, "become Ready", ready(server))
			if got := value(server, "status", "device", "id"); got != device.ID {
				t.Errorf("want the device %s, got %s", device.ID, got)
			}
			if got := value(server, "status", "sessions", "ipv4", "id"); got != session.ID {
				t.Errorf("want the session %s, got %s", session.ID, got)
			}
			got := changes(began)
			if got[postDevice] != 0 || got[postSession] != 1 {
				t.Errorf("want one session to be made and no device, got %v", got)
			}

			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "the device goes with it", empty(project))
		})
	}
}

// TestOrphan shows that a server can be deleted and its device kept, which
// another server then takes over as it is.
func TestOrphan(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project, began := newProject(t), time.Now()
			server := s.server(t, "kept", project, "")
			create(t, server)
			await(t, "become Ready", ready(server))
			if got := value(server, "status", "onDelete"); got != "Delete" {
				t.Errorf("want a server to say that its device is deleted with it, got %q", got)
			}
			check(t, kube.Patch(t.Context(), server, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"onDelete":"Orphan"}}`))))
			await(t, "the device is to be left", func(ctx context.Context) error {
				if err := ready(server)(ctx); err != nil {
					return err
				}
				if got := value(server, "status", "onDelete"); got != "Orphan" {
					return fmt.Errorf("status.onDelete is %q", got)
				}
				return nil
			})
			device := value(server, "status", "device", "id")
			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "its parts go", noParts)
			want := map[string]int{postDevice: 1, postSession: 2}
			if diff := cmp.Diff(want, changes(began)); diff != "" {
				t.Errorf("nothing is deleted at the API: requests that change something: -want, +got:\n%s", diff)
			}

			heir := s.server(t, "kept", project, "")
			check(t, unstructured.SetNestedField(heir.Object, device, "spec", "deviceId"))
			check(t, unstructured.SetNestedField(heir.Object, "Delete", "spec", "onDelete"))
			create(t, heir)
			await(t, "another server becomes Ready", ready(heir))
			if got := value(heir, "status", "device", "id"); got != device {
				t.Errorf("want the device %s, got %s", device, got)
			}
			wantChanges(t, "what was left is taken over", project, began, want)
			remove(t, heir)
			await(t, "the server goes", gone(heir))
			await(t, "the device goes with it", empty(project))
		})
	}
}
