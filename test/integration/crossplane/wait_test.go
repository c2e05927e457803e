// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"context"
	"fmt"
	"testing"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// patience is far more than anything here takes.
	patience = time.Minute
	period   = 50 * time.Millisecond
)

// await looks again and again until nothing is missing. It gives up at once if
// the core has ended.
func await(t *testing.T, what string, condition func(context.Context) (missing error)) {
	t.Helper()
	var missing error
	err := wait.PollUntilContextTimeout(t.Context(), period, patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // Else it only says that time is up.
			missing = now
		}
		if now == nil {
			return true, nil
		}
		return false, core.Core.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v: %v; %s", what, err, missing, core.Core.Tail())
	}
}

// has is met when a condition of an object has a status.
func has(obj *unstructured.Unstructured, condition, status string) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := kube.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		all, _, err := unstructured.NestedSlice(obj.Object, "status", "conditions")
		if err != nil {
			return err
		}
		for _, c := range all {
			if c, ok := c.(map[string]any); ok && c["type"] == condition && c["status"] == status {
				return nil
			}
		}
		return fmt.Errorf("%s of %s is not %s: %v", condition, obj.GetName(), status, all)
	}
}

// gone is met when an object does not exist.
func gone(obj client.Object) func(context.Context) error {
	return func(ctx context.Context) error {
		err := kube.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		if kerrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("%s still exists, with finalizers %q", obj.GetName(), obj.GetFinalizers())
	}
}
