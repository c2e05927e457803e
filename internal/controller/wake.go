// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// A waker finds the managed resources of one kind and scope that a change of a
// configuration, or of a Secret or ConfigMap that it or they name, concerns.
// They are reconciled at once, whatever they wait for: who puts a valid key in
// place of a bad one need not wait for a poll, or for the end of a back-off.
type waker struct {
	// reader is the cache.
	reader client.Reader
	// resources is an empty list of the managed resources.
	resources client.ObjectList
	// configs are the configurations that they may refer to.
	configs []wakingConfig
	// configMaps is true if they may name ConfigMaps.
	configMaps bool
	log        logging.Logger
}

// A wakingConfig is a kind of configurations, with an empty object and list.
type wakingConfig struct {
	gvk    schema.GroupVersionKind
	object client.Object
	list   client.ObjectList
}

// newWaker returns a waker of the managed resources of a kind in one scope.
func newWaker(mgr ctrl.Manager, cache client.Reader, gvk schema.GroupVersionKind, log logging.Logger) (*waker, error) {
	managed, list, err := objects(mgr, gvk)
	if err != nil {
		return nil, err
	}
	w := &waker{reader: cache, resources: list, configMaps: namesConfigMaps(managed), log: log}
	for _, k := range configsOf(gvk.Group) {
		object, list, err := objects(mgr, k.config)
		if err != nil {
			return nil, err
		}
		w.configs = append(w.configs, wakingConfig{gvk: k.config, object: object, list: list})
	}
	return w, nil
}

// index has the cache find what a waker looks for.
func (w *waker) index(indexer client.FieldIndexer, managed client.Object, secrets *secretIndexes) error {
	for _, c := range w.configs {
		if err := secrets.add(indexer, c.gvk, c.object); err != nil {
			return err
		}
	}
	indexes := map[string]client.IndexerFunc{
		referenceIndex: byReference, configIndex: byConfig, secretIndex: byArgument(external.SecretsOf),
	}
	if w.configMaps {
		indexes[configMapIndex] = byArgument(external.ConfigMapsOf)
	}
	for name, by := range indexes {
		if err := indexer.IndexField(context.Background(), managed, name, by); err != nil {
			return errors.Wrapf(err, "cannot make the index %s", name)
		}
	}
	return nil
}

// watch has a controller woken. Of Secrets and ConfigMaps it sees metadata
// only.
func (w *waker) watch(b *builder.Builder) *builder.Builder {
	for _, c := range w.configs {
		wake := func(ctx context.Context, config client.Object) []reconcile.Request {
			return w.dependents(ctx, c.gvk.Kind, client.ObjectKeyFromObject(config))
		}
		b = b.Watches(c.object, handler.EnqueueRequestsFromMapFunc(wake), builder.WithPredicates(changed(client.Object.GetGeneration)))
	}
	anew := builder.WithPredicates(changed(client.Object.GetResourceVersion))
	if w.configMaps {
		b = b.WatchesMetadata(&corev1.ConfigMap{}, handler.EnqueueRequestsFromMapFunc(w.dependentsOfConfigMap), anew)
	}
	return b.WatchesMetadata(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(w.dependentsOfSecret), anew)
}

// changed passes on what is new and what differs in a version. What a
// controller finds when it starts is not new.
func changed[V comparable](version func(client.Object) V) predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return !e.IsInInitialList },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return version(e.ObjectOld) != version(e.ObjectNew) || e.ObjectOld.GetUID() != e.ObjectNew.GetUID()
		},
	}
}

// dependents are the managed resources that refer to a configuration. One that
// has a namespace is for the resources there.
func (w *waker) dependents(ctx context.Context, kind string, config types.NamespacedName) []reconcile.Request {
	return w.find(ctx, w.resources, client.InNamespace(config.Namespace), client.MatchingFields{configIndex: configKey(kind, config.Name)})
}

// dependentsOfSecret are the managed resources that name a Secret, or refer to
// a configuration that names it.
func (w *waker) dependentsOfSecret(ctx context.Context, secret client.Object) []reconcile.Request {
	naming := client.MatchingFields{secretIndex: client.ObjectKeyFromObject(secret).String()}
	out := w.find(ctx, w.resources, naming)
	for _, c := range w.configs {
		for _, config := range w.find(ctx, c.list, naming) {
			out = append(out, w.dependents(ctx, c.gvk.Kind, config.NamespacedName)...)
		}
	}
	return out
}

// dependentsOfConfigMap are the managed resources that name a ConfigMap.
func (w *waker) dependentsOfConfigMap(ctx context.Context, configMap client.Object) []reconcile.Request {
	return w.find(ctx, w.resources, client.MatchingFields{configMapIndex: client.ObjectKeyFromObject(configMap).String()})
}

// find returns the names of objects in the cache, of which it makes no copies.
func (w *waker) find(ctx context.Context, empty client.ObjectList, opts ...client.ListOption) []reconcile.Request {
	list, ok := empty.DeepCopyObject().(client.ObjectList)
	if !ok {
		return nil
	}
	var out []reconcile.Request
	err := w.reader.List(ctx, list, append(opts, client.UnsafeDisableDeepCopy)...)
	if err == nil {
		err = meta.EachListItem(list, func(obj runtime.Object) error {
			if o, ok := obj.(client.Object); ok {
				out = append(out, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)})
			}
			return nil
		})
	}
	if err != nil {
		w.log.Info("Cannot tell which resources a change concerns; they see it at their next poll", "error", err)
	}
	return out
}
