// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestConfigInUse has a configuration deleted while a session uses it: it stays
// and works until the session is gone, and then goes by itself.
func TestConfigInUse(t *testing.T) {
	t.Parallel()
	for _, s := range []scope{clusterScope, namespacedScope, sharedScope} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			tn := newFixture(t).tenant(s)
			u := tn.ready(nil, nil)
			tn.awaitConfig("counting its user", users(1))
			if err := kube.Delete(t.Context(), tn.config.DeepCopy()); err != nil {
				t.Fatal(err)
			}
			tn.awaitConfig("saying why it stays", func(c *unstructured.Unstructured) error {
				conditions, _, err := unstructured.NestedSlice(c.Object, "status", "conditions")
				for _, one := range conditions {
					if one, ok := one.(map[string]any); ok && one["type"] == "Terminating" && one["status"] == "True" {
						return nil
					}
				}
				return fmt.Errorf("want condition Terminating, got %v and error %w", conditions, err)
			})
			tn.settle(tn.token)
			tn.awaitReady(u)
			tn.delete(u)
			await(t.Context(), t, "deletion of the configuration", gone(tn.config))
			tn.wantChanges("the session was deleted with the configuration's key", map[string]int{"POST": 1, "DELETE": 1})
		})
	}
}

// awaitConfig waits until the tenant's configuration is as wanted.
func (tn *tenant) awaitConfig(what string, check func(*unstructured.Unstructured) error) {
	tn.t.Helper()
	await(tn.t.Context(), tn.t, what, func(ctx context.Context) error {
		c := tn.config.DeepCopy()
		if err := kube.Get(ctx, client.ObjectKeyFromObject(c), c); err != nil {
			return err
		}
		return check(c)
	})
}

// users wants a number of users of a configuration.
func users(want int64) func(*unstructured.Unstructured) error {
	return func(c *unstructured.Unstructured) error {
		if got, _, err := unstructured.NestedInt64(c.Object, "status", "users"); err != nil || got != want {
			return fmt.Errorf("want %d users, got %d and error %w", want, got, err)
		}
		return nil
	}
}
