// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"fmt"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/providerconfig"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// Finalizer keeps a configuration while it is used.
const Finalizer = "in-use.packet.crossplane.io"

// A Reconciler counts the users of a configuration and keeps it from being
// deleted while there are any.
//
// It differs from the one of crossplane-runtime in two points: a namespaced
// configuration is used from its own namespace only, so that resources
// elsewhere with a configuration of the same name do not keep it; and nothing
// is written where nothing changed.
type Reconciler struct {
	Client client.Client
	// NewConfig and NewUsages return empty objects of the kind's
	// configuration and of its list of usages.
	NewConfig func() resource.ProviderConfig
	NewUsages func() resource.ProviderConfigUsageList
	// Kind of the configuration by which its usages are labelled; empty where
	// usages carry none, because there is only one kind.
	Kind string
	// Dependents are all managed resources that refer to a configuration,
	// which keep it while it is being deleted. Their usages alone do not: with
	// a namespace, usages are deleted at once, and what they stand for needs
	// the configuration to go too.
	Dependents func(ctx context.Context, config client.Object) ([]User, error)
	// Gone is told of each configuration that is let go.
	Gone func(types.UID)
}

// recount is how often the dependents of a configuration that is being deleted
// are counted: nothing tells when one is gone whose usage went before it.
const recount = 2 * time.Second

// Reconcile counts the users of one configuration.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	result, err := r.reconcile(ctx, req)
	return errors.SilentlyRequeueOnConflict(result, err)
}

func (r *Reconciler) reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	pc := r.NewConfig()
	if err := r.Client.Get(ctx, req.NamespacedName, pc); err != nil {
		return reconcile.Result{}, errors.Wrap(resource.IgnoreNotFound(err), "cannot read the configuration")
	}
	by, err := r.users(ctx, pc)
	if err != nil {
		return reconcile.Result{}, errors.Wrap(err, "cannot count the users of the configuration")
	}
	if pc.GetDeletionTimestamp().IsZero() {
		if err := r.finalize(ctx, pc, controllerutil.AddFinalizer); err != nil {
			return reconcile.Result{}, err
		}
		return reconcile.Result{}, r.report(ctx, pc, by, false)
	}
	dependents, err := r.Dependents(ctx, pc)
	if err != nil {
		return reconcile.Result{}, errors.Wrap(err, "cannot tell whether the configuration, which is being deleted, is still used")
	}
	by.add(dependents...)
	if len(by) == 0 {
		r.Gone(pc.GetUID())
		return reconcile.Result{}, r.finalize(ctx, pc, controllerutil.RemoveFinalizer)
	}
	return reconcile.Result{RequeueAfter: recount}, r.report(ctx, pc, by, true)
}

// users are those that have recorded that they use the configuration.
func (r *Reconciler) users(ctx context.Context, pc resource.ProviderConfig) (users, error) {
	labels := client.MatchingLabels{xpv1.LabelKeyProviderName: pc.GetName()}
	if r.Kind != "" {
		labels[xpv1.LabelKeyProviderKind] = r.Kind
	}
	list := r.NewUsages()
	if err := r.Client.List(ctx, list, labels, client.InNamespace(pc.GetNamespace())); err != nil {
		return nil, err
	}
	found := users{}
	for _, u := range list.GetItems() {
		if metav1.GetControllerOf(u) != nil {
			by := u.GetResourceReference()
			found.add(User{Kind: by.Kind, Namespace: u.GetNamespace(), Name: by.Name})
			continue
		}
		// A usage without an owner was restored from a backup or the like: it
		// is recorded anew by its resource, or is stale and would stay for
		// ever. Crossplane lets providers delete nothing of their own kinds:
		// where that is so, it stays, and does not count.
		if err := resource.Ignore(kerrors.IsForbidden, resource.IgnoreNotFound(r.Client.Delete(ctx, u))); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (r *Reconciler) finalize(ctx context.Context, pc resource.ProviderConfig, change func(client.Object, string) bool) error {
	before, ok := pc.DeepCopyObject().(client.Object)
	if !ok || !change(pc, Finalizer) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return errors.Wrap(resource.IgnoreNotFound(r.Client.Patch(ctx, pc, patch)), "cannot change the finalizer of the configuration")
}

func (r *Reconciler) report(ctx context.Context, pc resource.ProviderConfig, by users, deleting bool) error {
	terminating := pc.GetCondition(providerconfig.TypeTerminating)
	want := xpv1.Condition{Type: providerconfig.TypeTerminating}
	if deleting {
		want = providerconfig.Terminating().WithMessage(fmt.Sprintf("used by %s; the configuration goes with the last of them", by))
	}
	n := int64(len(by))
	if pc.GetUsers() == n && (!deleting || terminating.Equal(want)) {
		return nil
	}
	pc.SetUsers(n)
	if deleting {
		pc.SetConditions(want)
	}
	return errors.Wrap(r.Client.Status().Update(ctx, pc), "cannot report the users of the configuration")
}
