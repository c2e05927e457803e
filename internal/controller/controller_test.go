// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"

	"github.com/crossplane-contrib/provider-packet/apis/cluster"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
)

var errBoom = errors.New("boom")

func registered(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{cluster.AddToScheme, namespaced.AddToScheme} {
		if err := add(s); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestKindsAreRegistered(t *testing.T) {
	mgr := &fake.Manager{Scheme: registered(t)}
	if len(kinds()) == 0 {
		t.Fatal("there are no kinds")
	}
	for _, k := range kinds() {
		for _, gvk := range []schema.GroupVersionKind{k.cluster, k.namespaced} {
			t.Run(gvk.String(), func(t *testing.T) {
				obj, list, err := objects(mgr, gvk)
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := obj.(resource.Managed); !ok {
					t.Errorf("%T is no managed resource", obj)
				}
				if _, modern := obj.(resource.ModernManaged); modern != (gvk == k.namespaced) {
					t.Errorf("%T is of the other scope", obj)
				}
				if _, ok := list.(resource.ManagedList); !ok {
					t.Errorf("%T is no list of managed resources", list)
				}
			})
		}
	}
	if _, _, err := objects(mgr, schema.GroupVersionKind{Group: "example.net", Version: "v1", Kind: "Other"}); err == nil {
		t.Error("a kind that is not registered was found")
	}
}

func TestConfigKindsAreRegistered(t *testing.T) {
	s := registered(t)
	for _, k := range configKinds() {
		for gvk, obj := range map[schema.GroupVersionKind]runtime.Object{
			k.config: k.newConfig(), k.usage: k.newUsage(), k.usage.GroupVersion().WithKind(k.usage.Kind + "List"): k.newUsages(),
		} {
			got, _, err := s.ObjectKinds(obj)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]schema.GroupVersionKind{gvk}, got); diff != "" {
				t.Errorf("%T: -want +got:\n%s", obj, diff)
			}
		}
	}
}

func TestFailure(t *testing.T) {
	f := &failure{errs: make(chan error, 1)}
	f.note(nil)
	f.note(errBoom)
	f.note(errors.New("later"))
	if err := f.Start(t.Context()); !errors.Is(err, errBoom) {
		t.Errorf("got %v, want the first failure", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Start(ended); err != nil {
		t.Errorf("the end of the manager is no failure: %v", err)
	}
}

func TestControllerOptions(t *testing.T) {
	got := Options{Concurrency: 7, BackoffBase: time.Second, BackoffMax: 3 * time.Second}.controllerOptions()
	if got.MaxConcurrentReconciles != 7 || got.RecoverPanic == nil || !*got.RecoverPanic {
		t.Errorf("got %+v", got)
	}
}
