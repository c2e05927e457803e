// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// catchUp is how long a cache that lags behind is given.
const catchUp = 100 * time.Millisecond

// A prompt reconciler tries again soon after it worked on an outdated object.
// That is nobody's fault, and must not wait for a back-off that earlier
// failures have made long: a resource that was just woken would sleep on.
type prompt struct {
	reconcile.Reconciler

	kind     schema.GroupVersionKind
	outdated func(schema.GroupVersionKind, types.NamespacedName) bool
}

// Reconcile reconciles one object.
func (p prompt) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	result, err := p.Reconciler.Reconcile(ctx, req)
	if err == nil && result.RequeueAfter == 0 && p.outdated(p.kind, req.NamespacedName) {
		return reconcile.Result{RequeueAfter: catchUp}, nil
	}
	return result, err
}
