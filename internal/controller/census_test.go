// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

// both are a kind in both scopes.
func both() (cluster, namespaced schema.GroupVersionKind) {
	return clusterv1alpha1.BgpSession_GroupVersionKind, namespacedv1alpha1.BgpSession_GroupVersionKind
}

// newCensus returns a census whose cache has the given kinds.
func newCensus(t *testing.T, cached, live client.Reader, indexed ...schema.GroupVersionKind) *census {
	t.Helper()
	c := &census{cached: cached, live: live, newList: func(gvk schema.GroupVersionKind) (client.ObjectList, error) {
		_, list, err := objects(&fake.Manager{Scheme: registered(t)}, gvk)
		return list, err
	}}
	for _, gvk := range indexed {
		c.add(gvk)
	}
	return c
}

// definition answers reads of a CRD.
func definition(established extv1.ConditionStatus) test.MockGetFn {
	return test.NewMockGetFn(nil, func(obj client.Object) error {
		crd, ok := obj.(*extv1.CustomResourceDefinition)
		if !ok {
			return errBoom
		}
		crd.Status.Conditions = []extv1.CustomResourceDefinitionCondition{{Type: extv1.Established, Status: established}}
		return nil
	})
}

// holds answers lists with sessions of those names, which an index has under
// the same value, and remembers what was asked.
func holds(asked *[]string, names ...string) test.MockListFn {
	return func(_ context.Context, l client.ObjectList, opts ...client.ListOption) error {
		o := client.ListOptions{}
		o.ApplyOptions(opts)
		value := ""
		if o.FieldSelector != nil {
			value, _ = o.FieldSelector.RequiresExactMatch(configIndex)
		}
		*asked = append(*asked, o.Namespace+"/"+value)
		list, ok := l.(*namespacedv1alpha1.BgpSessionList)
		if !ok {
			return errBoom
		}
		for _, name := range names {
			if value == "" || value == name {
				s := namespacedv1alpha1.BgpSession{}
				s.SetName(name)
				list.Items = append(list.Items, s)
			}
		}
		return nil
	}
}

func TestCensus(t *testing.T) {
	_, gvk := both()
	absent := test.NewMockGetFn(kerrors.NewNotFound(schema.GroupResource{}, ""))
	cases := map[string]struct {
		reason  string
		indexed bool
		// get and list are how the cache answers; lists by live answer by
		// themselves.
		get     test.MockGetFn
		listErr error
		liveErr error
		want    []string
		asked   []string
		wantErr error
	}{
		"Cached":         {reason: "the cache is asked for each value, in the namespace", indexed: true, want: []string{"a", "b"}, asked: []string{"team/a", "team/b"}},
		"CacheFails":     {reason: "a cached list that fails is no empty list", indexed: true, listErr: errBoom, wantErr: errBoom},
		"NotStarted":     {reason: "a kind that is installed and not started is read live, and only what was asked for counts", get: definition(extv1.ConditionTrue), want: []string{"a", "b"}, asked: []string{"team/"}},
		"NotInstalled":   {reason: "a kind whose definition is not installed has no resources, and is not asked for", get: absent},
		"NotEstablished": {reason: "nor has one that was not served yet", get: definition(extv1.ConditionFalse)},
		"NotFound":       {reason: "a server that does not know an established kind has not found it yet", get: definition(extv1.ConditionTrue), liveErr: &meta.NoKindMatchError{}, wantErr: &meta.NoKindMatchError{}},
		"LiveFails":      {reason: "a live list that fails is no empty list", get: definition(extv1.ConditionTrue), liveErr: errBoom, wantErr: errBoom},
		"DefinitionFails": {
			reason: "a definition that cannot be read may well be there",
			get:    test.NewMockGetFn(errBoom), wantErr: errBoom,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var asked []string
			answers := func(err error) test.MockListFn {
				if err != nil {
					return test.NewMockListFn(err)
				}
				return holds(&asked, "a", "b", "other")
			}
			cached := &test.MockClient{MockGet: tc.get, MockList: answers(tc.listErr)}
			c := newCensus(t, cached, &test.MockClient{MockList: answers(tc.liveErr)})
			if tc.indexed {
				c.add(gvk)
			}
			found, err := c.find(t.Context(), gvk, question{
				index: configIndex, by: func(o client.Object) []string { return []string{o.GetName()} }, values: []string{"a", "b"}, namespace: "team",
			})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			var got []string
			for _, mg := range found {
				got = append(got, mg.GetName())
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: found: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.asked, asked); diff != "" {
				t.Errorf("%s: lists: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
	other := schema.GroupVersionKind{Group: "example.net", Version: "v1", Kind: "Other"}
	if _, err := newCensus(t, &test.MockClient{}, nil, other).find(t.Context(), other, question{values: []string{"a"}}); err == nil {
		t.Error("a kind that is not registered has no resources, and nobody was told")
	}
}
