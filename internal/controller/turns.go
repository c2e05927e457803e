// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	xpcontroller "sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

const (
	// tenantsAtOnce is how many tenants can have their full share of the
	// workers at the same time.
	tenantsAtOnce = 4
	// nextTurn is how soon a request whose tenant has its share is looked at
	// again, and up to as much later, so that not all of them come at once.
	// Where many wait it is up to nextInLine for each more: about a thousand
	// come in a second, which takes next to no time.
	nextTurn   = time.Second / 4
	nextInLine = time.Millisecond
)

// turns keep one tenant from having all workers: an API that accepts requests
// and never answers holds a worker for as long as a reconciliation may take,
// for each resource that uses it. A tenant is a namespace, or what uses one
// configuration of cluster-scoped resources.
//
// A request whose tenant has its share is put off. It holds no worker, it takes
// nothing of the global rate, for which reason turns come before the limiter of
// that rate, and it keeps its back-off.
type turns struct {
	reconcile.Reconciler

	tenantOf func(context.Context, reconcile.Request) string
	workers  *workers
	failures *failures
}

// newTurns returns turns of the controller of a kind, of which an empty managed
// resource is given.
func newTurns(cache client.Reader, empty client.Object, o Options) *turns {
	return &turns{
		tenantOf: func(ctx context.Context, req reconcile.Request) string { return tenantOf(ctx, cache, empty, req) },
		workers:  &workers{share: o.Concurrency, free: tenantsAtOnce * o.Concurrency, busy: map[string]int{}},
		failures: &failures{TypedRateLimiter: o.controllerOptions().RateLimiter, kept: map[reconcile.Request]bool{}},
	}
}

// options of the controller.
func (t *turns) options(o Options) xpcontroller.Options {
	out := o.controllerOptions()
	out.MaxConcurrentReconciles = t.workers.free
	out.RateLimiter = t.failures
	return out
}

// Reconcile reconciles one object, now or later.
func (t *turns) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	tenant := t.tenantOf(ctx, req)
	if !t.workers.take(tenant) {
		line := t.failures.keep(req)
		return reconcile.Result{RequeueAfter: nextTurn + rand.N(max(nextTurn, time.Duration(line)*nextInLine))}, nil //nolint:gosec // It spreads load and guards nothing.
	}
	t.failures.drop(req)
	defer t.workers.release(tenant)
	return t.Reconciler.Reconcile(ctx, req)
}

// tenantOf names the tenant of a request. Requests of resources that are gone,
// which take no time, have one of their own.
func tenantOf(ctx context.Context, cache client.Reader, empty client.Object, req reconcile.Request) string {
	if req.Namespace != "" {
		return req.Namespace
	}
	mg, ok := empty.DeepCopyObject().(resource.Managed)
	if !ok || cache.Get(ctx, req.NamespacedName, mg, client.UnsafeDisableDeepCopy) != nil {
		return ""
	}
	_, name, err := providerconfig.ReferenceOf(mg)
	if err != nil {
		return ""
	}
	return name
}

// workers are those of one controller.
type workers struct {
	// share is the most that one tenant may have.
	share int

	mu   sync.Mutex
	free int
	busy map[string]int
}

// take gives a tenant a worker, unless it has its share. The share is half of
// the workers that are free where that is less, so that also many tenants do
// not easily take them all; one worker is always allowed.
func (w *workers) take(tenant string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[tenant] >= max(1, min(w.share, w.free/2)) {
		return false
	}
	w.free--
	w.busy[tenant]++
	return true
}

func (w *workers) release(tenant string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free++
	w.busy[tenant]--
	if w.busy[tenant] == 0 {
		delete(w.busy, tenant)
	}
}

// failures count as the limiter of a queue does, which the queue tells to
// forget those of a request whenever it comes back after a given time. One that
// was only put off has not succeeded.
type failures struct {
	workqueue.TypedRateLimiter[reconcile.Request]

	mu sync.Mutex
	// kept are the requests that are put off. Each comes back.
	kept map[reconcile.Request]bool
}

// keep has Forget do nothing until drop. It returns how many requests are put
// off.
func (f *failures) keep(req reconcile.Request) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept[req] = true
	return len(f.kept)
}

func (f *failures) drop(req reconcile.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.kept, req)
}

// Forget resets the back-off of the request, unless it is put off.
func (f *failures) Forget(req reconcile.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.kept[req] {
		f.TypedRateLimiter.Forget(req)
	}
}
