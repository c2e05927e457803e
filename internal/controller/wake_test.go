// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	xpfake "github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/apis/shared"
	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// at is the metadata of an object, of a cluster-scoped one without namespace.
func at(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

// keyIn is a configuration whose key is in a Secret.
func keyIn(namespace, name string) shared.ProviderConfigSpec {
	ref := &shared.SecretKeySelector{Name: name, Key: "token"}
	if namespace != "" {
		ref.Namespace = &namespace
	}
	return shared.ProviderConfigSpec{Credentials: shared.ProviderCredentials{Source: xpv1.CredentialsSourceSecret, SecretRef: ref}}
}

// legacySession and session return managed resources that refer to a
// configuration.
func legacySession(name, config string) client.Object {
	s := &clusterv1alpha1.BgpSession{ObjectMeta: at("", name)}
	s.Spec.ProviderConfigReference = &xpv1.Reference{Name: config}
	return s
}

func session(namespace, name, kind, config string) client.Object {
	s := &namespacedv1alpha1.BgpSession{ObjectMeta: at(namespace, name)}
	s.Spec.ProviderConfigReference = &xpv1.ProviderConfigReference{Kind: kind, Name: config}
	return s
}

// legacyConfig and config return managed resources with an argument in a Secret.
func legacyConfig(name, namespace, secret string) client.Object {
	c := &clusterv1alpha1.BgpConfig{ObjectMeta: at("", name)}
	c.Spec.ForProvider.Md5SecretRef = &clusterv1alpha1.Md5SecretRefParameters{Namespace: ptr.To(namespace), Name: ptr.To(secret), Key: ptr.To("md5")}
	return c
}

func config(namespace, name, secret string) client.Object {
	c := &namespacedv1alpha1.BgpConfig{ObjectMeta: at(namespace, name)}
	c.Spec.ForProvider.Md5SecretRef = &namespacedv1alpha1.Md5SecretRefParameters{Name: ptr.To(secret), Key: ptr.To("md5")}
	return c
}

// scripted returns a device whose user data stand in a ConfigMap.
func scripted(namespace, name, configMap string) client.Object {
	d := &namespacedv1alpha1.Device{ObjectMeta: at(namespace, name)}
	d.Spec.ForProvider.UserDataConfigMapRef = &namespacedv1alpha1.UserDataConfigMapRefParameters{Name: ptr.To(configMap), Key: ptr.To("script")}
	return d
}

// cached is a cache with configurations of all kinds that are all called
// default, with Secrets that are all called key, and with resources that use
// them.
func cached(t *testing.T) client.Client {
	t.Helper()
	fromEnvironment := keyIn("system", "key")
	fromEnvironment.Credentials.Source = xpv1.CredentialsSourceEnvironment
	return fake.NewClientBuilder().WithScheme(registered(t)).
		WithObjects(
			&clusterv1beta1.ProviderConfig{ObjectMeta: at("", "default"), Spec: keyIn("system", "key")},
			&clusterv1beta1.ProviderConfig{ObjectMeta: at("", "other"), Spec: keyIn("system", "other")},
			&clusterv1beta1.ProviderConfig{ObjectMeta: at("", "environment"), Spec: fromEnvironment},
			&namespacedv1beta1.ProviderConfig{ObjectMeta: at("a", "default"), Spec: keyIn("", "key")},
			&namespacedv1beta1.ProviderConfig{ObjectMeta: at("b", "default"), Spec: keyIn("a", "key")},
			&namespacedv1beta1.ClusterProviderConfig{ObjectMeta: at("", "default"), Spec: keyIn("system", "key")},
			legacySession("one", "default"), legacySession("two", "default"), legacySession("three", "other"), legacySession("four", "environment"),
			session("a", "one", "ProviderConfig", "default"), session("b", "one", "ProviderConfig", "default"),
			session("a", "two", "ClusterProviderConfig", "default"), session("b", "two", "ClusterProviderConfig", "default"),
			session("a", "three", "ProviderConfig", "other"),
		).
		WithIndex(&clusterv1alpha1.BgpSession{}, configIndex, byConfig).
		WithIndex(&namespacedv1alpha1.BgpSession{}, configIndex, byConfig).
		WithIndex(&clusterv1alpha1.BgpSession{}, secretIndex, byArgument(external.SecretsOf)).
		WithIndex(&namespacedv1alpha1.BgpSession{}, secretIndex, byArgument(external.SecretsOf)).
		WithIndex(&clusterv1beta1.ProviderConfig{}, secretIndex, bySecret).
		WithIndex(&namespacedv1beta1.ProviderConfig{}, secretIndex, bySecret).
		WithIndex(&namespacedv1beta1.ClusterProviderConfig{}, secretIndex, bySecret).
		Build()
}

// wakers returns the wakers of both scopes.
func wakers(t *testing.T, c client.Reader) map[string]*waker {
	t.Helper()
	out := map[string]*waker{}
	for name, gvk := range map[string]schema.GroupVersionKind{
		"cluster": clusterv1alpha1.BgpSession_GroupVersionKind, "namespaced": namespacedv1alpha1.BgpSession_GroupVersionKind,
	} {
		w, err := newWaker(&xpfake.Manager{Scheme: registered(t)}, c, gvk, logging.NewNopLogger())
		if err != nil {
			t.Fatal(err)
		}
		out[name] = w
	}
	return out
}

func TestDependents(t *testing.T) {
	cases := map[string]struct {
		reason string
		scope  string
		kind   string
		config types.NamespacedName
		want   []string
	}{
		"Cluster":   {"resources that refer to it", "cluster", "ProviderConfig", types.NamespacedName{Name: "default"}, []string{"/one", "/two"}},
		"Namespace": {"one with a namespace is for that namespace only", "namespaced", "ProviderConfig", types.NamespacedName{Namespace: "a", Name: "default"}, []string{"a/one"}},
		"Shared":    {"one without a namespace is for all", "namespaced", "ClusterProviderConfig", types.NamespacedName{Name: "default"}, []string{"a/two", "b/two"}},
		"Nobody":    {"one that nobody uses wakes nobody", "namespaced", "ProviderConfig", types.NamespacedName{Namespace: "b", Name: "other"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range wakers(t, cached(t))[tc.scope].dependents(t.Context(), tc.kind, tc.config) {
				got = append(got, r.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDependentsOfSecret(t *testing.T) {
	cases := map[string]struct {
		reason string
		scope  string
		secret types.NamespacedName
		want   []string
	}{
		"Cluster":      {"the configuration names it; one whose key is in the environment does not, whatever else it says", "cluster", types.NamespacedName{Namespace: "system", Name: "key"}, []string{"/one", "/two"}},
		"Other":        {"another Secret of the same namespace", "cluster", types.NamespacedName{Namespace: "system", Name: "other"}, []string{"/three"}},
		"Shared":       {"a ClusterProviderConfig names it, for all namespaces", "namespaced", types.NamespacedName{Namespace: "system", Name: "key"}, []string{"a/two", "b/two"}},
		"OwnNamespace": {"a namespaced configuration reads from its own namespace only", "namespaced", types.NamespacedName{Namespace: "a", Name: "key"}, []string{"a/one"}},
		"Claimed":      {"so what it says of another namespace does not count", "namespaced", types.NamespacedName{Namespace: "b", Name: "key"}, []string{"b/one"}},
		"Unrelated":    {"a Secret that no configuration names wakes nobody", "namespaced", types.NamespacedName{Namespace: "a", Name: "unrelated"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			secret := &metav1.PartialObjectMetadata{ObjectMeta: at(tc.secret.Namespace, tc.secret.Name)}
			var got []string
			for _, r := range wakers(t, cached(t))[tc.scope].dependentsOfSecret(t.Context(), secret) {
				got = append(got, r.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDependentsOfArgument(t *testing.T) {
	c := fake.NewClientBuilder().WithScheme(registered(t)).
		WithObjects(
			&namespacedv1beta1.ProviderConfig{ObjectMeta: at("a", "default"), Spec: keyIn("", "key")},
			legacyConfig("one", "a", "md5"), legacyConfig("two", "b", "md5"),
			config("a", "one", "md5"), config("b", "one", "md5"), config("a", "two", "other"),
		).
		WithIndex(&clusterv1alpha1.BgpConfig{}, configIndex, byConfig).
		WithIndex(&namespacedv1alpha1.BgpConfig{}, configIndex, byConfig).
		WithIndex(&clusterv1alpha1.BgpConfig{}, secretIndex, byArgument(external.SecretsOf)).
		WithIndex(&namespacedv1alpha1.BgpConfig{}, secretIndex, byArgument(external.SecretsOf)).
		WithIndex(&clusterv1beta1.ProviderConfig{}, secretIndex, bySecret).
		WithIndex(&namespacedv1beta1.ProviderConfig{}, secretIndex, bySecret).
		WithIndex(&namespacedv1beta1.ClusterProviderConfig{}, secretIndex, bySecret).
		Build()
	for gvk, want := range map[schema.GroupVersionKind][]string{
		clusterv1alpha1.BgpConfig_GroupVersionKind:    {"/one"},
		namespacedv1alpha1.BgpConfig_GroupVersionKind: {"a/one"},
	} {
		w, err := newWaker(&xpfake.Manager{Scheme: registered(t)}, c, gvk, logging.NewNopLogger())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range w.dependentsOfSecret(t.Context(), &metav1.PartialObjectMetadata{ObjectMeta: at("a", "md5")}) {
			got = append(got, r.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: a Secret wakes the resources whose arguments it holds: -want, +got:\n%s", gvk.Group, diff)
		}
	}
}

func TestDependentsOfConfigMap(t *testing.T) {
	legacy := &clusterv1alpha1.Device{ObjectMeta: at("", "one")}
	legacy.Spec.ForProvider.UserDataConfigMapRef = &clusterv1alpha1.UserDataConfigMapRefParameters{Namespace: ptr.To("a"), Name: ptr.To("boot"), Key: ptr.To("script")}
	c := fake.NewClientBuilder().WithScheme(registered(t)).
		WithObjects(legacy, scripted("a", "one", "boot"), scripted("b", "one", "boot"), scripted("a", "two", "other")).
		WithIndex(&clusterv1alpha1.Device{}, configMapIndex, byArgument(external.ConfigMapsOf)).
		WithIndex(&namespacedv1alpha1.Device{}, configMapIndex, byArgument(external.ConfigMapsOf)).
		Build()
	for gvk, want := range map[schema.GroupVersionKind][]string{
		clusterv1alpha1.Device_GroupVersionKind:    {"/one"},
		namespacedv1alpha1.Device_GroupVersionKind: {"a/one"},
	} {
		w, err := newWaker(&xpfake.Manager{Scheme: registered(t)}, c, gvk, logging.NewNopLogger())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range w.dependentsOfConfigMap(t.Context(), &metav1.PartialObjectMetadata{ObjectMeta: at("a", "boot")}) {
			got = append(got, r.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: a ConfigMap wakes the resources whose arguments it holds, in its own namespace only: -want, +got:\n%s", gvk.Group, diff)
		}
	}
}

func TestDependentsUnknown(t *testing.T) {
	c := &test.MockClient{MockList: func(context.Context, client.ObjectList, ...client.ListOption) error { return errBoom }}
	got := wakers(t, c)["cluster"].dependents(t.Context(), "ProviderConfig", types.NamespacedName{Name: "default"})
	if diff := cmp.Diff(0, len(got)); diff != "" {
		t.Errorf("a list that fails wakes nobody: -want, +got:\n%s", diff)
	}
}

func TestChanged(t *testing.T) {
	object := func(uid types.UID, generation int64, version string) client.Object {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{UID: uid, Generation: generation, ResourceVersion: version}}
	}
	config, secret := changed(client.Object.GetGeneration), changed(client.Object.GetResourceVersion)
	update := func(before, after client.Object) func(predicate.Predicate) bool {
		return func(p predicate.Predicate) bool {
			return p.Update(event.UpdateEvent{ObjectOld: before, ObjectNew: after})
		}
	}
	cases := map[string]struct {
		reason         string
		event          func(predicate.Predicate) bool
		config, secret bool
	}{
		"Found":     {"what was there at the start wakes nobody", func(p predicate.Predicate) bool { return p.Create(event.CreateEvent{IsInInitialList: true}) }, false, false},
		"Created":   {"what was missing wakes", func(p predicate.Predicate) bool { return p.Create(event.CreateEvent{}) }, true, true},
		"Deleted":   {"what is missing from now on wakes", func(p predicate.Predicate) bool { return p.Delete(event.DeleteEvent{}) }, true, true},
		"Resync":    {"an event that tells nothing new wakes nobody", update(object("u", 1, "1"), object("u", 1, "1")), false, false},
		"Status":    {"the number of users of a configuration wakes nobody; a Secret has no status", update(object("u", 1, "1"), object("u", 1, "2")), false, true},
		"Changed":   {"a change wakes", update(object("u", 1, "1"), object("u", 2, "2")), true, true},
		"Recreated": {"what was deleted and made anew, unseen, wakes", update(object("u", 1, "1"), object("v", 1, "2")), true, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.event(config); got != tc.config {
				t.Errorf("%s: configuration: got %t", tc.reason, got)
			}
			if got := tc.event(secret); got != tc.secret {
				t.Errorf("%s: Secret: got %t", tc.reason, got)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	kinds := func(gvk schema.GroupVersionKind) []string {
		var out []string
		for _, g := range needs(gvk) {
			out = append(out, g.GroupKind().String())
		}
		return out
	}
	want := map[string][]string{
		"cluster": {"BgpSession.packet.crossplane.io", "ProviderConfig.packet.crossplane.io", "ProviderConfigUsage.packet.crossplane.io"},
		"namespaced": {
			"BgpSession.packet.m.crossplane.io", "ProviderConfig.packet.m.crossplane.io",
			"ProviderConfigUsage.packet.m.crossplane.io", "ClusterProviderConfig.packet.m.crossplane.io",
		},
	}
	got := map[string][]string{
		"cluster": kinds(clusterv1alpha1.BgpSession_GroupVersionKind), "namespaced": kinds(namespacedv1alpha1.BgpSession_GroupVersionKind),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
