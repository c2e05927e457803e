// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// sessions answers lists with the sessions of a scope whose UIDs are given.
// Those of an index come by the value that they have in it: the first letter
// of a UID.
func sessions(cluster, namespaced []types.UID) test.MockListFn {
	return func(_ context.Context, l client.ObjectList, opts ...client.ListOption) error {
		o := client.ListOptions{}
		o.ApplyOptions(opts)
		matches := func(uid types.UID) bool {
			if o.FieldSelector == nil {
				return true
			}
			value, ok := o.FieldSelector.RequiresExactMatch(keyIndex)
			return ok && value == string(uid[0])
		}
		switch l := l.(type) {
		case *clusterv1alpha1.BgpSessionList:
			for _, uid := range cluster {
				if matches(uid) {
					l.Items = append(l.Items, clusterv1alpha1.BgpSession{})
					l.Items[len(l.Items)-1].SetUID(uid)
				}
			}
		case *namespacedv1alpha1.BgpSessionList:
			for _, uid := range namespaced {
				if matches(uid) {
					l.Items = append(l.Items, namespacedv1alpha1.BgpSession{})
					l.Items[len(l.Items)-1].SetUID(uid)
				}
			}
		}
		return nil
	}
}

func TestRivals(t *testing.T) {
	cluster, namespaced := both()
	asked := []types.UID{"k of the cluster", "other", "? of the cluster"}
	elsewhere := []types.UID{"other", "? of a namespace", "k of a namespace"}
	cases := map[string]struct {
		reason  string
		indexed []schema.GroupVersionKind
		cached  test.MockListFn
		live    test.MockListFn
		want    []external.Rival
		wantErr error
	}{
		"Both": {
			reason:  "those of both scopes that ask for the key count, and those whose key cannot be told",
			indexed: []schema.GroupVersionKind{cluster, namespaced},
			cached:  sessions(asked, elsewhere),
			want:    []external.Rival{{UID: "k of the cluster"}, {UID: "? of the cluster"}, {UID: "k of a namespace"}, {UID: "? of a namespace"}},
		},
		"NotStarted": {
			reason:  "those of a scope whose controller has not started count too",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  sessions(asked, nil),
			live:    sessions(nil, elsewhere),
			want:    []external.Rival{{UID: "k of the cluster"}, {UID: "? of the cluster"}, {UID: "? of a namespace"}, {UID: "k of a namespace"}},
		},
		"NotFound": {
			reason:  "no claim is decided while a scope that is installed cannot be listed",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  sessions(asked, nil),
			live:    test.NewMockListFn(&meta.NoKindMatchError{}),
			wantErr: &meta.NoKindMatchError{},
		},
		"CacheFails": {
			reason:  "nor while one cannot be read from the cache",
			indexed: []schema.GroupVersionKind{cluster, namespaced},
			cached:  test.NewMockListFn(errBoom),
			wantErr: errBoom,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			cached := &test.MockClient{MockList: tc.cached, MockGet: definition(extv1.ConditionTrue)}
			r := &rivals{
				scopes:  []schema.GroupVersionKind{cluster, namespaced},
				census:  newCensus(t, cached, &test.MockClient{MockList: tc.live}, tc.indexed...),
				configs: &providerconfig.Resolver{Configs: &test.MockClient{MockGet: test.NewMockGetFn(errBoom)}},
				byKey: byKey(func(mg resource.Managed) string {
					if key := string(mg.GetUID()[0]); key != unknownKey {
						return key
					}
					return ""
				}),
			}
			got, err := r.list(t.Context(), "", "k")
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
