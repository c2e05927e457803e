// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// reads answers lists with one resource per UID, and definitions by err.
func reads(cluster, namespaced []types.UID, err error) *test.MockClient {
	return &test.MockClient{
		MockGet: func(_ context.Context, name client.ObjectKey, _ client.Object) error {
			if name.Name == "bgpsessions.packet.crossplane.io" || name.Name == "bgpsessions.packet.m.crossplane.io" {
				return err
			}
			return errBoom
		},
		MockList: func(_ context.Context, l client.ObjectList, opts ...client.ListOption) error {
			if asksFor(unknownKey, opts) {
				return err
			}
			switch l := l.(type) {
			case *clusterv1alpha1.BgpSessionList:
				l.Items = make([]clusterv1alpha1.BgpSession, len(cluster))
				for i, uid := range cluster {
					l.Items[i].SetUID(uid)
				}
			case *namespacedv1alpha1.BgpSessionList:
				l.Items = make([]namespacedv1alpha1.BgpSession, len(namespaced))
				for i, uid := range namespaced {
					l.Items[i].SetUID(uid)
				}
			}
			return err
		},
	}
}

// asksFor reports whether a list is one by a key.
func asksFor(key string, opts []client.ListOption) bool {
	o := client.ListOptions{}
	o.ApplyOptions(opts)
	if o.FieldSelector == nil {
		return false
	}
	asked, ok := o.FieldSelector.RequiresExactMatch(keyIndex)
	return ok && asked == key
}

func TestRivals(t *testing.T) {
	cluster, namespaced := clusterv1alpha1.BgpSession_GroupVersionKind, namespacedv1alpha1.BgpSession_GroupVersionKind
	notInstalled := kerrors.NewNotFound(schema.GroupResource{}, "")
	notServed := &meta.NoKindMatchError{}
	cases := map[string]struct {
		reason  string
		indexed []schema.GroupVersionKind
		cached  *test.MockClient
		live    *test.MockClient
		want    []external.Rival
		wantErr error
	}{
		"Both": {
			reason:  "rivals of both scopes come from the cache once both are there",
			indexed: []schema.GroupVersionKind{cluster, namespaced},
			cached:  reads([]types.UID{"c"}, []types.UID{"n"}, nil),
			want:    []external.Rival{{UID: "c"}, {UID: "n"}},
		},
		"Unknown": {
			reason:  "those whose key cannot be told may ask for this one",
			indexed: []schema.GroupVersionKind{cluster, namespaced},
			cached: &test.MockClient{MockList: func(_ context.Context, l client.ObjectList, opts ...client.ListOption) error {
				if l, ok := l.(*clusterv1alpha1.BgpSessionList); ok {
					l.Items = make([]clusterv1alpha1.BgpSession, 1)
					l.Items[0].SetUID("known")
					if asksFor(unknownKey, opts) {
						l.Items[0].SetUID("unknown")
					}
				}
				return nil
			}, MockGet: test.NewMockGetFn(errBoom)},
			want: []external.Rival{{UID: "known"}, {UID: "unknown"}},
		},
		"NotInstalled": {
			reason:  "a scope whose definition is not installed has no rivals, and is not asked for",
			indexed: []schema.GroupVersionKind{cluster},
			cached: func() *test.MockClient {
				c := reads([]types.UID{"c"}, nil, nil)
				c.MockGet = test.NewMockGetFn(notInstalled)
				return c
			}(),
			want: []external.Rival{{UID: "c"}},
		},
		"NotStarted": {
			reason:  "a scope that is installed and not started is read live, and only those that may ask for the key count",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  reads([]types.UID{"c"}, []types.UID{"of the cache"}, nil),
			live:    reads(nil, []types.UID{"n", "other key", "unknown key"}, nil),
			want:    []external.Rival{{UID: "c"}, {UID: "n"}, {UID: "unknown key"}},
		},
		"NotServed": {
			reason:  "a scope whose definition is not served yet has no rivals",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  reads([]types.UID{"c"}, nil, nil),
			live:    reads(nil, nil, notServed),
			want:    []external.Rival{{UID: "c"}},
		},
		"LiveFails": {
			reason:  "a live list that fails is no empty list",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  reads([]types.UID{"c"}, nil, nil),
			live:    reads(nil, nil, errBoom),
			wantErr: errBoom,
		},
		"CacheFails": {
			reason:  "a cached list that fails is no empty list",
			indexed: []schema.GroupVersionKind{cluster},
			cached:  reads(nil, nil, errBoom),
			wantErr: errBoom,
		},
		"DefinitionFails": {
			reason:  "a definition that cannot be read may well be there",
			cached:  reads(nil, nil, errBoom),
			wantErr: errBoom,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			mgr := &fake.Manager{Scheme: registered(t)}
			r := &rivals{
				scopes: []schema.GroupVersionKind{cluster, namespaced},
				cached: tc.cached, live: tc.live,
				configs: &providerconfig.Resolver{Configs: tc.cached},
				keyOf: func(mg resource.Managed) string {
					switch mg.GetUID() {
					case "other key":
						return "another"
					case "unknown key":
						return ""
					default:
						return "key"
					}
				},
				newList: func(gvk schema.GroupVersionKind) (client.ObjectList, error) {
					_, list, err := objects(mgr, gvk)
					return list, err
				},
			}
			for _, scope := range tc.indexed {
				r.add(scope)
			}
			got, err := r.list(t.Context(), "", "key")
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
