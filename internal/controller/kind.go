// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/kubeclient"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// A kind is a managed resource in both scopes.
type kind struct {
	cluster, namespaced schema.GroupVersionKind
	// start sets up the controller of one of the two.
	start func(mgr ctrl.Manager, gvk schema.GroupVersionKind, o Options, s *services) error
}

func (k kind) scopes() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{k.cluster, k.namespaced}
}

// services are what the controllers of all kinds share.
type services struct {
	// kube leaves out writes that change nothing.
	kube    *kubeclient.Client
	configs *providerconfig.Resolver
	dialer  external.Dialer
	clock   clock.PassiveClock
	secrets *secretIndexes
	census  *census
	users   *users
	// values reads live.
	values client.Reader
	gate   Gate
	failed *failure
}

// managedKind returns a kind whose controllers of both scopes share one
// definition and one set of claims. Its resources refer to those of the kinds
// that are named.
func managedKind[A, S, X any](cluster, namespaced schema.GroupVersionKind, define func(Options, clock.PassiveClock) external.Definition[A, S, X], refersTo ...string) kind {
	var once sync.Once
	var definition external.Definition[A, S, X]
	asking := &rivals{scopes: []schema.GroupVersionKind{cluster, namespaced}}
	claims := &external.Claims{Rivals: asking.list}
	return kind{cluster: cluster, namespaced: namespaced, start: func(mgr ctrl.Manager, gvk schema.GroupVersionKind, o Options, s *services) error {
		once.Do(func() {
			definition = define(o, s.clock)
			asking.census, asking.configs = s.census, s.configs
			asking.byKey = byKey((&external.Connector[A, S, X]{Definition: definition}).KeyOf)
		})
		name := managed.ControllerName(gvk.GroupKind().String())
		recorder := external.Changes(event.NewAPIRecorder(mgr.GetEventRecorderFor(name))) //nolint:staticcheck,nolintlint // crossplane-runtime v2.2 takes this recorder; the linter sees that it is deprecated only in full runs.
		connector := &external.Connector[A, S, X]{
			Definition: definition, Configs: s.configs, Dialer: s.dialer, Claims: claims, Events: recorder, Clock: s.clock, Values: s.values,
			Late: o.Late,
		}
		obj, _, err := objects(mgr, gvk)
		if err != nil {
			return err
		}
		if err := mgr.GetFieldIndexer().IndexField(context.Background(), obj, keyIndex, asking.byKey); err != nil {
			return errors.Wrapf(err, "cannot index %s by key", gvk.Kind)
		}
		return reconciled{gvk: gvk, name: name, recorder: recorder, connector: connector, refersTo: siblings(gvk, refersTo), removed: connector.Forget}.start(mgr, o, s)
	}}
}

// siblings are the kinds of those names beside another.
func siblings(of schema.GroupVersionKind, names []string) []schema.GroupVersionKind {
	out := make([]schema.GroupVersionKind, 0, len(names))
	for _, name := range names {
		out = append(out, of.GroupVersion().WithKind(name))
	}
	return out
}

func objects(mgr ctrl.Manager, gvk schema.GroupVersionKind) (client.Object, client.ObjectList, error) {
	obj, err := mgr.GetScheme().New(gvk)
	if err != nil {
		return nil, nil, errors.Wrapf(err, "%s is not registered", gvk)
	}
	list, err := mgr.GetScheme().New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
	if err != nil {
		return nil, nil, errors.Wrapf(err, "the list of %s is not registered", gvk)
	}
	o, ok := obj.(client.Object)
	if !ok {
		return nil, nil, errors.Errorf("%s is not an object", gvk)
	}
	l, ok := list.(client.ObjectList)
	if !ok {
		return nil, nil, errors.Errorf("the list of %s is not a list", gvk)
	}
	return o, l, nil
}
