// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// Indexes of the cache: managed resources by the key they ask for, by kind and
// name of their configuration, and by namespace and name of the ConfigMaps that
// they name; configurations, and managed resources, by namespace and name of
// the Secrets that they name.
const (
	keyIndex       = "packet.crossplane.io/key"
	configIndex    = "packet.crossplane.io/config"
	configMapIndex = "packet.crossplane.io/configmap"
	secretIndex    = "packet.crossplane.io/secret"
)

// unknownKey stands in the index for a key that cannot be told, for it depends
// on a Secret or on what a reference stands for.
const unknownKey = "?"

// byKey indexes managed resources.
func byKey(keyOf func(resource.Managed) string) client.IndexerFunc {
	return func(obj client.Object) []string {
		mg, ok := obj.(resource.Managed)
		if !ok {
			return nil
		}
		return []string{cmp.Or(keyOf(mg), unknownKey)}
	}
}

func configKey(kind, name string) string { return kind + "/" + name }

// byConfig indexes managed resources.
func byConfig(obj client.Object) []string {
	mg, ok := obj.(resource.Managed)
	if !ok {
		return nil
	}
	kind, name, err := providerconfig.ReferenceOf(mg)
	if err != nil {
		return nil
	}
	return []string{configKey(kind, name)}
}

// bySecret indexes configurations.
func bySecret(obj client.Object) []string {
	name, ok := providerconfig.SecretOf(obj)
	if !ok {
		return nil
	}
	return []string{name.String()}
}

// byArgument indexes managed resources by the Secrets that hold arguments, or
// by the ConfigMaps.
func byArgument(holders func(resource.Managed) []types.NamespacedName) client.IndexerFunc {
	return func(obj client.Object) []string {
		mg, ok := obj.(resource.Managed)
		if !ok {
			return nil
		}
		var out []string
		for _, name := range holders(mg) {
			out = append(out, name.String())
		}
		return out
	}
}

// namesConfigMaps reports whether a kind has an argument that a ConfigMap can
// hold.
func namesConfigMaps(managed client.Object) bool {
	spec, ok := reflect.TypeOf(managed).Elem().FieldByName("Spec")
	if !ok {
		return false
	}
	arguments, ok := spec.Type.FieldByName("ForProvider")
	return ok && slices.ContainsFunc(reflect.VisibleFields(arguments.Type), func(f reflect.StructField) bool {
		return strings.HasSuffix(f.Name, "ConfigMapRef")
	})
}

// secretIndexes have the cache index configurations by Secret: each kind once,
// although resources of several kinds refer to them.
type secretIndexes struct {
	mu   sync.Mutex
	done map[schema.GroupVersionKind]bool
}

func (s *secretIndexes) add(indexer client.FieldIndexer, gvk schema.GroupVersionKind, config client.Object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done[gvk] {
		return nil
	}
	if err := indexer.IndexField(context.Background(), config, secretIndex, bySecret); err != nil {
		return errors.Wrapf(err, "cannot index %s by Secret", gvk.Kind)
	}
	s.done[gvk] = true
	return nil
}
