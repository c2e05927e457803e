// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/ratelimiter"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/connection"
	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// A reconciled kind is one scope of a kind, with what its controller needs to
// know of it. The rest is the same for all.
type reconciled struct {
	gvk       schema.GroupVersionKind
	name      string
	recorder  event.Recorder
	connector managed.ExternalConnector
	// refersTo are the kinds, of the same scope, that its resources refer to.
	refersTo []schema.GroupVersionKind
	// removed is told of each resource that is let go.
	removed func(context.Context, resource.Managed)
}

// start sets up the controller.
func (k reconciled) start(mgr ctrl.Manager, o Options, s *services) error {
	obj, _, err := objects(mgr, k.gvk)
	if err != nil {
		return err
	}
	w, err := newWaker(mgr, mgr.GetClient(), k.gvk, o.Logger.WithValues("controller", k.name))
	if err != nil {
		return err
	}
	if err := w.index(mgr.GetFieldIndexer(), obj, s.secrets); err != nil {
		return errors.Wrapf(err, "cannot find what changes concern %s", k.gvk.Kind)
	}
	s.census.add(k.gvk)
	t := newTurns(mgr.GetClient(), obj, o)
	b := ctrl.NewControllerManagedBy(mgr).
		Named(k.name).
		WithOptions(t.options(o)).
		For(obj, builder.WithPredicates(desiredChanged()))
	r := prompt{Reconciler: k.reconciler(mgr, o, s), kind: k.gvk, outdated: s.kube.Outdated}
	t.Reconciler = ratelimiter.NewReconciler(k.name, r, o.GlobalRateLimiter)
	c, err := w.watch(b).Build(t)
	if err != nil {
		return errors.Wrapf(err, "cannot set up the controller of %s", k.gvk.Kind)
	}
	return w.followReferences(mgr, c, k.refersTo, s)
}

func (k reconciled) reconciler(mgr ctrl.Manager, o Options, s *services) *managed.Reconciler {
	publisher := &connection.Publisher{Client: mgr.GetClient()}
	return managed.NewReconciler(quietManager{Manager: mgr, client: connection.Silent(s.kube)}, resource.ManagedKind(k.gvk),
		managed.WithExternalConnector(&connection.Connector{ExternalConnector: k.connector, Publisher: publisher}),
		managed.WithLogger(o.Logger.WithValues("controller", k.name)),
		managed.WithRecorder(k.recorder),
		managed.WithPollInterval(o.PollInterval),
		managed.WithPollIntervalHook(external.PollInterval(o.PollJitter, nil)),
		managed.WithTimeout(o.ReconcileTimeout),
		managed.WithManagementPolicies(),
		// The name of an object is the id that the API gives it.
		managed.WithInitializers(),
		managed.WithReferenceResolver(&external.References{Client: s.kube}),
		managed.WithFinalizer(&external.Finalizer{Client: s.kube, Removed: k.removed}),
		// Whether a creation may be repeated is decided in package external.
		managed.WithDeterministicExternalName(true),
		managed.WithCreationGracePeriod(0*time.Second),
		managed.WithMetricRecorder(o.Metrics),
	)
}

// A quietManager is a manager with another client, which is how the managed
// reconciler is given one.
type quietManager struct {
	ctrl.Manager

	client client.Client
}

// GetClient returns the other client.
func (m quietManager) GetClient() client.Client { return m.client }
