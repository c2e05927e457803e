// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"strings"

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

// keepReferences puts back what the user wrote: the resolver takes a reference
// that may stay unresolved, and does, out of the manifest.
func keepReferences(before runtime.Object, mg resource.Managed) error {
	was, err := runtime.DefaultUnstructuredConverter.ToUnstructured(before)
	if err != nil {
		return err //nolint:wrapcheck // The only caller says what failed.
	}
	is, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return err //nolint:wrapcheck // As above.
	}
	lost := false
	for _, part := range []string{"forProvider", "initProvider"} {
		lost = restore(object(was, "spec", part), object(is, "spec", part)) || lost
	}
	if !lost {
		return nil
	}
	return runtime.DefaultUnstructuredConverter.FromUnstructured(is, mg) //nolint:wrapcheck // As above.
}

// restore puts references that are missing back into a part of a manifest, and
// reports whether any were.
func restore(was, is any) (lost bool) {
	switch was := was.(type) {
	case []any:
		list, _ := is.([]any)
		for i := range min(len(was), len(list)) {
			lost = restore(was[i], list[i]) || lost
		}
	case map[string]any:
		fields, ok := is.(map[string]any)
		for name, value := range was {
			if _, there := fields[name]; ok && !there && isReference(name) {
				fields[name], lost = value, true
				continue
			}
			lost = restore(value, fields[name]) || lost
		}
	}
	return lost
}

func isReference(field string) bool {
	return strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs")
}

// standIns are the paths of the references and selectors of a manifest that stand
// for one id, by the arguments that they become. Those that stand for lists are
// not among them: a list may do without.
func standIns(content map[string]any) map[string]string {
	out := map[string]string{}
	for _, part := range []string{"initProvider", "forProvider"} {
		for field := range object(content, "spec", part) {
			argument, ok := strings.CutSuffix(field, "Ref")
			if !ok {
				argument, ok = strings.CutSuffix(field, "Selector")
			}
			if ok && strings.HasSuffix(argument, "Id") {
				out[argument] = "spec." + part + "." + field
			}
		}
	}
	return out
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
	if err := keepReferences(before, mg); err != nil {
		return errors.Wrap(err, "cannot keep the references")
	}
	if equality.Semantic.DeepEqual(before, mg) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return errors.Wrap(r.Client.Patch(ctx, mg, patch), "cannot record what the references stand for")
}
