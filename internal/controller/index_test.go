// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
)

func TestIndexes(t *testing.T) {
	inSecret, inConfigMap := byArgument(external.SecretsOf), byArgument(external.ConfigMapsOf)
	identified := byKey(func(mg resource.Managed) string { return string(mg.GetUID()) })
	cases := map[string]struct {
		reason string
		index  client.IndexerFunc
		obj    client.Object
		want   []string
	}{
		"Legacy":      {"the kind is understood", byConfig, legacySession("one", "default"), []string{"ProviderConfig/default"}},
		"Modern":      {"the kind is said", byConfig, session("a", "one", "ClusterProviderConfig", "default"), []string{"ClusterProviderConfig/default"}},
		"NoReference": {"who refers to nothing is not found", byConfig, &clusterv1alpha1.BgpSession{}, nil},
		"NoManaged":   {"what is no managed resource refers to nothing", byConfig, &metav1.PartialObjectMetadata{}, nil},
		"Secret":      {"namespace and name", bySecret, &clusterv1beta1.ProviderConfig{Spec: keyIn("system", "key")}, []string{"system/key"}},
		"NoSecret":    {"a configuration may name none", bySecret, &clusterv1beta1.ProviderConfig{}, nil},
		"Argument":    {"a Secret that holds an argument of a cluster-scoped resource", inSecret, legacyConfig("one", "a", "md5"), []string{"a/md5"}},
		"OwnArgument": {"one of a namespaced resource is in its namespace", inSecret, config("b", "one", "md5"), []string{"b/md5"}},
		"NoArgument":  {"a resource may name none", inSecret, session("a", "one", "ProviderConfig", "default"), nil},
		"NoArguments": {"what is no managed resource has none", inSecret, &metav1.PartialObjectMetadata{}, nil},
		"Script":      {"a ConfigMap that holds an argument", inConfigMap, scripted("b", "one", "boot"), []string{"b/boot"}},
		"NoScript":    {"a Secret is no ConfigMap", inConfigMap, config("b", "one", "md5"), nil},
		"Key":         {"what identifies an object", identified, &clusterv1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{UID: "me"}}, []string{"me"}},
		"NoKey":       {"what cannot be told is found too", identified, &clusterv1alpha1.BgpSession{}, []string{unknownKey}},
		"NoKeyAtAll":  {"what is no managed resource asks for nothing", identified, &metav1.PartialObjectMetadata{}, nil},
		"NoConfig":    {"what is no configuration names none", bySecret, &metav1.PartialObjectMetadata{}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.index(tc.obj), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNamesConfigMaps has ConfigMaps watched for the kinds that can name one,
// and for no others.
func TestNamesConfigMaps(t *testing.T) {
	for _, k := range kinds() {
		for _, gvk := range k.scopes() {
			obj, _, err := objects(&fake.Manager{Scheme: registered(t)}, gvk)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := namesConfigMaps(obj), gvk.Kind == "Device"; got != want {
				t.Errorf("%s: got %t", gvk, got)
			}
		}
	}
	if namesConfigMaps(&metav1.PartialObjectMetadata{}) {
		t.Error("what is no managed resource names ConfigMaps")
	}
}

func TestSecretIndexes(t *testing.T) {
	gvk := clusterv1beta1.ProviderConfigGroupVersionKind
	s := &secretIndexes{done: map[schema.GroupVersionKind]bool{}}
	n, fail := 0, errBoom
	indexer := indexerFn(func(context.Context, client.Object, string, client.IndexerFunc) error { n++; return fail })
	if err := s.add(indexer, gvk, &clusterv1beta1.ProviderConfig{}); !cmp.Equal(err, errBoom, cmpopts.EquateErrors()) {
		t.Errorf("got %v, want %v", err, errBoom)
	}
	fail = nil
	for range 2 {
		if err := s.add(indexer, gvk, &clusterv1beta1.ProviderConfig{}); err != nil {
			t.Error(err)
		}
	}
	if n != 2 {
		t.Errorf("indexed %d times, want 2: a failure, and once", n)
	}
}

type indexerFn func(context.Context, client.Object, string, client.IndexerFunc) error

func (f indexerFn) IndexField(ctx context.Context, obj client.Object, field string, by client.IndexerFunc) error {
	return f(ctx, obj, field, by)
}
