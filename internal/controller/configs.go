// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpproviderconfig "github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/providerconfig"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// A configKind is a kind of configuration and the kind that records its usage.
type configKind struct {
	config, usage schema.GroupVersionKind
	newConfig     func() resource.ProviderConfig
	newUsage      func() client.Object
	newUsages     func() resource.ProviderConfigUsageList
	// label is the kind by which usages are labelled, "" if they carry none.
	label string
}

func configKinds() []configKind {
	namespacedUsage := func() client.Object { return &namespacedv1beta1.ProviderConfigUsage{} }
	namespacedUsages := func() resource.ProviderConfigUsageList { return &namespacedv1beta1.ProviderConfigUsageList{} }
	return []configKind{
		{
			config:    clusterv1beta1.ProviderConfigGroupVersionKind,
			usage:     clusterv1beta1.ProviderConfigUsageGroupVersionKind,
			newConfig: func() resource.ProviderConfig { return &clusterv1beta1.ProviderConfig{} },
			newUsage:  func() client.Object { return &clusterv1beta1.ProviderConfigUsage{} },
			newUsages: func() resource.ProviderConfigUsageList { return &clusterv1beta1.ProviderConfigUsageList{} },
		},
		{
			config:    namespacedv1beta1.ProviderConfigGroupVersionKind,
			usage:     namespacedv1beta1.ProviderConfigUsageGroupVersionKind,
			newConfig: func() resource.ProviderConfig { return &namespacedv1beta1.ProviderConfig{} },
			newUsage:  namespacedUsage, newUsages: namespacedUsages,
			label: "ProviderConfig",
		},
		{
			config:    namespacedv1beta1.ClusterProviderConfigGroupVersionKind,
			usage:     namespacedv1beta1.ProviderConfigUsageGroupVersionKind,
			newConfig: func() resource.ProviderConfig { return &namespacedv1beta1.ClusterProviderConfig{} },
			newUsage:  namespacedUsage, newUsages: namespacedUsages,
			label: "ClusterProviderConfig",
		},
	}
}

func (k configKind) start(mgr ctrl.Manager, o Options, s *services) error {
	name := xpproviderconfig.ControllerName(k.config.GroupKind().String())
	r := &providerconfig.Reconciler{Client: mgr.GetClient(), NewConfig: k.newConfig, NewUsages: k.newUsages, Kind: k.label}
	r.Gone = s.configs.Forget
	r.Dependents = func(ctx context.Context, config client.Object) ([]providerconfig.User, error) {
		return s.users.of(ctx, k.config.Group, k.config.Kind, config)
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named(name).
		WithOptions(o.controllerOptions()).
		For(k.newConfig()).
		Watches(k.newUsage(), &resource.EnqueueRequestForProviderConfig{Kind: k.label}).
		Complete(r)
}

// configsOf are the kinds of configurations that resources of a group may
// refer to.
func configsOf(group string) []configKind {
	return slices.DeleteFunc(configKinds(), func(k configKind) bool { return k.config.Group != group })
}

// needs are the kinds that must be served before a controller of a managed
// resource starts: its own, and those that it refers to and writes.
func needs(gvk schema.GroupVersionKind) []schema.GroupVersionKind {
	out := []schema.GroupVersionKind{gvk}
	for _, k := range configsOf(gvk.Group) {
		out = append(out, k.config)
		if !slices.Contains(out, k.usage) {
			out = append(out, k.usage)
		}
	}
	return out
}
