// SPDX-License-Identifier: Apache-2.0

package kubeclient

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

var errBoom = errors.New("boom")

// A world is an API server, and a cache of it that can lag behind.
type world struct {
	client.Client

	// lagging is what the cache shows of the object while it lags behind.
	lagging *v1alpha1.BgpSession
	// fail is the answer to the next write of status, which takes effect
	// nevertheless if lost is true.
	fail error
	lost bool
	// writes counts writes of status that reached the API server.
	writes int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := runtime.NewScheme()
	if err := namespaced.AddToScheme(s); err != nil {
		t.Fatal(err)
	}
	w := &world{}
	w.Client = fake.NewClientBuilder().WithScheme(s).
		WithStatusSubresource(&v1alpha1.BgpSession{}).
		WithObjects(&v1alpha1.BgpSession{
			ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "edge", UID: "me"},
			Status:     v1alpha1.BgpSessionStatus{ResourceStatus: xpv1.ResourceStatus{ConditionedStatus: xpv1.ConditionedStatus{Conditions: []xpv1.Condition{past(xpv1.Available())}}}},
		}).
		WithInterceptorFuncs(interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
				if s, ok := obj.(*v1alpha1.BgpSession); ok && w.lagging != nil {
					w.lagging.DeepCopyInto(s)
					return nil
				}
				return c.Get(ctx, key, obj, opts...)
			},
			SubResourceUpdate: func(ctx context.Context, c client.Client, sub string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
				w.writes++
				err := w.fail
				w.fail = nil
				if err != nil && !w.lost {
					return err
				}
				return errors.Join(err, c.SubResource(sub).Update(ctx, obj, opts...))
			},
		}).Build()
	return w
}

// past is a condition since long ago.
func past(c xpv1.Condition) xpv1.Condition {
	c.LastTransitionTime = metav1.NewTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return c
}

// read reads the object as a reconciler does.
func read(t *testing.T, c client.Client) *v1alpha1.BgpSession {
	t.Helper()
	s := &v1alpha1.BgpSession{}
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: "edge"}, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// write reads the object, sets conditions and writes its status.
func write(t *testing.T, c client.Client, conditions ...xpv1.Condition) error {
	t.Helper()
	s := read(t, c)
	for _, one := range conditions {
		s.SetConditions(one)
	}
	return c.Status().Update(t.Context(), s)
}

