// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// users finds the managed resources of all kinds that refer to a
// configuration, whether or not they have recorded that they do.
type users struct {
	kinds  []schema.GroupVersionKind
	census *census
}

// of returns the resources that refer to a configuration of a group and kind.
// One that has a namespace is for the resources there. An error means that
// there may be more.
func (u *users) of(ctx context.Context, group, kind string, config client.Object) ([]providerconfig.User, error) {
	q := question{index: configIndex, by: byConfig, values: []string{configKey(kind, config.GetName())}, namespace: config.GetNamespace()}
	var out []providerconfig.User
	for _, gvk := range u.kinds {
		if gvk.Group != group {
			continue
		}
		found, err := u.census.find(ctx, gvk, q)
		if err != nil {
			return nil, err
		}
		for _, mg := range found {
			out = append(out, providerconfig.User{Kind: gvk.Kind, Namespace: mg.GetNamespace(), Name: mg.GetName()})
		}
	}
	return out, nil
}
