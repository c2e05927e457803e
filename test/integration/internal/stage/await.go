// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const (
	// Patience is far more than anything in a test takes.
	Patience = time.Minute
	period   = 100 * time.Millisecond
)

// Await looks again and again until nothing is missing. It gives up at once if
// the provider has ended.
func (s *Stage) Await(ctx context.Context, t *testing.T, what string, condition func(context.Context) (missing error)) {
	t.Helper()
	var missing error
	err := wait.PollUntilContextTimeout(ctx, period, Patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // Else it only says that time is up.
			missing = now
		}
		if now == nil {
			return true, nil
		}
		return false, s.Provider.process.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v: %v; %s", what, err, missing, s.Provider.process.Tail())
	}
}

// AwaitFault waits until a fault has met a request.
func (s *Stage) AwaitFault(t *testing.T, f *packetsim.ActiveFault) {
	t.Helper()
	s.Await(t.Context(), t, "meeting the fault", func(context.Context) error {
		if f.Hits() == 0 {
			return errors.New("no request came")
		}
		return nil
	})
}

// Gone is met when an object does not exist.
func (s *Stage) Gone(obj client.Object) func(context.Context) error {
	return func(ctx context.Context) error {
		copied, ok := obj.DeepCopyObject().(client.Object)
		if !ok {
			return fmt.Errorf("cannot copy a %T", obj)
		}
		err := s.Kube.Get(ctx, client.ObjectKeyFromObject(obj), copied)
		if kerrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("%s still exists, with finalizers %q", obj.GetName(), copied.GetFinalizers())
	}
}
