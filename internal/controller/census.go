// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"sync"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// A census finds managed resources, and fails rather than to miss some.
//
// The controllers of kinds and scopes start one after the other, each when its
// CRD is seen. Until then its resources are not in the cache, but they may well
// manage objects and use configurations: they are read live as soon as the CRD
// is there. A kind whose CRD is not installed has no resources.
type census struct {
	cached  client.Reader
	live    client.Reader
	newList func(schema.GroupVersionKind) (client.ObjectList, error)

	mu      sync.Mutex
	indexed map[schema.GroupVersionKind]bool
}

// A question is for the resources that an index has under one of some values.
type question struct {
	index string
	by    client.IndexerFunc
	// values exclude each other.
	values []string
	// namespace of the resources; empty means any.
	namespace string
}

// add says that the cache has all indexes of the resources of a kind.
func (c *census) add(gvk schema.GroupVersionKind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.indexed == nil {
		c.indexed = map[schema.GroupVersionKind]bool{}
	}
	c.indexed[gvk] = true
}

func (c *census) isIndexed(gvk schema.GroupVersionKind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.indexed[gvk]
}

// find answers a question about one kind. What it returns may be shared with
// the cache: it is only to be looked at.
func (c *census) find(ctx context.Context, gvk schema.GroupVersionKind, q question) ([]resource.Managed, error) {
	if !c.isIndexed(gvk) {
		return c.findLive(ctx, gvk, q)
	}
	var out []resource.Managed
	for _, value := range q.values {
		found, err := c.list(ctx, c.cached, gvk, client.InNamespace(q.namespace), client.MatchingFields{q.index: value})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (c *census) findLive(ctx context.Context, gvk schema.GroupVersionKind, q question) ([]resource.Managed, error) {
	served, err := c.isServed(ctx, gvk)
	if err != nil || !served {
		return nil, err
	}
	all, err := c.list(ctx, c.live, gvk, client.InNamespace(q.namespace))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(mg resource.Managed) bool {
		return !slices.ContainsFunc(q.by(mg), func(value string) bool { return slices.Contains(q.values, value) })
	}), nil
}

// isServed reports whether resources of the kind can exist. Once its CRD is
// established they can, and a list that is refused all the same says nothing:
// a server that has just started may not have found the CRD yet.
func (c *census) isServed(ctx context.Context, gvk schema.GroupVersionKind) (bool, error) {
	definition, _ := meta.UnsafeGuessKindToResource(gvk)
	crd := &extv1.CustomResourceDefinition{}
	if err := c.cached.Get(ctx, types.NamespacedName{Name: definition.GroupResource().String()}, crd, client.UnsafeDisableDeepCopy); err != nil {
		return false, errors.Wrapf(resource.IgnoreNotFound(err), "cannot read the definition of %s", gvk.GroupKind())
	}
	return slices.ContainsFunc(crd.Status.Conditions, func(c extv1.CustomResourceDefinitionCondition) bool {
		return c.Type == extv1.Established && c.Status == extv1.ConditionTrue
	}), nil
}

// list makes no copies of what is in a cache.
func (c *census) list(ctx context.Context, from client.Reader, gvk schema.GroupVersionKind, opts ...client.ListOption) ([]resource.Managed, error) {
	list, err := c.newList(gvk)
	if err != nil {
		return nil, err
	}
	if err := from.List(ctx, list, append(opts, client.UnsafeDisableDeepCopy)...); err != nil {
		return nil, errors.Wrapf(err, "cannot list %s", gvk.GroupKind())
	}
	items, ok := list.(resource.ManagedList)
	if !ok {
		return nil, errors.Errorf("%T is not a list of managed resources", list)
	}
	return items.GetItems(), nil
}
