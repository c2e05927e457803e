// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	xpcontroller "github.com/crossplane/crossplane-runtime/v2/pkg/controller"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/gate"
	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	"github.com/crossplane/crossplane-runtime/v2/pkg/ratelimiter"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/customresourcesgate"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/apis/cluster"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
	"github.com/crossplane-contrib/provider-packet/internal/controller"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// run runs the controllers until the context ends.
func run(ctx context.Context, o *options) error {
	zl := zap.New(zap.UseDevMode(o.Debug), zap.WriteTo(os.Stderr))
	ctrl.SetLogger(zl)
	log := logging.NewLogrLogger(zl.WithName("provider-packet"))

	cfg, err := ctrl.GetConfig()
	if err != nil {
		return errors.Wrap(err, "cannot find the Kubernetes API server; set KUBECONFIG, or run in a pod")
	}
	mgr, err := newManager(cfg, o)
	if err != nil {
		return err
	}
	mr := managed.NewMRMetricRecorder()
	if err := metrics.Registry.Register(mr); err != nil {
		return errors.Wrap(err, "cannot register metrics")
	}
	connections := packet.NewConnections(packet.Options{
		TryTimeout: o.APITimeout, Tries: o.APITries, Registerer: metrics.Registry, Logger: log,
	})

	served := new(gate.Gate[schema.GroupVersionKind])
	if err := controller.Setup(mgr, served, connections, controller.Options{ //nolint:contextcheck // Set-up ends before the context counts.
		Logger:       log,
		PollInterval: o.PollInterval, PollJitter: o.PollJitter, ReconcileTimeout: o.ReconcileTimeout,
		Concurrency: o.Concurrency, GlobalRateLimiter: ratelimiter.NewGlobal(o.Rate),
		BackoffBase: o.BackoffBase, BackoffMax: o.BackoffMax, Metrics: mr,
		Late: 2 * o.APITimeout, CreationWindow: o.CreationWindow,
		BGPStatusAge: o.BGPStatusAge, BGPNeighborsAge: o.BGPNeighborsAge,
		Getenv: os.Getenv, ReadFile: os.ReadFile,
	}); err != nil {
		return err
	}
	if err := customresourcesgate.Setup(mgr, xpcontroller.Options{Logger: log, Gate: served}); err != nil {
		return errors.Wrap(err, "cannot watch for the kinds that are served")
	}
	return errors.Wrap(mgr.Start(ctx), "cannot run the controllers")
}

func newScheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, extv1.AddToScheme, cluster.AddToScheme, namespaced.AddToScheme,
	} {
		if err := add(s); err != nil {
			return nil, errors.Wrap(err, "cannot register types")
		}
	}
	return s, nil
}
