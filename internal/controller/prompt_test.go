// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func TestPrompt(t *testing.T) {
	later := reconcile.Result{RequeueAfter: time.Hour}
	cases := map[string]struct {
		reason   string
		outdated bool
		result   reconcile.Result
		err      error
		want     reconcile.Result
	}{
		"Usual":    {reason: "a poll is due when it is due", result: later, want: later},
		"Failed":   {reason: "an error waits for the back-off", outdated: true, err: errBoom},
		"Waits":    {reason: "without a conflict the back-off decides"},
		"Outdated": {reason: "a conflict is tried again soon", outdated: true, want: reconcile.Result{RequeueAfter: catchUp}},
		"Written":  {reason: "what was written after all is polled as usual", outdated: true, result: later, want: later},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := prompt{
				Reconciler: reconcile.Func(func(context.Context, reconcile.Request) (reconcile.Result, error) { return tc.result, tc.err }),
				outdated:   func(schema.GroupVersionKind, types.NamespacedName) bool { return tc.outdated },
			}
			got, err := p.Reconcile(t.Context(), reconcile.Request{})
			if diff := cmp.Diff(tc.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
