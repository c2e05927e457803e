// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// older is a device with a session of IPv4, as somebody made it by other means.
func older(t *testing.T, project string) (packetsim.Device, packetsim.BGPSession) {
	t.Helper()
	device, err := sim.InsertDevice(packetsim.Device{ProjectID: project, Hostname: "older", Plan: "c3.small.x86", Metro: "sv", Tags: []string{"by-hand"}})
	check(t, err)
	session, err := sim.InsertSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
	check(t, err)
	return device, session
}

// heir returns a server that takes over a device.
func (s style) heir(t *testing.T, name, project, device string) *unstructured.Unstructured {
	t.Helper()
	server := s.server(t, name, project, "")
	check(t, unstructured.SetNestedField(server.Object, device, "spec", "deviceId"))
	check(t, unstructured.SetNestedField(server.Object, "Delete", "spec", "onDelete"))
	return server
}

// TestImport shows that a server takes over a device that exists, with its
// sessions, makes only what is missing, and changes what is not as it should be.
func TestImport(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project := newProject(t)
			device, session := older(t, project)

			began, server := time.Now(), s.heir(t, "imported", project, device.ID)
			create(t, server)
			await(t, "become Ready", ready(server))
			if got := value(server, "status", "sessions", "ipv4", "id"); got != session.ID {
				t.Errorf("want the session %s, got %s", session.ID, got)
			}
			wantStatus(t, server, project, "", []string{"ipv4", "ipv6"})
			wantChanges(t, "one session is made, and the device is changed at once", project, began, map[string]int{postSession: 1, updateDevice: 1})
			got, _ := sim.Device(device.ID)
			if got.UserData == "" {
				t.Error("want the device to have user data")
			}
			want := device
			want.Hostname, want.Tags, want.CustomData = "imported", []string{"bgp-server"}, map[string]any{"announce": []any{}}
			want.UserData, want.UpdatedAt = got.UserData, got.UpdatedAt
			wantEqual(t, "what a server says of its device, and all else as it was", want, got)
			end(t, project, server)
			wantEqual(t, "the device goes with the server, once", 1, changes(t, began, project, device.ID)[deleteDevice])
		})
	}
}

// TestOrphan shows that a server can be deleted and its device kept, with its
// prefix, which another server then takes over as they are.
func TestOrphan(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]int{
		"dual-stack":  {postDevice: 1, postSession: 2},
		"with-prefix": {postDevice: 1, postSession: 2, postBlock: 1},
	}
	for variant, want := range cases {
		for _, s := range styles() {
			t.Run(variant+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				project, began := newProject(t), time.Now()
				server := s.server(t, "kept-"+variant, project, variant)
				create(t, server)
				await(t, "become Ready", ready(server))
				wantEqual(t, "a server says that its device is deleted with it", "Delete", value(server, "status", "onDelete"))
				change(t, server, `{"spec":{"onDelete":"Orphan"}}`)
				await(t, "the device is to be left", orphaned(server))
				device, prefix := value(server, "status", "device", "id"), value(server, "status", "prefix")
				remove(t, server)
				await(t, "the server goes", gone(server))
				await(t, "its parts go", noParts(server))
				wantEqual(t, "nothing is deleted at the API", want, changes(t, began, project))

				heir := s.heir(t, server.GetName(), project, device)
				if prefix != "" {
					check(t, unstructured.SetNestedStringSlice(heir.Object, []string{prefix}, "spec", "announce"))
				}
				create(t, heir)
				await(t, "another server becomes Ready", ready(heir))
				wantEqual(t, "it has the same device", device, value(heir, "status", "device", "id"))
				again := time.Now()
				await(t, "the device is looked at again", func(context.Context) error {
					return polled(again, "/devices/"+device, "/bgp/sessions/"+value(heir, "status", "sessions", "ipv4", "id"), "/bgp/sessions/"+value(heir, "status", "sessions", "ipv6", "id"))
				})
				wantEqual(t, "what was left is taken over", want, changes(t, began, project))
				remove(t, heir)
				await(t, "the server goes", gone(heir))
				await(t, "its parts go, and the device", func(ctx context.Context) error {
					if left := families(project); len(left) > 0 {
						return fmt.Errorf("the API still has devices %v", left)
					}
					return noParts(heir)(ctx)
				})
				left, err := blocks(t.Context(), project)
				check(t, err)
				wantEqual(t, "a prefix that was left belongs to nobody, and stays", want[postBlock], len(left))
			})
		}
	}
}

// orphaned is met when all parts of a server know that what they stand for is
// to be left.
func orphaned(server *unstructured.Unstructured) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := ready(server)(ctx); err != nil {
			return err
		}
		if got := value(server, "status", "onDelete"); got != "Orphan" {
			return fmt.Errorf("status.onDelete is %q", got)
		}
		return nil
	}
}

// TestRecreated shows that a device which was taken over and has vanished is
// made again on demand, once, although the server still names the old one.
func TestRecreated(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project := newProject(t)
			old, _ := older(t, project)
			server := s.heir(t, "recreated", project, old.ID)
			create(t, server)
			await(t, "become Ready", ready(server))

			began := time.Now()
			sim.RemoveDevice(old.ID)
			await(t, "the server misses its device", func(ctx context.Context) error {
				err := kube.Get(ctx, client.ObjectKeyFromObject(server), server)
				if c := condition(server, "Ready", "status", "device", "conditions"); err == nil && c["reason"] != "Vanished" {
					return fmt.Errorf("want the device to have Vanished, got %v", c)
				}
				return err
			})
			device, err := deviceOf(t.Context(), server)
			check(t, err)
			change(t, device, `{"metadata":{"annotations":{"packet.crossplane.io/recreate":"true"}}}`)
			await(t, "the server has another device", func(ctx context.Context) error {
				err := kube.Get(ctx, client.ObjectKeyFromObject(server), server)
				if got := value(server, "status", "device", "id"); err == nil && got == old.ID {
					return fmt.Errorf("its device is still %s", got)
				}
				return err
			})
			await(t, "the server is Ready with sessions of that device", ready(server))
			wantStatus(t, server, project, "", []string{"ipv4", "ipv6"})
			awaitCalm(t, project, server)
			want := map[string]int{postDevice: 1, postSession: 2}
			wantEqual(t, "one device is made, with its sessions", want, changes(t, began, project, old.ID))
			wantEqual(t, "the project has one machine", map[string][]string{"recreated": {"ipv4", "ipv6"}}, families(project))
			check(t, kube.Get(t.Context(), client.ObjectKeyFromObject(device), device))
			wantEqual(t, "the Device is named as the new one", value(server, "status", "device", "id"), device.GetAnnotations()["crossplane.io/external-name"])
			end(t, project, server)
		})
	}
}
