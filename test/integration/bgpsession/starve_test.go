// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestStarve has a tenant of each scope with more sessions than the provider
// reconciles at once, at an API that accepts every request and never answers.
// Others are served as if there were none.
func TestStarve(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var held, now, most atomic.Int32
	quit := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		held.Add(1)
		defer now.Add(-1)
		for n := now.Add(1); ; {
			if before := most.Load(); n <= before || most.CompareAndSwap(before, n) {
				break
			}
		}
		select {
		case <-quit:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(hanging.Close)
	for _, s := range []scope{clusterScope, namespacedScope} {
		f.hang(f.tenant(s), hanging.URL)
	}
	t.Cleanup(func() { close(quit) })
	// Twenty workers of each scope: all that one tenant may have.
	await(t.Context(), t, "requests that are not answered", func(context.Context) error {
		if n := held.Load(); n < 2*20 {
			return fmt.Errorf("%d requests so far", n)
		}
		return nil
	})
	a, b := f.tenant(clusterScope), f.tenant(namespacedScope)
	a.ready(nil, nil)
	b.ready(map[string]any{"addressFamily": "ipv6"}, nil)
	// A request that the provider has given up may be seen for a moment beside
	// the one that follows it.
	if n := most.Load(); n > 2*2*20 {
		t.Errorf("%d requests of the two tenants at the same time, want 20 of each; each has 60 sessions, and there are 80 workers", n)
	}
}

// hang gives a tenant 60 sessions at another address.
func (f *fixture) hang(tn *tenant, url string) {
	f.t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"baseUrl":%q}}`, url)
	if err := kube.Patch(f.t.Context(), tn.config, client.RawPatch(types.MergePatchType, patch)); err != nil {
		f.t.Fatal(err)
	}
	all := make([]*unstructured.Unstructured, 0, 60)
	for i := range cap(all) {
		u := tn.manifest(map[string]any{"deviceId": uuid.NewString()}, nil)
		u.SetName(fmt.Sprintf("%s-%d", tn.name, i))
		f.create(u)
		all = append(all, u)
	}
	f.t.Cleanup(func() {
		ctx := context.Background() // The test's own has ended.
		for _, u := range all {
			if err := kube.Delete(ctx, u); err != nil {
				f.t.Errorf("cannot delete a session after the test: %v", err)
			}
		}
		await(ctx, f.t, "deletion after the test", func(ctx context.Context) error {
			var left []error
			for _, u := range all {
				left = append(left, gone(u)(ctx))
			}
			return errors.Join(left...)
		})
	})
}
