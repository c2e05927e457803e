// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// kill ends a program as a crash does and returns what starts it again.
func kill(t *testing.T, c *localcluster.Companion) (restart func()) {
	t.Helper()
	if err := c.Kill(); err != nil {
		t.Fatalf("Kill: %v", err)
	}
	if c.Err() == nil {
		t.Fatal("the program still runs")
	}
	return func() {
		t.Helper()
		if err := c.Start(t.Context()); err != nil {
			t.Fatalf("Start: %v", err)
		}
	}
}

func TestCoreKilled(t *testing.T) {
	waiting, leaving, late := newObject("Machine", "waiting", "small"), newObject("Machine", "leaving", "small"), newObject("Machine", "late", "small")
	uids := map[string]types.UID{}
	partOf := map[string]*unstructured.Unstructured{}
	for _, machine := range []*unstructured.Unstructured{waiting, leaving} {
		create(t, machine)
		part := composed(t, namespacedGroup, of(machine))
		partOf[machine.GetName()], uids[machine.GetName()] = part, part.GetUID()
	}

	restart := kill(t, core.Core)
	finish(t, partOf["waiting"], "s-3")
	remove(t, leaving)
	if err := kube.Create(t.Context(), late); err != nil {
		t.Fatalf("cannot create a composite: %v", err)
	}
	restart()

	ready(t, waiting, "s-3")
	if diff := cmp.Diff(uids["waiting"], composed(t, namespacedGroup, of(waiting)).GetUID()); diff != "" {
		t.Errorf("the part is another one after the crash: -before, +after:\n%s", diff)
	}
	await(t, "what was deleted meanwhile goes", gone(leaving))
	await(t, "its part goes too", gone(partOf["leaving"]))
	finish(t, composed(t, namespacedGroup, of(late)), "s-4")
	ready(t, late, "s-4")

	remove(t, waiting)
	remove(t, late)
	await(t, "one composite goes after the crash", gone(waiting))
	await(t, "so does the other", gone(late))
}

func TestFunctionKilled(t *testing.T) {
	restart := kill(t, function)
	machine := newObject("Machine", "patient", "small")
	if err := kube.Create(t.Context(), machine); err != nil {
		t.Fatalf("cannot create a composite: %v", err)
	}
	// From here on the core calls the function in vain.
	await(t, "the core takes up the composite", func(ctx context.Context) error {
		err := kube.Get(ctx, client.ObjectKeyFromObject(machine), machine)
		if err == nil && field(t, machine, "spec", "crossplane", "compositionRef", "name") == "" {
			err = fmt.Errorf("it has no composition")
		}
		return err
	})
	restart()
	part := composed(t, namespacedGroup, of(machine))
	finish(t, part, "s-5")
	ready(t, machine, "s-5")
	remove(t, machine)
	await(t, "the composite goes", gone(machine))
}

func TestErrSaysWhatEnded(t *testing.T) {
	if err := core.Err(); err != nil {
		t.Errorf("want no error while everything runs, got: %v", err)
	}
	restart := kill(t, function)
	want := fmt.Sprintf("%s is not running: signal: killed; %s", localcluster.PatchAndTransform, function.Tail())
	if diff := cmp.Diff(want, fmt.Sprint(core.Err())); diff != "" {
		t.Errorf("error of a function that was killed: -want, +got:\n%s", diff)
	}
	restart()
	if err := function.Start(t.Context()); err == nil {
		t.Error("want an error from the start of what is running")
	}
}
