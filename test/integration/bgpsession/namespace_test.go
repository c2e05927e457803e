// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestNamespaceDeletion deletes a namespace with all that is in it. Kubernetes
// deletes Secrets and usages at once, before the provider deleted what was made
// with them; the Secret goes first of all here. Nothing is left behind, neither
// upstream nor in Kubernetes.
func TestNamespaceDeletion(t *testing.T) {
	t.Parallel()
	for _, s := range []scope{namespacedScope, sharedScope} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			tn := newFixture(t).tenant(s)
			u := tn.ready(nil, nil)
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tn.name}}
			if err := kube.Delete(t.Context(), tn.secret); err != nil {
				t.Fatal(err)
			}
			await(t.Context(), t, "deletion of the Secret", gone(tn.secret))
			if err := kube.Delete(t.Context(), namespace); err != nil {
				t.Fatal(err)
			}
			await(t.Context(), t, "deletion of the session", gone(u))
			await(t.Context(), t, "deletion of the namespace", gone(namespace))
			if s.configNamespaced {
				await(t.Context(), t, "deletion of the configuration", gone(tn.config))
			}
			if left := tn.sim.Sessions(); len(left) != 0 {
				t.Errorf("the API still has %+v", left)
			}
		})
	}
}
