// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// rivals lists the managed resources of a kind, in both scopes, that ask for a
// key.
//
// The controllers of the two scopes start one after the other, each when its
// CRD is seen. Until then the resources of its scope are not in the cache, but
// they may well manage objects: they are read live as soon as the CRD is
// there. A scope whose CRD is not installed has no resources.
type rivals struct {
	scopes  []schema.GroupVersionKind
	cached  client.Reader
	live    client.Reader
	configs external.ConfigResolver
	keyOf   func(resource.Managed) string
	newList func(schema.GroupVersionKind) (client.ObjectList, error)

	mu      sync.Mutex
	indexed map[schema.GroupVersionKind]bool
}

// add says that the resources of a scope are in the cache from now on, indexed
// by their key.
func (r *rivals) add(scope schema.GroupVersionKind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.indexed == nil {
		r.indexed = map[schema.GroupVersionKind]bool{}
	}
	r.indexed[scope] = true
}

func (r *rivals) isIndexed(scope schema.GroupVersionKind) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.indexed[scope]
}

// list returns all that ask for the key, or may, as seen by who asks at an
// endpoint: one whose key cannot be told has not been observed, and counts if it
// was the first to claim the key.
func (r *rivals) list(ctx context.Context, endpoint, key string) ([]external.Rival, error) {
	var out []external.Rival
	for _, scope := range r.scopes {
		found, err := r.listScope(ctx, scope, key)
		if err != nil {
			return nil, errors.Wrapf(err, "cannot list %s by key", scope.GroupKind())
		}
		for _, mg := range found {
			out = append(out, external.RivalOf(ctx, r.configs, endpoint, mg))
		}
	}
	return out, nil
}

func (r *rivals) listScope(ctx context.Context, scope schema.GroupVersionKind, key string) ([]resource.Managed, error) {
	if r.isIndexed(scope) {
		known, err := r.read(ctx, r.cached, scope, client.MatchingFields{keyIndex: key})
		if err != nil {
			return nil, err
		}
		unknown, err := r.read(ctx, r.cached, scope, client.MatchingFields{keyIndex: unknownKey})
		return append(known, unknown...), err
	}
	definition, _ := meta.UnsafeGuessKindToResource(scope)
	err := r.cached.Get(ctx, types.NamespacedName{Name: definition.GroupResource().String()}, &extv1.CustomResourceDefinition{})
	if err != nil {
		return nil, resource.IgnoreNotFound(err)
	}
	all, err := r.read(ctx, r.live, scope)
	if meta.IsNoMatchError(err) || kerrors.IsNotFound(err) {
		// The definition is there and not yet served.
		return nil, nil
	}
	var out []resource.Managed
	for _, mg := range all {
		if k := r.keyOf(mg); k == key || k == "" {
			out = append(out, mg)
		}
	}
	return out, err
}

// read makes no copies of what is in a cache: rivals are only looked at.
func (r *rivals) read(ctx context.Context, from client.Reader, scope schema.GroupVersionKind, opts ...client.ListOption) ([]resource.Managed, error) {
	list, err := r.newList(scope)
	if err != nil {
		return nil, err
	}
	if err := from.List(ctx, list, append(opts, client.UnsafeDisableDeepCopy)...); err != nil {
		return nil, err
	}
	items, ok := list.(resource.ManagedList)
	if !ok {
		return nil, errors.Errorf("%T is not a list of managed resources", list)
	}
	return items.GetItems(), nil
}
