// SPDX-License-Identifier: Apache-2.0

package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/ratelimiter"
)

// leaseName is the lease of the working replica.
const leaseName = "crossplane-leader-election-provider-packet"

func newManager(cfg *rest.Config, o *options) (ctrl.Manager, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(ratelimiter.LimitRESTConfig(cfg, o.Rate), managerOptions(scheme, o))
	if err != nil {
		return nil, errors.Wrap(err, "cannot create the controller manager")
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, errors.Wrap(err, "cannot add the health check")
	}
	return mgr, errors.Wrap(mgr.AddReadyzCheck("ping", healthz.Ping), "cannot add the readiness check")
}

// managerOptions keep the content of Secrets and ConfigMaps out of memory: they
// are read live, and what the cache is told of them, which is metadata because
// only that is watched, is reduced to which one it is and that it changed.
func managerOptions(scheme *runtime.Scheme, o *options) ctrl.Options {
	return ctrl.Options{
		Scheme: scheme,
		Cache: cache.Options{
			SyncPeriod: &o.SyncPeriod,
			ByObject:   map[client.Object]cache.ByObject{&corev1.Secret{}: {Transform: identity}, &corev1.ConfigMap{}: {Transform: identity}},
		},
		Client:  client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}}},
		Metrics: metricsserver.Options{BindAddress: o.MetricsAddress},
		// The priority queue of controller-runtime v0.23 blocks when it is shut
		// down with items that are due: it waits for workers that have gone.
		Controller: config.Controller{UsePriorityQueue: ptr.To(false)},

		HealthProbeBindAddress: o.ProbeAddress,
		PprofBindAddress:       o.PprofAddress,

		LeaderElection:                o.LeaderElection,
		LeaderElectionID:              leaseName,
		LeaderElectionNamespace:       o.LeaderElectionNamespace,
		LeaderElectionReleaseOnCancel: true,
		GracefulShutdownTimeout:       &o.StopTimeout,
	}
}

// identity reduces an object to what tells it from others and from its other
// versions. It refuses what holds more than metadata.
func identity(obj any) (any, error) {
	m, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil, errors.Errorf("cannot keep a %T in the cache: it holds more than metadata", obj)
	}
	return &metav1.PartialObjectMetadata{TypeMeta: m.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Namespace: m.Namespace, Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion,
	}}, nil
}
