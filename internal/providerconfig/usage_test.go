// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

func TestTrackTwice(t *testing.T) {
	for name, mg := range map[string]resource.Managed{"Legacy": legacy("default"), "Modern": modern("ClusterProviderConfig")} {
		t.Run(name, func(t *testing.T) {
			var writes []string
			lagging := false
			c := builder(t).WithInterceptorFuncs(interceptor.Funcs{
				Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
					if lagging {
						return kerrors.NewNotFound(schema.GroupResource{}, key.Name)
					}
					return c.Get(ctx, key, obj, opts...)
				},
				Create: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
					writes = append(writes, "create")
					return c.Create(ctx, obj, opts...)
				},
				Update: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.UpdateOption) error {
					writes = append(writes, "update")
					return c.Update(ctx, obj, opts...)
				},
			}).Build()
			tracker := NewTracker(c)
			for range 2 {
				if err := tracker.Track(t.Context(), mg); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]string{"create"}, writes); diff != "" {
				t.Errorf("a usage is recorded once: -want, +got:\n%s", diff)
			}
			lagging = true
			if err := tracker.Track(t.Context(), mg); !kerrors.IsConflict(err) {
				t.Errorf("a cache that does not show the usage yet: got %v, want a conflict, which is tried again in silence", err)
			}
		})
	}
}
