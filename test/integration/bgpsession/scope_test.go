// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A scope is one of the ways in which a BgpSession and its configuration can
// be written.
type scope struct {
	name       string
	group      string
	namespaced bool
	// config is the kind of the configuration; configNamespaced is true if it
	// stands in a namespace.
	config           string
	configNamespaced bool
}

var (
	clusterScope    = scope{name: "Cluster", group: "packet.crossplane.io", config: "ProviderConfig"}
	namespacedScope = scope{name: "Namespaced", group: "packet.m.crossplane.io", namespaced: true, config: "ProviderConfig", configNamespaced: true}
	// sharedScope is a namespaced session with a configuration that all
	// namespaces share.
	sharedScope = scope{name: "NamespacedShared", group: "packet.m.crossplane.io", namespaced: true, config: "ClusterProviderConfig"}
)

func (s scope) session() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: s.group, Version: "v1alpha1", Kind: "BgpSession"}
}

func (s scope) providerConfig() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: s.group, Version: "v1beta1", Kind: s.config}
}

// inBothScopes runs a test for each scope, with a tenant on an API of its own.
func inBothScopes(t *testing.T, test func(t *testing.T, tn *tenant)) {
	t.Helper()
	for _, s := range []scope{clusterScope, namespacedScope} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(t).tenant(s))
		})
	}
}
