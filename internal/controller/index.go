// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// Indexes of the cache: managed resources by kind and name of their
// configuration, and configurations, and managed resources, by namespace and
// name of the Secrets that they name.
const (
	configIndex = "packet.crossplane.io/config"
	secretIndex = "packet.crossplane.io/secret"
)

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

// byArgument indexes managed resources by the Secrets that hold arguments.
func byArgument(obj client.Object) []string {
	mg, ok := obj.(resource.Managed)
	if !ok {
		return nil
	}
	var out []string
	for _, name := range external.SecretsOf(mg) {
		out = append(out, name.String())
	}
	return out
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
