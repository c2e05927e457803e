// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/ptr"
	xpcontroller "sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	"github.com/crossplane/crossplane-runtime/v2/pkg/ratelimiter"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
)

// Options of all controllers.
type Options struct {
	Logger logging.Logger
	// PollInterval is how often a resource is compared with the API although
	// nothing changed in Kubernetes; PollJitter is the fraction of it by which
	// polls are spread.
	PollInterval time.Duration
	PollJitter   float64
	// ReconcileTimeout bounds one reconciliation.
	ReconcileTimeout time.Duration
	// Concurrency is how many resources of a kind and scope are reconciled at
	// the same time for one tenant. All tenants together have tenantsAtOnce
	// times as many.
	Concurrency int
	// GlobalRateLimiter bounds reconciliations over all controllers.
	GlobalRateLimiter ratelimiter.RateLimiter
	// BackoffBase and BackoffMax bound the wait after a failure, which doubles
	// from the one to the other.
	BackoffBase, BackoffMax time.Duration
	// CreationWindow is how long a creation of which it is not known how it
	// ended is not repeated, where the API takes a second object.
	CreationWindow time.Duration
	// Late is how long the Packet API may take to store what a request asked
	// for that nobody waits for any more.
	Late time.Duration
	// BGPStatusAge is how old the API's word on BGP sessions may be before it
	// is asked to read the routers; 0 turns that off. BGPNeighborsAge is about
	// how often the neighbours of a session are read.
	BGPStatusAge, BGPNeighborsAge time.Duration
	// Getenv and ReadFile read keys from the environment and the files of the
	// provider, for configurations that name one.
	Getenv   func(string) string
	ReadFile func(string) ([]byte, error)
	// Metrics of the managed reconcilers.
	Metrics managed.MetricRecorder
}

func (o Options) controllerOptions() xpcontroller.Options {
	return xpcontroller.Options{
		MaxConcurrentReconciles: o.Concurrency,
		RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](o.BackoffBase, o.BackoffMax),
		RecoverPanic:            ptr.To(true),
	}
}
