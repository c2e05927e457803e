// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"encoding/json"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// A Finalizer adds and removes the finalizer of managed resources. With the
// finalizer it persists what Observe recorded: of an object that it adopted the
// external name and that the creation succeeded, and where one is going to be
// created.
//
// It patches metadata only. The one of crossplane-runtime updates the whole
// object, which erases the conditions and the observation that Observe just
// set in memory.
type Finalizer struct {
	Client client.Client
	// Removed is told of each managed resource that is let go. Nil if nobody
	// wants to know.
	Removed func(ctx context.Context, mg resource.Managed)
}

// AddFinalizer persists the finalizer and what Observe recorded. It writes
// nothing if all of it is there.
func (f *Finalizer) AddFinalizer(ctx context.Context, obj resource.Object) error {
	stored, ok := obj.DeepCopyObject().(client.Object)
	if !ok {
		return errors.Errorf("cannot copy a %T", obj)
	}
	if err := f.Client.Get(ctx, client.ObjectKeyFromObject(obj), stored); err != nil {
		return errors.Wrap(err, "cannot read the stored resource")
	}
	annotations := map[string]string{}
	for _, k := range []string{meta.AnnotationKeyExternalName, meta.AnnotationKeyExternalCreateSucceeded, AnnotationCreationPlace} {
		if v := obj.GetAnnotations()[k]; v != "" && v != stored.GetAnnotations()[k] {
			annotations[k] = v
		}
	}
	has := slices.Contains(stored.GetFinalizers(), managed.FinalizerName)
	if has && len(annotations) == 0 {
		return nil
	}
	finalizers := stored.GetFinalizers()
	if !has {
		finalizers = append(finalizers, managed.FinalizerName)
	}
	return f.patch(ctx, obj, map[string]any{"finalizers": finalizers, "annotations": annotations})
}

// RemoveFinalizer lets Kubernetes delete the managed resource.
func (f *Finalizer) RemoveFinalizer(ctx context.Context, obj resource.Object) error {
	if !meta.FinalizerExists(obj, managed.FinalizerName) {
		return nil
	}
	rest := slices.DeleteFunc(slices.Clone(obj.GetFinalizers()), func(s string) bool { return s == managed.FinalizerName })
	if err := resource.IgnoreNotFound(f.patch(ctx, obj, map[string]any{"finalizers": rest})); err != nil {
		return err
	}
	if mg, ok := obj.(resource.Managed); ok && f.Removed != nil {
		f.Removed(ctx, mg)
	}
	return nil
}

// patch changes metadata of the version that was reconciled, and of no later
// one, and takes over the result without touching the rest of the object.
func (f *Finalizer) patch(ctx context.Context, obj resource.Object, metadata map[string]any) error {
	metadata["resourceVersion"] = obj.GetResourceVersion()
	raw, err := json.Marshal(map[string]any{"metadata": metadata})
	if err != nil {
		return errors.Wrap(err, "cannot write the metadata")
	}
	stored, ok := obj.DeepCopyObject().(client.Object)
	if !ok {
		return errors.Errorf("cannot copy a %T", obj)
	}
	if err := f.Client.Patch(ctx, stored, client.RawPatch(types.MergePatchType, raw)); err != nil {
		return errors.Wrap(err, "cannot change the metadata")
	}
	obj.SetResourceVersion(stored.GetResourceVersion())
	obj.SetFinalizers(stored.GetFinalizers())
	obj.SetAnnotations(stored.GetAnnotations())
	return nil
}
