// SPDX-License-Identifier: Apache-2.0

// Package controller wires everything together and decides nothing. Start
// reading here: kinds is the table of all managed resources.
package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/bgpconfig"
	"github.com/crossplane-contrib/provider-packet/internal/external/bgpsession"
	"github.com/crossplane-contrib/provider-packet/internal/external/device"
	"github.com/crossplane-contrib/provider-packet/internal/external/project"
	"github.com/crossplane-contrib/provider-packet/internal/external/reservedipblock"
	"github.com/crossplane-contrib/provider-packet/internal/external/sshkey"
	"github.com/crossplane-contrib/provider-packet/internal/kubeclient"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// kinds is the table: one line per kind.
func kinds() []kind {
	return []kind{
		managedKind(clusterv1alpha1.BgpConfig_GroupVersionKind, namespacedv1alpha1.BgpConfig_GroupVersionKind, bgpConfig, "Project"),
		managedKind(clusterv1alpha1.BgpSession_GroupVersionKind, namespacedv1alpha1.BgpSession_GroupVersionKind, bgpSession, "Device"),
		managedKind(clusterv1alpha1.Project_GroupVersionKind, namespacedv1alpha1.Project_GroupVersionKind, theProject),
		managedKind(clusterv1alpha1.Device_GroupVersionKind, namespacedv1alpha1.Device_GroupVersionKind, machine, "Project", "ReservedIpBlock", "SshKey"),
		managedKind(clusterv1alpha1.ReservedIpBlock_GroupVersionKind, namespacedv1alpha1.ReservedIpBlock_GroupVersionKind, reservedIPBlock, "Project"),
		managedKind(clusterv1alpha1.SshKey_GroupVersionKind, namespacedv1alpha1.SshKey_GroupVersionKind, sshKey, "Project"),
	}
}

func bgpConfig(Options, clock.PassiveClock) bgpconfig.Kind { return bgpconfig.Definition() }

func bgpSession(o Options, now clock.PassiveClock) bgpsession.Kind {
	return bgpsession.Definition(bgpsession.Options{
		StatusAge: o.BGPStatusAge, NeighborsAge: o.BGPNeighborsAge, Window: o.CreationWindow, Clock: now, Logger: o.Logger.WithValues("kind", "BgpSession"),
	})
}

func theProject(o Options, _ clock.PassiveClock) project.Kind {
	return project.Definition(project.Options{Window: o.CreationWindow})
}

func machine(o Options, now clock.PassiveClock) device.Kind {
	return device.Definition(device.Options{Window: o.CreationWindow, Clock: now})
}

func reservedIPBlock(o Options, _ clock.PassiveClock) reservedipblock.Kind {
	return reservedipblock.Definition(reservedipblock.Options{Window: o.CreationWindow})
}

func sshKey(o Options, _ clock.PassiveClock) sshkey.Kind {
	return sshkey.Definition(sshkey.Options{Window: o.CreationWindow})
}

// A Gate runs a function once all of the given kinds are served.
type Gate interface {
	Register(callback func(), kinds ...schema.GroupVersionKind)
}

// Setup registers a controller for every kind and scope, which starts when the
// kind and the configurations that it may refer to are served. A controller
// that cannot start ends the manager.
func Setup(mgr ctrl.Manager, gate Gate, dialer external.Dialer, o Options) error {
	failed := &failure{errs: make(chan error, 1)}
	all := &census{cached: mgr.GetClient(), live: mgr.GetAPIReader(), newList: func(gvk schema.GroupVersionKind) (client.ObjectList, error) {
		_, list, err := objects(mgr, gvk)
		return list, err
	}}
	s := &services{
		kube: kubeclient.New(mgr.GetClient()),
		configs: &providerconfig.Resolver{
			Configs: mgr.GetClient(), Secrets: mgr.GetAPIReader(), Usages: providerconfig.NewTracker(mgr.GetClient()),
			Getenv: o.Getenv, ReadFile: o.ReadFile,
		},
		dialer:  dialer,
		clock:   clock.RealClock{},
		secrets: &secretIndexes{done: map[schema.GroupVersionKind]bool{}},
		census:  all,
		users:   &users{census: all},
		values:  mgr.GetAPIReader(),
		gate:    gate,
		failed:  failed,
	}
	table := kinds()
	for _, k := range table {
		s.users.kinds = append(s.users.kinds, k.scopes()...)
	}
	if err := mgr.Add(failed); err != nil {
		return errors.Wrap(err, "cannot watch over the controllers")
	}
	for _, c := range configKinds() {
		gate.Register(func() { failed.note(c.start(mgr, o, s)) }, c.config, c.usage)
	}
	for _, k := range table {
		for _, gvk := range k.scopes() {
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
