// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"fmt"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
}

// Reconcile counts the users of one configuration.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return errors.SilentlyRequeueOnConflict(reconcile.Result{}, r.reconcile(ctx, req))
}

func (r *Reconciler) reconcile(ctx context.Context, req reconcile.Request) error {
	pc := r.NewConfig()
	if err := r.Client.Get(ctx, req.NamespacedName, pc); err != nil {
		return errors.Wrap(resource.IgnoreNotFound(err), "cannot read the configuration")
	}
	users, err := r.users(ctx, pc)
	if err != nil {
		return errors.Wrap(err, "cannot count the users of the configuration")
	}
	deleting := !pc.GetDeletionTimestamp().IsZero()
	if deleting && users == 0 {
		return r.finalize(ctx, pc, controllerutil.RemoveFinalizer)
	}
	if !deleting {
		if err := r.finalize(ctx, pc, controllerutil.AddFinalizer); err != nil {
			return err
		}
	}
	return r.report(ctx, pc, users, deleting)
}

func (r *Reconciler) users(ctx context.Context, pc resource.ProviderConfig) (int64, error) {
	labels := client.MatchingLabels{xpv1.LabelKeyProviderName: pc.GetName()}
	if r.Kind != "" {
		labels[xpv1.LabelKeyProviderKind] = r.Kind
	}
	list := r.NewUsages()
	if err := r.Client.List(ctx, list, labels, client.InNamespace(pc.GetNamespace())); err != nil {
		return 0, err
	}
	users := int64(0)
	for _, u := range list.GetItems() {
		if metav1.GetControllerOf(u) != nil {
			users++
			continue
		}
		// A usage without an owner was restored from a backup or the like: it
		// is recorded anew by its resource, or is stale and would stay for
		// ever. Crossplane lets providers delete nothing of their own kinds:
		// where that is so, it stays, and does not count.
		if err := resource.Ignore(kerrors.IsForbidden, resource.IgnoreNotFound(r.Client.Delete(ctx, u))); err != nil {
			return 0, err
		}
	}
	return users, nil
}

func (r *Reconciler) finalize(ctx context.Context, pc resource.ProviderConfig, change func(client.Object, string) bool) error {
	before, ok := pc.DeepCopyObject().(client.Object)
	if !ok || !change(pc, Finalizer) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	return errors.Wrap(resource.IgnoreNotFound(r.Client.Patch(ctx, pc, patch)), "cannot change the finalizer of the configuration")
}

func (r *Reconciler) report(ctx context.Context, pc resource.ProviderConfig, users int64, deleting bool) error {
	terminating := pc.GetCondition(providerconfig.TypeTerminating)
	want := xpv1.Condition{Type: providerconfig.TypeTerminating}
	if deleting {
		want = providerconfig.Terminating().WithMessage(fmt.Sprintf("%d resources use this configuration; it is deleted once they are", users))
	}
	if pc.GetUsers() == users && (!deleting || terminating.Equal(want)) {
		return nil
	}
	pc.SetUsers(users)
	if deleting {
		pc.SetConditions(want)
	}
	return errors.Wrap(r.Client.Status().Update(ctx, pc), "cannot report the users of the configuration")
}
