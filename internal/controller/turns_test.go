// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
)

func request(namespace, name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}}
}

// hanging returns turns whose reconciliations last until the test ends.
func hanging(t *testing.T, o Options) (*turns, func(reconcile.Request) (held bool)) {
	t.Helper()
	turn := newTurns(nil, &clusterv1alpha1.BgpSession{}, o)
	started, end := make(chan struct{}), make(chan struct{})
	var running sync.WaitGroup
	t.Cleanup(func() {
		close(end)
		running.Wait()
	})
	turn.Reconciler = reconcile.Func(func(context.Context, reconcile.Request) (reconcile.Result, error) {
		started <- struct{}{}
		<-end
		return reconcile.Result{}, nil
	})
	return turn, func(req reconcile.Request) bool {
		ended := make(chan struct{})
		running.Go(func() {
			if _, err := turn.Reconcile(t.Context(), req); err != nil {
				t.Error(err)
			}
			close(ended)
		})
		select {
		case <-started:
			return true
		case <-ended:
			return false
		}
	}
}

func TestTurnsOfTenants(t *testing.T) {
	turn, hangs := hanging(t, Options{Concurrency: 20, BackoffBase: time.Second, BackoffMax: time.Minute})
	if got := turn.options(Options{Concurrency: 20}).MaxConcurrentReconciles; got != 80 {
		t.Fatalf("got %d workers, want 80", got)
	}
	var got []int
	for tenant := range 9 {
		n := 0
		for i := range 60 {
			if hangs(request(fmt.Sprint("hostile-", tenant), fmt.Sprint(i))) {
				n++
			}
		}
		got = append(got, n)
	}
	if diff := cmp.Diff([]int{20, 20, 13, 9, 6, 4, 3, 2, 1}, got); diff != "" {
		t.Errorf("workers that tenants hold, one after the other: -want, +got:\n%s", diff)
	}
	if !hangs(request("victim", "late")) {
		t.Error("nine tenants hold all workers, want one left")
	}
}

func TestTurnsPutOff(t *testing.T) {
	turn, hangs := hanging(t, Options{Concurrency: 1, BackoffBase: time.Second, BackoffMax: time.Minute})
	if !hangs(request("tenant", "one")) {
		t.Fatal("the first request was put off")
	}
	late := request("tenant", "late")
	for range 3 {
		turn.failures.When(late)
	}
	got, err := turn.Reconcile(t.Context(), late)
	if err != nil {
		t.Fatal(err)
	}
	if got.RequeueAfter < nextTurn || got.RequeueAfter >= 2*nextTurn {
		t.Errorf("put off by %s, want %s to %s", got.RequeueAfter, nextTurn, 2*nextTurn)
	}
	// What the queue does with a request that is to come back.
	turn.failures.Forget(late)
	if n := turn.failures.NumRequeues(late); n != 3 {
		t.Errorf("%d failures are left of a request that was put off, want 3", n)
	}
	turn.workers.release("tenant")
	if !hangs(late) {
		t.Fatal("a request was put off although there is a worker for it")
	}
	turn.failures.Forget(late)
	if n := turn.failures.NumRequeues(late); n != 0 {
		t.Errorf("%d failures are left of a request that succeeded, want none", n)
	}
}

func TestTurnsInLine(t *testing.T) {
	turn, hangs := hanging(t, Options{Concurrency: 1, BackoffBase: time.Second, BackoffMax: time.Minute})
	if !hangs(request("tenant", "one")) {
		t.Fatal("the first request was put off")
	}
	var longest time.Duration
	for i := range 5000 {
		got, err := turn.Reconcile(t.Context(), request("tenant", fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, got.RequeueAfter)
	}
	if longest < 2*time.Second || longest > nextTurn+5000*nextInLine {
		t.Errorf("of 5000 requests one waits up to %s, want that they come back one after the other", longest)
	}
}

func TestTurnsEnd(t *testing.T) {
	cases := map[string]struct {
		reason string
		inner  reconcile.Func
	}{
		"Succeeds": {"a reconciliation that ends gives its worker back", func(context.Context, reconcile.Request) (reconcile.Result, error) {
			return reconcile.Result{RequeueAfter: time.Hour}, nil
		}},
		"Fails": {"so does one that fails", func(context.Context, reconcile.Request) (reconcile.Result, error) {
			return reconcile.Result{}, errBoom
		}},
		"Panics": {"so does one that panics", func(context.Context, reconcile.Request) (reconcile.Result, error) { panic(errBoom) }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			turn := newTurns(nil, nil, Options{Concurrency: 1})
			turn.Reconciler = tc.inner
			free := turn.workers.free
			for range 3 {
				func() {
					defer func() { _ = recover() }()
					if got, err := turn.Reconcile(t.Context(), request("tenant", "one")); err == nil && got.RequeueAfter != time.Hour {
						t.Errorf("%s: put off by %s", tc.reason, got.RequeueAfter)
					}
				}()
			}
			if turn.workers.free != free || len(turn.workers.busy) != 0 {
				t.Errorf("%s: got %d free and %v busy", tc.reason, turn.workers.free, turn.workers.busy)
			}
		})
	}
}

func TestTenantOf(t *testing.T) {
	cases := map[string]struct {
		reason string
		req    reconcile.Request
		want   string
	}{
		"Namespace":   {"a namespace is a tenant, whatever its configurations", request("a", "two"), "a"},
		"Cluster":     {"without namespaces, who uses a configuration", request("", "one"), "default"},
		"Same":        {"and all that use it are one", request("", "two"), "default"},
		"Other":       {"another configuration is another tenant", request("", "three"), "other"},
		"Gone":        {"what is gone has nobody", request("", "gone"), ""},
		"NoReference": {"what refers to nothing has nobody", request("", "lost"), ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := cached(t)
			if err := c.Create(t.Context(), &clusterv1alpha1.BgpSession{ObjectMeta: at("", "lost")}); err != nil {
				t.Fatal(err)
			}
			if got := tenantOf(t.Context(), c, &clusterv1alpha1.BgpSession{}, tc.req); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}
