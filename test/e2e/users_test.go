// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"path/filepath"
	"testing"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestUsers shows what the role of the examples allows to a user of team A:
// servers in the namespace of the team, and not what they are made of.
func TestUsers(t *testing.T) {
	t.Parallel()
	const team = "team-a"
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			objs, err := read(filepath.Join("..", "..", "examples", "compositions", s.name, "examples", "users.yaml"))
			check(t, err)
			namespace := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": team}}}
			for _, obj := range append(objs, namespace) {
				check(t, apply(t.Context(), obj))
			}
			cfg := cluster.Config()
			cfg.Impersonate = rest.ImpersonationConfig{UserName: "ada", Groups: []string{team, "system:authenticated"}}
			user, err := client.New(cfg, client.Options{})
			check(t, err)

			server := s.server(t, "of-a-user", "00000000-0000-4000-8000-0000000000a1", "")
			elsewhere := server.DeepCopy()
			server.SetNamespace(team)
			await(t, "a user asks for a server", func(ctx context.Context) error { return user.Create(ctx, server, client.DryRunAll) })
			device := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"forProvider": map[string]any{}}}}
			device.SetAPIVersion(s.parts + "/v1alpha1")
			device.SetKind("Device")
			device.SetName("of-a-user")
			if s.name != "claim" {
				device.SetNamespace(team)
			}
			for reason, obj := range map[string]*unstructured.Unstructured{
				"a server in the namespace of others": elsewhere,
				"a device without a server":           device,
			} {
				if err := user.Create(t.Context(), obj, client.DryRunAll); !kerrors.IsForbidden(err) {
					t.Errorf("%s: want it forbidden, got: %v", reason, err)
				}
			}
		})
	}
}
