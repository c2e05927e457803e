// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/apis/shared"
)

// The kinds of configurations, two of which have the same name.
const (
	kindProviderConfig        = "ProviderConfig"
	kindClusterProviderConfig = "ClusterProviderConfig"
)

// config is a configuration of any of the three kinds.
type config struct {
	shared.ProviderConfigSpec

	// kind and name for messages.
	kind, name string
	// namespace of the configuration; empty for those without one.
	namespace string
	uid       types.UID
}

// configOf returns the configuration that the object is, if it is one.
func configOf(obj client.Object) (config, bool) {
	c := config{kind: kindProviderConfig, name: obj.GetName(), namespace: obj.GetNamespace(), uid: obj.GetUID()}
	switch pc := obj.(type) {
	case *clusterv1beta1.ProviderConfig:
		c.ProviderConfigSpec = pc.Spec
	case *namespacedv1beta1.ProviderConfig:
		c.ProviderConfigSpec = pc.Spec
	case *namespacedv1beta1.ClusterProviderConfig:
		c.ProviderConfigSpec, c.kind = pc.Spec, kindClusterProviderConfig
	default:
		return config{}, false
	}
	return c, true
}

func (c config) reference() string { return c.kind + " " + c.name }

// secret is the Secret with the key. A namespaced configuration reads from its
// own namespace, whatever else it says.
func (c config) secret() types.NamespacedName {
	ref := c.Credentials.SecretRef
	if c.namespace != "" {
		return types.NamespacedName{Namespace: c.namespace, Name: ref.Name}
	}
	return types.NamespacedName{Namespace: ptr.Deref(ref.Namespace, ""), Name: ref.Name}
}

// SecretOf returns the Secret that a configuration of any kind names, and
// whether it names one.
func SecretOf(obj client.Object) (types.NamespacedName, bool) {
	c, ok := configOf(obj)
	if !ok || c.Credentials.Source != xpv1.CredentialsSourceSecret || c.Credentials.SecretRef == nil {
		return types.NamespacedName{}, false
	}
	return c.secret(), true
}

// ReferenceOf returns the kind and the name of the configuration that a managed
// resource of either scope refers to.
func ReferenceOf(mg resource.Managed) (kind, name string, err error) {
	switch mg := mg.(type) {
	case resource.ModernManaged:
		if ref := mg.GetProviderConfigReference(); ref != nil {
			return ref.Kind, ref.Name, nil
		}
	case resource.LegacyManaged:
		if ref := mg.GetProviderConfigReference(); ref != nil {
			return kindProviderConfig, ref.Name, nil
		}
	}
	return "", "", errors.New("spec.providerConfigRef is not set; name a configuration")
}
