// SPDX-License-Identifier: Apache-2.0

package kubeclient

import (
	"context"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A statusWriter writes the status of objects where it changed in meaning.
type statusWriter struct {
	client.SubResourceWriter

	client *Client
}

// Update writes the status of an object unless that would change nothing. In
// either case the object is afterwards as it is stored.
func (w *statusWriter) Update(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	if len(opts) == 0 && w.stored(ctx, obj) {
		return nil
	}
	err := w.SubResourceWriter.Update(ctx, obj, opts...)
	w.client.note(obj, err)
	return err
}

// Patch patches the status of an object.
func (w *statusWriter) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	err := w.SubResourceWriter.Patch(ctx, obj, patch, opts...)
	w.client.note(obj, err)
	return err
}

// stored is true if the status of the object is what is stored, as far as the
// cache can be trusted. The object is then as it is stored.
func (w *statusWriter) stored(ctx context.Context, obj client.Object) bool {
	kind, err := w.client.GroupVersionKindFor(obj)
	if err != nil {
		return false
	}
	empty, err := w.client.Scheme().New(kind)
	if err != nil {
		return false
	}
	cached, ok := empty.(client.Object)
	if !ok || reflect.TypeOf(cached) != reflect.TypeOf(obj) {
		return false
	}
	if err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), cached); err != nil {
		return false
	}
	if cached.GetUID() != obj.GetUID() || cached.GetResourceVersion() != obj.GetResourceVersion() ||
		!w.client.current(kind, cached) || !sameStatus(cached, obj) {
		return false
	}
	reflect.ValueOf(obj).Elem().Set(reflect.ValueOf(cached).Elem())
	return true
}

// sameStatus is true if the status of two objects means the same. When a
// condition that is the same became so is not a part of its meaning: it was
// set to something else and back within one reconciliation.
func sameStatus(a, b client.Object) bool {
	sa, errA := meaning(a)
	sb, errB := meaning(b)
	return errA == nil && errB == nil && equality.Semantic.DeepEqual(sa, sb)
}

func meaning(obj client.Object) (map[string]any, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		return nil, err
	}
	status, ok := content["status"].(map[string]any)
	if !ok {
		return map[string]any{}, nil
	}
	if conditions, ok := status["conditions"].([]any); ok {
		timeless := make([]any, 0, len(conditions))
		for _, c := range conditions {
			if c, ok := c.(map[string]any); ok {
				c = maps.Clone(c)
				delete(c, "lastTransitionTime")
				timeless = append(timeless, c)
			}
		}
		status = maps.Clone(status)
		status["conditions"] = timeless
	}
	return status, nil
}
