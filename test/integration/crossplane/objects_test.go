// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The groups of what is composed, of either scope.
const (
	clusterGroup    = "test.packet.crossplane.io"
	namespacedGroup = "test.packet.m.crossplane.io"
)

// newObject returns a composite or a claim in the namespace default.
func newObject(kind, name, size string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"size": size}}}
	obj.SetAPIVersion("example.org/v1")
	obj.SetKind(kind)
	obj.SetNamespace("default")
	obj.SetName(name)
	return obj
}

// create creates a composite or a claim once its kind is known.
func create(t *testing.T, obj *unstructured.Unstructured) {
	t.Helper()
	await(t, "create "+obj.GetName(), func(ctx context.Context) error { return kube.Create(ctx, obj) })
}

// composed waits until there is a part with the labels and returns it.
func composed(t *testing.T, group string, labels client.MatchingLabels) *unstructured.Unstructured {
	t.Helper()
	var all []unstructured.Unstructured
	await(t, fmt.Sprintf("find the part of %v", labels), func(ctx context.Context) error {
		var err error
		if all, err = parts(ctx, group, labels); err == nil && len(all) == 0 {
			err = fmt.Errorf("there is none")
		}
		return err
	})
	if len(all) != 1 {
		t.Fatalf("want one part with labels %v, got %d", labels, len(all))
	}
	return &all[0]
}

func parts(ctx context.Context, group string, labels client.MatchingLabels) ([]unstructured.Unstructured, error) {
	list := &unstructured.UnstructuredList{}
	list.SetAPIVersion(group + "/v1")
	list.SetKind("PartList")
	err := kube.List(ctx, list, labels)
	return list.Items, err
}

// of is the label of what a composite consists of.
func of(composite *unstructured.Unstructured) client.MatchingLabels {
	return client.MatchingLabels{"crossplane.io/composite": composite.GetName()}
}

// finish makes a part Ready, as its provider would.
func finish(t *testing.T, part *unstructured.Unstructured, serial string) {
	t.Helper()
	before := part.DeepCopy()
	part.Object["status"] = map[string]any{"serial": serial, "conditions": []any{map[string]any{
		"type": "Ready", "status": "True", "reason": "Available", "lastTransitionTime": metav1.Now().UTC().Format(time.RFC3339),
	}}}
	if err := kube.Status().Patch(t.Context(), part, client.MergeFrom(before)); err != nil {
		t.Fatalf("cannot make part %s Ready: %v", part.GetName(), err)
	}
}

// field returns a text of an object, empty if it has none.
func field(t *testing.T, obj *unstructured.Unstructured, path ...string) string {
	t.Helper()
	text, _, err := unstructured.NestedString(obj.Object, path...)
	if err != nil {
		t.Fatalf("cannot read %v of %s: %v", path, obj.GetName(), err)
	}
	return text
}

// ready waits until an object is as it should be and has taken over the serial
// number of its part.
func ready(t *testing.T, obj *unstructured.Unstructured, serial string) {
	t.Helper()
	await(t, obj.GetName()+" becomes Ready", has(obj, "Synced", "True"))
	await(t, obj.GetName()+" becomes Ready", has(obj, "Ready", "True"))
	if got := field(t, obj, "status", "serial"); got != serial {
		t.Errorf("want the serial number %q in the status of %s, got %q", serial, obj.GetName(), got)
	}
}

func remove(t *testing.T, obj *unstructured.Unstructured) {
	t.Helper()
	if err := kube.Delete(t.Context(), obj); err != nil {
		t.Fatalf("cannot delete %s: %v", obj.GetName(), err)
	}
}
