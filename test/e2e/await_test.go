// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
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
	patience = 4 * time.Minute
	period   = 100 * time.Millisecond
)

// await looks again and again until nothing is missing. It gives up at once if
// a program has ended.
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
		return false, errors.Join(core.Err(), provider.process.Err())
	})
	if err != nil {
		t.Fatalf("%s: %v: %v; %s; %s", what, err, missing, provider.process.Tail(), core.Core.Tail())
	}
}

// ready is met when all objects are as they should be.
func ready(objs ...*unstructured.Unstructured) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, obj := range objs {
			if err := kube.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
				return err
			}
			for _, want := range []string{"Synced", "Ready"} {
				if c := condition(obj, want, "status", "conditions"); c["status"] != "True" {
					return fmt.Errorf("%s of %s is not True: %v; its status: %v", want, obj.GetName(), c, obj.Object["status"])
				}
			}
		}
		return nil
	}
}

// condition returns a condition out of a list of them, nil if there is none.
func condition(obj *unstructured.Unstructured, name string, path ...string) map[string]any {
	all, _, _ := unstructured.NestedSlice(obj.Object, path...)
	for _, c := range all {
		if c, ok := c.(map[string]any); ok && c["type"] == name {
			return c
		}
	}
	return nil
}

// gone is met when none of the objects exists.
func gone(objs ...*unstructured.Unstructured) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, obj := range objs {
			err := kube.Get(ctx, client.ObjectKeyFromObject(obj), obj.DeepCopy())
			if err == nil {
				return fmt.Errorf("%s still exists", obj.GetName())
			}
			if !kerrors.IsNotFound(err) {
				return err
			}
		}
		return nil
	}
}

// value returns a value of an object in the form in which fmt prints it.
func value(obj *unstructured.Unstructured, path ...string) string {
	v, found, err := unstructured.NestedFieldNoCopy(obj.Object, path...)
	if !found || err != nil {
		return ""
	}
	return fmt.Sprint(v)
}
