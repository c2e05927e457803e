// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"context"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestComposite(t *testing.T) {
	machine := newObject("Machine", "composite", "large")
	create(t, machine)
	part := composed(t, namespacedGroup, of(machine))
	if part.GetNamespace() != machine.GetNamespace() {
		t.Errorf("want the part in the namespace of the composite, got %q", part.GetNamespace())
	}
	if !metav1.IsControlledBy(part, machine) {
		t.Errorf("want the composite to own the part, got owners %v", part.GetOwnerReferences())
	}
	if got := field(t, part, "spec", "size"); got != "large" {
		t.Errorf("want the size that the composite says, got %q", got)
	}

	await(t, "the composite is in accordance", has(machine, "Synced", "True"))
	await(t, "the composite is not Ready before its part is", has(machine, "Ready", "False"))
	finish(t, part, "s-1")
	ready(t, machine, "s-1")

	if err := kube.Patch(t.Context(), machine, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"size":"small"}}`))); err != nil {
		t.Fatalf("cannot change the composite: %v", err)
	}
	uid := part.GetUID()
	await(t, "the change reaches the part", func(ctx context.Context) error {
		err := kube.Get(ctx, client.ObjectKeyFromObject(part), part)
		if size := field(t, part, "spec", "size"); err == nil && size != "small" {
			err = fmt.Errorf("its size is %q", size)
		}
		return err
	})
	if part.GetUID() != uid {
		t.Error("the part was replaced, not changed")
	}

	remove(t, machine)
	await(t, "the composite goes", gone(machine))
	await(t, "the part goes with the composite", gone(part))
}

func TestClaim(t *testing.T) {
	claim := newObject("Claimable", "claim", "small")
	if err := unstructured.SetNestedField(claim.Object, "claimed", "spec", "writeConnectionSecretToRef", "name"); err != nil {
		t.Fatalf("cannot ask for a secret: %v", err)
	}
	create(t, claim)
	part := composed(t, clusterGroup, client.MatchingLabels{"crossplane.io/claim-namespace": "default", "crossplane.io/claim-name": "claim"})
	if got := field(t, part, "spec", "size"); got != "small" {
		t.Errorf("want the size that the claim says, got %q", got)
	}
	finish(t, part, "s-2")
	ready(t, claim, "s-2")

	composite := newObject("XClaimable", field(t, claim, "spec", "resourceRef", "name"), "")
	composite.SetNamespace("")
	ready(t, composite, "s-2")

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "claimed"}}
	await(t, "the secret of the claim has what the part offers", func(ctx context.Context) error {
		err := kube.Get(ctx, client.ObjectKeyFromObject(secret), secret)
		if got := string(secret.Data["serial"]); err == nil && got != "s-2" {
			err = fmt.Errorf("it says %q", got)
		}
		return err
	})

	remove(t, claim)
	await(t, "the claim goes", gone(claim))
	await(t, "the composite goes with the claim", gone(composite))
	await(t, "the part goes with the composite", gone(part))
	await(t, "the secret goes with the claim", gone(secret))
}
