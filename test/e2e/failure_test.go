// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestFailure shows that a server which cannot become Ready says why, where
// its user looks.
func TestFailure(t *testing.T) {
	cases := map[string]struct {
		reason  string
		prepare func(t *testing.T, project string)
		happen  func(t *testing.T, project string)
		// path is where the conditions are that say why, and want their words.
		path []string
		want string
		// state is what the server says of its device.
		state string
	}{
		"device-fails": {
			reason:  "a machine fails to provision",
			prepare: func(*testing.T, string) {},
			happen: func(t *testing.T, project string) {
				t.Helper()
				await(t, "there is a device", func(context.Context) error {
					devices := sim.Snapshot(scope(project)).Projects[0].Devices
					if len(devices) == 0 {
						return fmt.Errorf("there is none")
					}
					return sim.SetDeviceState(devices[0].Device.ID, packetsim.DeviceFailed)
				})
			},
			path: []string{"status", "device", "conditions"}, want: "failed", state: "failed",
		},
		"no-bgp": {
			reason:  "BGP is not enabled in the project",
			prepare: func(_ *testing.T, project string) { sim.RemoveBGPConfig(project) },
			happen:  func(*testing.T, string) {},
			path:    []string{"status", "sessions", "ipv4", "conditions"}, want: "BGP", state: "active",
		},
	}
	for name, tc := range cases {
		for _, s := range styles() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				project := newProject(t)
				tc.prepare(t, project)
				server := s.server(t, name, project, "ipv4")
				create(t, server)
				tc.happen(t, project)
				await(t, tc.reason, func(ctx context.Context) error {
					if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
						return err
					}
					c := condition(server, "Ready", tc.path...)
					if c["status"] != "False" || !strings.Contains(fmt.Sprint(c["message"]), tc.want) {
						return fmt.Errorf("want Ready False with a message that has %q at %v, got %v", tc.want, tc.path, server.Object["status"])
					}
					if got := value(server, "status", "device", "state"); got != tc.state {
						return fmt.Errorf("want the device %s, got %q", tc.state, got)
					}
					return nil
				})
				if c := condition(server, "Ready", "status", "conditions"); c["status"] != "False" {
					t.Errorf("%s: want the server not to be Ready, got %v", tc.reason, c)
				}
				t.Logf("it says: %v", condition(server, "Ready", tc.path...)["message"])
				remove(t, server)
				await(t, "the server goes", gone(server))
				await(t, "nothing of it stays at the API", empty(project))
			})
		}
	}
}

func TestRefused(t *testing.T) {
	const id = "00000000-0000-4000-8000-0000000000a1"
	cases := map[string]struct {
		reason string
		spec   map[string]any
		want   string
	}{
		"NoProject":   {reason: "a server belongs to a project", spec: map[string]any{"project": nil}, want: "spec.project"},
		"TwoProjects": {reason: "a project is named in one way", spec: map[string]any{"project": map[string]any{"id": id, "name": "edge"}}, want: "either the id of the project or the name"},
		"NoUUID":      {reason: "ids are UUIDs", spec: map[string]any{"project": map[string]any{"id": "edge"}}, want: "spec.project.id"},
		"Metro":       {reason: "metros are those that are offered", spec: map[string]any{"metro": "mars"}, want: `"am"`},
		"Size":        {reason: "sizes are those that are offered", spec: map[string]any{"size": "huge"}, want: `"small", "medium", "large"`},
		"Announce":    {reason: "what is announced is a prefix", spec: map[string]any{"announce": []any{"147.75.40.2"}}, want: "must be a prefix such as"},
		"Hostname":    {reason: "a host name has no blanks", spec: map[string]any{"hostname": "a b"}, want: "spec.hostname"},
	}
	for _, s := range styles() {
		for name, tc := range cases {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				server := s.server(t, "refused", id, "")
				await(t, "the kind is served", func(ctx context.Context) error {
					return kube.Create(ctx, server.DeepCopy(), client.DryRunAll)
				})
				for field, v := range tc.spec {
					check(t, unstructured.SetNestedField(server.Object, v, "spec", field))
				}
				err := kube.Create(t.Context(), server, client.DryRunAll)
				if !kerrors.IsInvalid(err) || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("%s: want an error with %q, got: %v", tc.reason, tc.want, err)
				}
			})
		}
	}
}

// TestImmutable shows that what a device cannot change is refused where the
// user changes it.
func TestImmutable(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project := newProject(t)
			server := s.server(t, "immutable", project, "ipv4")
			create(t, server)
			for _, patch := range []string{
				`{"spec":{"metro":"ny"}}`, `{"spec":{"size":"large"}}`, `{"spec":{"reservedAddresses":8}}`,
				`{"spec":{"project":{"id":"00000000-0000-4000-8000-0000000000a1"}}}`, `{"spec":{"deviceId":"00000000-0000-4000-8000-0000000000a1"}}`,
			} {
				err := kube.Patch(t.Context(), server.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(patch)))
				if !kerrors.IsInvalid(err) || !strings.Contains(err.Error(), "create another server") {
					t.Errorf("%s: want it refused with a remedy, got: %v", patch, err)
				}
			}
			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "nothing of it stays at the API", empty(project))
		})
	}
}
