// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"testing"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// patience is far more than anything here takes.
	patience = time.Minute
	period   = 50 * time.Millisecond
)

// await looks again and again until nothing is missing. It gives up at once if
// the provider has ended.
func await(ctx context.Context, t *testing.T, what string, condition func(context.Context) (missing error)) {
	t.Helper()
	var missing error
	err := wait.PollUntilContextTimeout(ctx, period, patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // Else it only says that time is up.
			missing = now
		}
		if now == nil {
			return true, nil
		}
		return false, provider.process.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v: %v; %s", what, err, missing, provider.process.Tail())
	}
}

// gone is met when an object does not exist.
func gone(obj client.Object) func(context.Context) error {
	return func(ctx context.Context) error {
		copied, ok := obj.DeepCopyObject().(client.Object)
		if !ok {
			return fmt.Errorf("cannot copy a %T", obj)
		}
		err := kube.Get(ctx, client.ObjectKeyFromObject(obj), copied)
		if kerrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("%s still exists, with finalizers %q", obj.GetName(), copied.GetFinalizers())
	}
}
