// SPDX-License-Identifier: Apache-2.0

// Package controller wires everything together and decides nothing. Start
// reading here: kinds is the table of all managed resources.
package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/bgpsession"
	"github.com/crossplane-contrib/provider-packet/internal/kubeclient"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// kinds is the table: one line per kind.
func kinds() []kind {
	return []kind{
		managedKind(clusterv1alpha1.BgpSession_GroupVersionKind, namespacedv1alpha1.BgpSession_GroupVersionKind, bgpSession),
	}
}

func bgpSession(o Options, now clock.PassiveClock) bgpsession.Kind {
	return bgpsession.Definition(bgpsession.Options{
		StatusAge: o.BGPStatusAge, NeighborsAge: o.BGPNeighborsAge, Clock: now, Logger: o.Logger.WithValues("kind", "BgpSession"),
	})
}

// A Gate runs a function once all of the given kinds are served.
type Gate interface {
	Register(callback func(), kinds ...schema.GroupVersionKind)
}

// Setup registers a controller for every kind and scope, which starts when the
// kind and the configurations that it may refer to are served. A controller
// that cannot start ends the manager.
func Setup(mgr ctrl.Manager, gate Gate, dialer external.Dialer, o Options) error {
	s := &services{
		kube: kubeclient.New(mgr.GetClient()),
		configs: &providerconfig.Resolver{
			Configs: mgr.GetClient(), Secrets: mgr.GetAPIReader(), Usages: providerconfig.NewTracker(mgr.GetClient()),
			Getenv: o.Getenv, ReadFile: o.ReadFile,
		},
		dialer:  dialer,
		clock:   clock.RealClock{},
		secrets: &secretIndexes{done: map[schema.GroupVersionKind]bool{}},
	}
	failed := &failure{errs: make(chan error, 1)}
	if err := mgr.Add(failed); err != nil {
		return errors.Wrap(err, "cannot watch over the controllers")
	}
	for _, c := range configKinds() {
		gate.Register(func() { failed.note(c.start(mgr, o)) }, c.config, c.usage)
	}
	for _, k := range kinds() {
		for _, gvk := range []schema.GroupVersionKind{k.cluster, k.namespaced} {
			gate.Register(func() { failed.note(k.start(mgr, gvk, o, s)) }, needs(gvk)...)
		}
	}
	return nil
}

// failure ends the manager with the first error of a controller that could not
// start: gated controllers start when nobody waits for their result any more.
type failure struct{ errs chan error }

func (f *failure) note(err error) {
	if err == nil {
		return
	}
	select {
	case f.errs <- err:
	default:
	}
}

// Start waits for a failure, or for the manager to end.
func (f *failure) Start(ctx context.Context) error {
	select {
	case err := <-f.errs:
		return errors.Wrap(err, "cannot start a controller")
	case <-ctx.Done():
		return nil
	}
}