func TestStatusUpdate(t *testing.T) {
	annotate := func(c client.Client) error {
		s := &v1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "edge", UID: "me"}}
		return c.Patch(t.Context(), s, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"by":"somebody"}}}`)))
	}
	conflict := kerrors.NewConflict(schema.GroupResource{}, "edge", errBoom)
	cases := map[string]struct {
		reason string
		// before happens before the status is written with conditions.
		before     func(t *testing.T, w *world, c client.Client)
		conditions []xpv1.Condition
		writes     int
		wantErr    error
	}{
		"Unwritten": {reason: "of an object that was not written yet the cache is believed"},
		"Other":     {reason: "what differs is written", conditions: []xpv1.Condition{xpv1.Unavailable()}, writes: 1},
		"More":      {reason: "what comes in addition is written", conditions: []xpv1.Condition{xpv1.ReconcileSuccess()}, writes: 1},
		"BackWithin": {
			reason:     "a condition that was something else meanwhile, within one reconciliation, is the same",
			conditions: []xpv1.Condition{xpv1.Unavailable(), xpv1.Available()},
		},
		"Generation": {
			reason:     "that a newer generation was observed is a change",
			conditions: []xpv1.Condition{xpv1.Unavailable(), xpv1.Available().WithObservedGeneration(2)}, writes: 1,
		},
		"Written": {
			reason: "what was written is not written again",
			before: func(t *testing.T, _ *world, c client.Client) {
				t.Helper()
				if err := write(t, c, xpv1.Unavailable()); err != nil {
					t.Fatal(err)
				}
			},
			conditions: []xpv1.Condition{xpv1.Unavailable()}, writes: 1,
		},
		"ThereAndBack": {
			reason: "a cache that does not show the last write yet is not believed",
			before: func(t *testing.T, w *world, c client.Client) {
				t.Helper()
				w.lagging = read(t, c)
				if err := write(t, c, xpv1.Unavailable()); err != nil {
					t.Fatal(err)
				}
			},
			conditions: []xpv1.Condition{xpv1.Available()}, writes: 2, wantErr: conflict,
		},
		"ThereAndBackLater": {
			reason: "a change back is a change",
			before: func(t *testing.T, _ *world, c client.Client) {
				t.Helper()
				if err := write(t, c, xpv1.Unavailable()); err != nil {
					t.Fatal(err)
				}
			},
			conditions: []xpv1.Condition{xpv1.Available()}, writes: 2,
		},
		"LaggingMetadata": {
			reason: "a cache that does not show a write of metadata yet is not believed either",
			before: func(t *testing.T, w *world, c client.Client) {
				t.Helper()
				w.lagging = read(t, c)
				if err := annotate(c); err != nil {
					t.Fatal(err)
				}
			},
			writes: 1, wantErr: conflict,
		},
		"Lost": {
			reason: "after a failed write nobody knows what is stored",
			before: func(t *testing.T, w *world, c client.Client) {
				t.Helper()
				w.fail, w.lost, w.lagging = errBoom, true, read(t, c)
				if err := write(t, c, xpv1.Unavailable()); !errors.Is(err, errBoom) {
					t.Fatalf("got %v, want %v", err, errBoom)
				}
			},
			writes: 2, wantErr: conflict,
		},
		"Conflict": {
			reason: "after a conflict it is written once more, and then no longer",
			before: func(t *testing.T, w *world, c client.Client) {
				t.Helper()
				w.fail = conflict
				if err := write(t, c, xpv1.Unavailable()); !kerrors.IsConflict(err) {
					t.Fatalf("got %v, want a conflict", err)
				}
				if err := errors.Join(write(t, c), write(t, c)); err != nil {
					t.Fatal(err)
				}
			},
			writes: 2,
		},
		"Foreign": {
			reason: "after somebody else changed the object it is written once more, and then no longer",
			before: func(t *testing.T, w *world, c client.Client) {
				t.Helper()
				if err := errors.Join(write(t, c, xpv1.Unavailable()), annotate(w.Client), write(t, c)); err != nil {
					t.Fatal(err)
				}
			},
			writes: 2,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := New(w)
			if tc.before != nil {
				tc.before(t, w, c)
			}
			err := write(t, c, tc.conditions...)
			if kerrors.IsConflict(tc.wantErr) != kerrors.IsConflict(err) || (tc.wantErr == nil) != (err == nil) {
				t.Errorf("%s: got error %v, want %v", tc.reason, err, tc.wantErr)
			}
			if w.writes != tc.writes {
				t.Errorf("%s: got %d writes, want %d", tc.reason, w.writes, tc.writes)
			}
			outdated := c.Outdated(v1alpha1.BgpSession_GroupVersionKind, client.ObjectKey{Namespace: "team", Name: "edge"})
			if outdated != (tc.wantErr != nil) {
				t.Errorf("%s: got outdated %t after error %v", tc.reason, outdated, err)
			}
			if c.Outdated(v1alpha1.BgpSession_GroupVersionKind, client.ObjectKey{Namespace: "team", Name: "edge"}) {
				t.Errorf("%s: it says twice that the object is outdated", tc.reason)
			}
		})
	}
}

func TestStatusUpdateLeavesWhatIsStored(t *testing.T) {
	w := newWorld(t)
	c := New(w)
	want := read(t, w)
	got := read(t, c)
	got.SetConditions(xpv1.Unavailable())
	got.SetConditions(xpv1.Available())
	got.SetLabels(map[string]string{"set": "in memory"})
	if err := c.Status().Update(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	if w.writes != 0 {
		t.Fatalf("got %d writes, want none", w.writes)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an object whose write was left out is not what is stored: -want, +got:\n%s", diff)
	}
}

func TestStatusUpdateWithOptions(t *testing.T) {
	w := newWorld(t)
	c := New(w)
	if err := c.Status().Update(t.Context(), read(t, c), client.FieldOwner("somebody")); err != nil {
		t.Fatal(err)
	}
	if w.writes != 1 {
		t.Errorf("got %d writes, want one: an update with options says more than the object", w.writes)
	}
}

func TestStatusPatch(t *testing.T) {
	w := newWorld(t)
	c := New(w)
	s := read(t, c)
	w.lagging = s.DeepCopy()
	patch := client.MergeFrom(s.DeepCopy())
	s.SetConditions(xpv1.Unavailable())
	if err := c.Status().Patch(t.Context(), s, patch); err != nil {
		t.Fatal(err)
	}
	if err := write(t, c, xpv1.Available()); !kerrors.IsConflict(err) || w.writes != 1 {
		t.Errorf("got %v and %d writes, want a conflict: a cache that does not show a patch yet is not believed", err, w.writes)
	}
}

func TestForget(t *testing.T) {
	w := newWorld(t)
	c := New(w)
	other := &v1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "other"}}
	if err := errors.Join(write(t, c, xpv1.Unavailable()), c.Create(t.Context(), other), c.Update(t.Context(), other)); err != nil {
		t.Fatal(err)
	}
	if len(c.written) != 2 {
		t.Fatalf("got %d objects in memory, want two", len(c.written))
	}
	s := read(t, c)
	if err := errors.Join(c.Delete(t.Context(), s), c.Delete(t.Context(), other)); err != nil {
		t.Fatal(err)
	}
	// A reconciler that is told of the deletion, and one that was at work.
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(s), s); !kerrors.IsNotFound(err) {
		t.Fatalf("got %v, want that it is not found", err)
	}
	if err := c.Update(t.Context(), other); !kerrors.IsNotFound(err) {
		t.Fatalf("got %v, want that it is not found", err)
	}
	if diff := cmp.Diff(map[key]version{}, c.written, cmp.AllowUnexported(key{}, version{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("deleted objects are remembered: -want, +got:\n%s", diff)
	}
}

func TestRecreated(t *testing.T) {
	w := newWorld(t)
	c := New(w)
	s := read(t, c)
	if err := errors.Join(write(t, c, xpv1.Unavailable()), w.Delete(t.Context(), s)); err != nil {
		t.Fatal(err)
	}
	again := &v1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "edge", UID: "another"}}
	if err := errors.Join(w.Create(t.Context(), again), write(t, c)); err != nil {
		t.Fatal(err)
	}
	if w.writes != 1 {
		t.Errorf("got %d writes, want one: an object of the same name is another one", w.writes)
	}
}
