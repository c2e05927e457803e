// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// known reads resources for references to them. It hides an external name that
// somebody gave to a resource until that is known to be its object's: else what
// refers to it would act on an object that the resource itself refuses.
type known struct{ client.Reader }

// Get reads a resource.
func (k known) Get(ctx context.Context, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	if err := k.Reader.Get(ctx, key, obj, opts...); err != nil {
		return err //nolint:wrapcheck // As if there was nothing in between.
	}
	hideUnknown(obj)
	return nil
}

// List reads resources.
func (k known) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	if err := k.Reader.List(ctx, list, opts...); err != nil {
		return err //nolint:wrapcheck // As if there was nothing in between.
	}
	if all, ok := list.(resource.ManagedList); ok {
		for _, mg := range all.GetItems() {
			hideUnknown(mg)
		}
	}
	return nil
}

// hideUnknown removes an external name that is not known to be right.
func hideUnknown(obj client.Object) {
	if mg, ok := obj.(resource.Managed); ok && KnownName(mg) == "" {
		meta.RemoveAnnotations(mg, meta.AnnotationKeyExternalName)
	}
}

// KnownName is the external name of a managed resource, if others may act on its
// object: it was observed, where the configuration leads, or made just now. It is
// empty otherwise.
func KnownName(mg resource.Managed) string {
	name, ready := meta.GetExternalName(mg), Reason(mg.GetCondition(xpv1.TypeReady).Reason)
	if name == "" {
		return ""
	}
	seen, err := loadState[Identity](mg)
	switch {
	case err != nil, ready == ReasonElsewhere:
		return ""
	case strings.EqualFold(seen.ID, name):
		return name
	case seen.ID == "" && ready != ReasonMismatch && !meta.GetExternalCreateSucceeded(mg).IsZero():
		return name
	default:
		return ""
	}
}
