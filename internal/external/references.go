// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
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
	before, ok := mg.DeepCopyObject().(client.Object)
	if !ok {
		return errors.Errorf("cannot copy a %T", mg)
	}
	if err := referrer.ResolveReferences(ctx, r.Client); err != nil {
		return errors.Wrap(err, "a resource that is referred to is not there or has no id yet")
	}
	if equality.Semantic.DeepEqual(before, mg) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return errors.Wrap(r.Client.Patch(ctx, mg, patch), "cannot record what the references stand for")
}
