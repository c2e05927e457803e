// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// References fills the arguments that references and selectors stand for, and
// persists them.
//
// It patches what changed and nothing else. The one of crossplane-runtime
// applies all resolved arguments as one set, so that when one of several
// references changes, another resolved argument can be deleted.
type References struct {
	Client client.Client
}

// refersToOwn is an error if a namespaced resource refers to one of another
// namespace: the types that Crossplane's runtime has for references allow that,
// and what is in a namespace is nobody's to know outside of it.
func refersToOwn(mg resource.Managed) error {
	if mg.GetNamespace() == "" {
		return nil
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return errors.Wrap(err, "cannot read the references")
	}
	for _, part := range []string{"forProvider", "initProvider"} {
		for field, value := range object(content, "spec", part) {
			if other := namespaceIn(value); other != "" && other != mg.GetNamespace() {
				return errors.Errorf("spec.%s.%s names the namespace %q; a resource refers to what is in its own namespace only: leave the namespace out", part, field, other)
			}
		}
	}
	return nil
}

// namespaceIn is the first namespace that a value of a manifest names.
func namespaceIn(value any) string {
	switch value := value.(type) {
	case []any:
		for _, v := range value {
			if n := namespaceIn(v); n != "" {
				return n
			}
		}
	case map[string]any:
		if n, ok := value["namespace"].(string); ok && n != "" {
			return n
		}
		for _, v := range value {
			if n := namespaceIn(v); n != "" {
				return n
			}
		}
	}
	return ""
}

// ResolveReferences fills the arguments of a managed resource whose type has
// references. What could be resolved before another could not is resolved again
// the next time.
func (r *References) ResolveReferences(ctx context.Context, mg resource.Managed) error {
	referrer, ok := mg.(interface {
		ResolveReferences(ctx context.Context, c client.Reader) error
	})
	if !ok {
		return nil
	}
	if err := refersToOwn(mg); err != nil {
		return err
	}
	before, ok := mg.DeepCopyObject().(client.Object)
	if !ok {
		return errors.Errorf("cannot copy a %T", mg)
	}
	if err := referrer.ResolveReferences(ctx, known{r.Client}); err != nil {
		return errors.Wrap(err, "a resource that is referred to is not there or has no id yet")
	}
	if equality.Semantic.DeepEqual(before, mg) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return errors.Wrap(r.Client.Patch(ctx, mg, patch), "cannot record what the references stand for")
}
