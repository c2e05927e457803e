// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// deviceUsing returns a device that refers to a configuration.
func deviceUsing(namespace, name, kind, config string) client.Object {
	d := &namespacedv1alpha1.Device{ObjectMeta: at(namespace, name)}
	d.Spec.ProviderConfigReference = &xpv1.ProviderConfigReference{Kind: kind, Name: config}
	return d
}

// TestUsers has the users of a configuration found among all kinds, whichever
// of them have started.
func TestUsers(t *testing.T) {
	all := fake.NewClientBuilder().WithScheme(registered(t)).
		WithObjects(
			legacySession("one", "default"), legacySession("other", "other"),
			session("a", "one", "ProviderConfig", "default"), session("b", "one", "ProviderConfig", "default"),
			session("a", "two", "ClusterProviderConfig", "default"), session("b", "two", "ClusterProviderConfig", "default"),
			deviceUsing("a", "one", "ProviderConfig", "default"), deviceUsing("a", "other", "ProviderConfig", "other"),
		).
		WithIndex(&clusterv1alpha1.BgpSession{}, configIndex, byConfig).
		WithIndex(&namespacedv1alpha1.BgpSession{}, configIndex, byConfig).
		WithIndex(&namespacedv1alpha1.Device{}, configIndex, byConfig).
		Build()
	cluster, namespaced := both()
	devices := namespacedv1alpha1.Device_GroupVersionKind
	user := func(kind, namespace, name string) providerconfig.User {
		return providerconfig.User{Kind: kind, Namespace: namespace, Name: name}
	}
	ofTeam := []providerconfig.User{user("BgpSession", "a", "one"), user("Device", "a", "one")}
	ours := &namespacedv1beta1.ProviderConfig{ObjectMeta: at("a", "default")}
	cases := map[string]struct {
		reason  string
		config  client.Object
		kind    string
		group   string
		started []schema.GroupVersionKind
		get     test.MockGetFn
		failing func(client.ObjectList) bool
		want    []providerconfig.User
		wantErr error
	}{
		"Cluster":    {reason: "those of its own group", config: &clusterv1beta1.ProviderConfig{ObjectMeta: at("", "default")}, kind: "ProviderConfig", group: cluster.Group, started: []schema.GroupVersionKind{cluster}, want: []providerconfig.User{user("BgpSession", "", "one")}},
		"Namespaced": {reason: "those of its own namespace, of all kinds", config: ours, kind: "ProviderConfig", group: namespaced.Group, started: []schema.GroupVersionKind{namespaced, devices}, want: ofTeam},
		"Shared":     {reason: "those of all namespaces", config: &namespacedv1beta1.ClusterProviderConfig{ObjectMeta: at("", "default")}, kind: "ClusterProviderConfig", group: namespaced.Group, started: []schema.GroupVersionKind{namespaced, devices}, want: []providerconfig.User{user("BgpSession", "a", "two"), user("BgpSession", "b", "two")}},
		"NotStarted": {reason: "those of kinds whose controllers have not started count too", config: ours, kind: "ProviderConfig", group: namespaced.Group, get: definition(extv1.ConditionTrue), want: ofTeam},
		"HalfStarted": {
			reason: "wherever they are read from", config: ours, kind: "ProviderConfig", group: namespaced.Group,
			started: []schema.GroupVersionKind{namespaced}, get: definition(extv1.ConditionTrue), want: ofTeam,
		},
		"NotInstalled": {
			reason: "a kind that is not installed has none", config: ours, kind: "ProviderConfig", group: namespaced.Group,
			started: []schema.GroupVersionKind{namespaced}, get: test.NewMockGetFn(kerrors.NewNotFound(schema.GroupResource{}, "")), want: ofTeam[:1],
		},
		"Fails": {
			reason: "a list that fails is no empty list", config: ours, kind: "ProviderConfig", group: namespaced.Group,
			started: []schema.GroupVersionKind{namespaced, devices}, wantErr: errBoom,
			failing: func(l client.ObjectList) bool { _, ok := l.(*namespacedv1alpha1.DeviceList); return ok },
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			list := func(ctx context.Context, l client.ObjectList, opts ...client.ListOption) error {
				if tc.failing != nil && tc.failing(l) {
					return errBoom
				}
				return all.List(ctx, l, opts...)
			}
			reader := &test.MockClient{MockGet: tc.get, MockList: list}
			u := &users{kinds: []schema.GroupVersionKind{cluster, namespaced, devices}, census: newCensus(t, reader, reader, tc.started...)}
			got, err := u.of(t.Context(), tc.group, tc.kind, tc.config)
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
