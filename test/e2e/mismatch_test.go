// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestImportOfAnother shows that a server which names a device that is not like
// it takes over nothing, says what differs, and leaves the device alone, even as
// the server is deleted.
func TestImportOfAnother(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		// device is the one that exists, in a project of its own if other is set.
		device packetsim.Device
		other  bool
		want   string
	}{
		"project": {reason: "a device of another project", device: packetsim.Device{Plan: "c3.small.x86", Metro: "sv"}, other: true, want: "project"},
		"metro":   {reason: "a device in another metro", device: packetsim.Device{Plan: "c3.small.x86", Metro: "ny"}, want: "metro"},
		"size":    {reason: "a device of another size", device: packetsim.Device{Plan: "m3.large.x86", Metro: "sv"}, want: "plan"},
	}
	for name, tc := range cases {
		for _, s := range styles() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				project := newProject(t)
				owner := project
				if tc.other {
					owner = newProject(t)
				}
				device := tc.device
				device.ProjectID, device.Hostname = owner, "of-another"
				device, err := sim.InsertDevice(device)
				check(t, err)
				session, err := sim.InsertSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
				check(t, err)

				began, server := time.Now(), s.server(t, "another-"+name, project, "")
				check(t, unstructured.SetNestedField(server.Object, device.ID, "spec", "deviceId"))
				check(t, unstructured.SetNestedField(server.Object, "Delete", "spec", "onDelete"))
				create(t, server)
				await(t, tc.reason, mismatch(server, tc.want))
				again := time.Now()
				await(t, "the device is looked at again", func(context.Context) error { return polled(again, "/devices/"+device.ID) })
				remove(t, server)
				await(t, "the server goes", gone(server))
				await(t, "its parts go", noParts(server))
				for _, of := range []string{project, owner} {
					if got := changes(t, began, of); len(got) > 0 {
						t.Errorf("%s: want nothing to be changed, got %v", tc.reason, got)
					}
				}
				if left, found := sim.Session(session.ID); !found || left.DeviceID != device.ID {
					t.Errorf("%s: want its session to be left alone, got %v", tc.reason, left)
				}
			})
		}
	}
}

// mismatch is met when a server says that its device is another, and why.
func mismatch(server *unstructured.Unstructured, want string) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
			return err
		}
		c := condition(server, "Ready", "status", "device", "conditions")
		if c["status"] != "False" || c["reason"] != "ExternalNameMismatch" || !strings.Contains(fmt.Sprint(c["message"]), want) {
			return fmt.Errorf("want the device to be Ready False for ExternalNameMismatch with %q, got %v", want, c)
		}
		return nil
	}
}
