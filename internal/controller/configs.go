// SPDX-License-Identifier: Apache-2.0

package controller

import (
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

func (k configKind) start(mgr ctrl.Manager, o Options) error {
	name := xpproviderconfig.ControllerName(k.config.GroupKind().String())
	r := &providerconfig.Reconciler{Client: mgr.GetClient(), NewConfig: k.newConfig, NewUsages: k.newUsages, Kind: k.label}
	return ctrl.NewControllerManagedBy(mgr).
		Named(name).
		WithOptions(o.controllerOptions()).
		For(k.newConfig()).
		Watches(k.newUsage(), &resource.EnqueueRequestForProviderConfig{Kind: k.label}).
		Complete(r)
}

// clusterConfigs and namespacedConfigs are what a kind of the scope may refer
// to and writes.
func clusterConfigs() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		clusterv1beta1.ProviderConfigGroupVersionKind, clusterv1beta1.ProviderConfigUsageGroupVersionKind,
	}
}

func namespacedConfigs() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		namespacedv1beta1.ProviderConfigGroupVersionKind, namespacedv1beta1.ClusterProviderConfigGroupVersionKind,
		namespacedv1beta1.ProviderConfigUsageGroupVersionKind,
	}
}
