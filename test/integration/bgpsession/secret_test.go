// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestConnectionSecretIsRepaired has somebody spoil a connection Secret in one
// way or the other: it is as it was after the next poll.
func TestConnectionSecretIsRepaired(t *testing.T) {
	t.Parallel()
	patch := func(patch string) func(context.Context, *corev1.Secret) error {
		return func(ctx context.Context, s *corev1.Secret) error {
			return kube.Patch(ctx, s.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)))
		}
	}
	spoil := map[string]func(context.Context, *corev1.Secret) error{
		"deleted":    func(ctx context.Context, s *corev1.Secret) error { return kube.Delete(ctx, s.DeepCopy()) },
		"changed":    patch(`{"stringData":{"customerIp":"192.0.2.1"}}`),
		"completed":  patch(`{"stringData":{"more":"than there is"}}`),
		"incomplete": patch(`{"data":{"customerIp":null}}`),
		"disowned":   patch(`{"metadata":{"ownerReferences":null}}`),
	}
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		ref := map[string]any{"name": "bgp"}
		if !tn.namespaced {
			ref["namespace"] = tn.name
		}
		u := tn.ready(nil, map[string]any{"writeConnectionSecretToRef": ref})
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: tn.name, Name: "bgp"}}
		if err := kube.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
			t.Fatal(err)
		}
		if owner := metav1.GetControllerOf(secret); owner == nil || owner.UID != tn.stored(u).GetUID() {
			t.Errorf("the Secret belongs to %v, want the session", owner)
		}
		for what, do := range spoil {
			if err := do(t.Context(), secret); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			await(t.Context(), t, what+": repair of the Secret", func(ctx context.Context) error {
				got := &corev1.Secret{}
				if err := kube.Get(ctx, client.ObjectKeyFromObject(secret), got); err != nil {
					return err
				}
				if diff := cmp.Diff(secret.Data, got.Data); diff != "" || metav1.GetControllerOf(got) == nil {
					return fmt.Errorf("owner: %v, data: -want, +got:\n%s", metav1.GetControllerOf(got), diff)
				}
				return nil
			})
		}
		tn.awaitReady(u)
	})
}
