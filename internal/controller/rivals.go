// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// rivalLists knows the scopes of a kind whose controllers are running. A scope
// whose CRD is not installed has no resources to list.
type rivalLists struct {
	sync.Mutex

	lists []client.ObjectList
}

func newRivalLists() *rivalLists { return &rivalLists{} }

func (r *rivalLists) add(list client.ObjectList) {
	r.Lock()
	defer r.Unlock()
	r.lists = append(r.lists, list)
}

// rivals lists the managed resources of all running scopes that ask for a key.
func (r *rivalLists) rivals(c client.Reader, configs external.ConfigResolver) func(context.Context, string) ([]external.Rival, error) {
	return func(ctx context.Context, key string) ([]external.Rival, error) {
		r.Lock()
		lists := append([]client.ObjectList(nil), r.lists...)
		r.Unlock()
		var out []external.Rival
		for _, prototype := range lists {
			list, ok := prototype.DeepCopyObject().(client.ObjectList)
			if !ok {
				return nil, errors.Errorf("cannot copy a %T", prototype)
			}
			if err := c.List(ctx, list, client.MatchingFields{keyIndex: key}); err != nil {
				return nil, errors.Wrap(err, "cannot list resources by key")
			}
			items, ok := list.(resource.ManagedList)
			if !ok {
				return nil, errors.Errorf("%T is not a list of managed resources", list)
			}
			for _, mg := range items.GetItems() {
				out = append(out, external.RivalOf(ctx, configs, mg))
			}
		}
		return out, nil
	}
}
