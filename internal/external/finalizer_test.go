// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/apis/cluster"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
)

// stored returns a client that holds the resource and counts patches, and the
// resource as a reconciler read it.
func stored(t *testing.T, mg resource.Managed) (client.Client, *int) {
	t.Helper()
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{cluster.AddToScheme, namespaced.AddToScheme} {
		if err := add(s); err != nil {
			t.Fatal(err)
		}
	}
	patches := 0
	c := fake.NewClientBuilder().WithScheme(s).WithObjects(mg).WithStatusSubresource(mg).WithInterceptorFuncs(interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, p client.Patch, opts ...client.PatchOption) error {
			patches++
			return c.Patch(ctx, obj, p, opts...)
		},
	}).Build()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(mg), mg); err != nil {
		t.Fatal(err)
	}
	return c, &patches
}

func TestAddFinalizer(t *testing.T) {
	cases := map[string]struct {
		reason      string
		stored      []func(resource.Managed)
		change      func(resource.Managed)
		patches     int
		finalizers  []string
		annotations map[string]string
	}{
		"First": {
			reason: "a missing finalizer is added beside others", stored: []func(resource.Managed){func(mg resource.Managed) { mg.SetFinalizers([]string{"other"}) }},
			change: func(resource.Managed) {}, patches: 1, finalizers: []string{"other", managed.FinalizerName},
		},
		"Adopted": {
			reason: "the external name and the settled creation are written with the finalizer, other annotations are not",
			change: func(mg resource.Managed) {
				named(objectID)(mg)
				meta.SetExternalCreateSucceeded(mg, now)
				meta.AddAnnotations(mg, map[string]string{"other": "annotation"})
			},
			patches: 1, finalizers: []string{managed.FinalizerName},
			annotations: map[string]string{meta.AnnotationKeyExternalName: objectID, meta.AnnotationKeyExternalCreateSucceeded: "2026-07-01T12:00:00Z"},
		},
		"Attempted": {
			reason: "where an object is going to be created is written with the finalizer", change: attemptedIn(endpoint, firstProject),
			patches: 1, finalizers: []string{managed.FinalizerName}, annotations: map[string]string{AnnotationCreationPlace: endpoint + " " + firstProject},
		},
		"AdoptedLater": {
			reason:  "what adoption recorded is written although the finalizer is there",
			stored:  []func(resource.Managed){func(mg resource.Managed) { meta.AddFinalizer(mg, managed.FinalizerName) }},
			change:  named(objectID),
			patches: 1, finalizers: []string{managed.FinalizerName}, annotations: map[string]string{meta.AnnotationKeyExternalName: objectID},
		},
		"Nothing": {
			reason: "nothing is written where all is there",
			stored: []func(resource.Managed){func(mg resource.Managed) { meta.AddFinalizer(mg, managed.FinalizerName) }, named(objectID)},
			change: func(resource.Managed) {}, finalizers: []string{managed.FinalizerName}, annotations: map[string]string{meta.AnnotationKeyExternalName: objectID},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				mg := session(t, empty, asked(), tc.stored...)
				c, patches := stored(t, mg)
				tc.change(mg)
				mg.SetConditions(xpv1.Available())
				if err := storeState(mg, endpoint, state{ID: objectID}); err != nil {
					t.Fatal(err)
				}
				if err := (&Finalizer{Client: c}).AddFinalizer(t.Context(), mg); err != nil {
					t.Fatalf("%s: %v", tc.reason, err)
				}
				if *patches != tc.patches {
					t.Errorf("%s: %d patches, want %d", tc.reason, *patches, tc.patches)
				}
				if reported, err := loadState[state](mg); err != nil || reported.ID != objectID || mg.GetCondition(xpv1.TypeReady).Status != "True" {
					t.Errorf("%s: the status in memory was lost: %+v, %v", tc.reason, reported, err)
				}
				kept := empty()
				if err := c.Get(t.Context(), client.ObjectKeyFromObject(mg), kept); err != nil {
					t.Fatal(err)
				}
				for what, diff := range map[string]string{
					"finalizers":  cmp.Diff(tc.finalizers, kept.GetFinalizers()),
					"annotations": cmp.Diff(tc.annotations, kept.GetAnnotations()),
					"version":     cmp.Diff(kept.GetResourceVersion(), mg.GetResourceVersion()),
					"in memory":   cmp.Diff(tc.finalizers, mg.GetFinalizers()),
				} {
					if diff != "" {
						t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
					}
				}
				if kept.GetCondition(xpv1.TypeReady).Status == "True" {
					t.Errorf("%s: the status was written with the metadata", tc.reason)
				}
			})
		}
	}
}

func TestFinalizerConflicts(t *testing.T) {
	changes := map[string]func(context.Context, *Finalizer, resource.Object) error{
		"Add": func(ctx context.Context, f *Finalizer, o resource.Object) error {
			o.SetAnnotations(map[string]string{meta.AnnotationKeyExternalName: objectID})
			return f.AddFinalizer(ctx, o)
		},
		"Remove": func(ctx context.Context, f *Finalizer, o resource.Object) error { return f.RemoveFinalizer(ctx, o) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			mg := session(t, scopes["Cluster"], asked(), func(mg resource.Managed) { mg.SetFinalizers([]string{managed.FinalizerName}) })
			c, _ := stored(t, mg)
			later, ok := mg.DeepCopyObject().(resource.Managed)
			if !ok {
				t.Fatal("the copy is no managed resource")
			}
			later.SetLabels(map[string]string{"changed": "meanwhile"})
			if err := c.Update(t.Context(), later); err != nil {
				t.Fatal(err)
			}
			f := &Finalizer{Client: c, Removed: func(context.Context, resource.Managed) { t.Error("a resource that is kept was told to be let go") }}
			if err := change(t.Context(), f, mg); !kerrors.IsConflict(errors.Cause(err)) {
				t.Errorf("a stale version: got %v, want a conflict", err)
			}
		})
	}
}

func TestRemoveFinalizer(t *testing.T) {
	mg := session(t, scopes["Namespaced"], asked(), func(mg resource.Managed) { mg.SetFinalizers([]string{managed.FinalizerName, "other"}) })
	c, patches := stored(t, mg)
	var told []string
	f := &Finalizer{Client: c, Removed: func(_ context.Context, mg resource.Managed) { told = append(told, mg.GetName()) }}
	for range 2 {
		if err := f.RemoveFinalizer(t.Context(), mg); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"edge"}, told); diff != "" {
		t.Errorf("told of resources that are let go: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"other"}, mg.GetFinalizers()); diff != "" {
		t.Errorf("finalizers: -want +got:\n%s", diff)
	}
	if *patches != 1 {
		t.Errorf("%d patches for one removal, want 1", *patches)
	}
	mg.SetFinalizers([]string{managed.FinalizerName})
	if err := c.Delete(t.Context(), mg); err != nil {
		t.Fatal(err)
	}
	gone := session(t, scopes["Namespaced"], asked(), func(mg resource.Managed) {
		mg.SetName("gone")
		mg.SetFinalizers([]string{managed.FinalizerName})
	})
	if err := f.RemoveFinalizer(t.Context(), gone); err != nil {
		t.Errorf("a resource that is gone: %v", err)
	}
	if err := f.AddFinalizer(t.Context(), gone); !kerrors.IsNotFound(errors.Cause(err)) {
		t.Errorf("a resource that is gone: got %v, want not found", err)
	}
}
