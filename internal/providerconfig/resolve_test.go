// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	xpfake "github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"

	"github.com/crossplane-contrib/provider-packet/apis/cluster"
	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/apis/shared"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const (
	secretKey = "the-secret-key"
	baseURL   = "https://API.example.net/metal/v1"
)

var errBoom = errors.New("boom")

func builder(t *testing.T) *fake.ClientBuilder {
	t.Helper()
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{cluster.AddToScheme, namespaced.AddToScheme, corev1.AddToScheme} {
		if err := add(s); err != nil {
			t.Fatal(err)
		}
	}
	return fake.NewClientBuilder().WithScheme(s)
}

func legacy(name string) resource.Managed {
	mg := &clusterv1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Name: "edge", UID: "me"}}
	mg.SetGroupVersionKind(clusterv1alpha1.BgpSession_GroupVersionKind)
	if name != "" {
		mg.Spec.ProviderConfigReference = &xpv1.Reference{Name: name}
	}
	return mg
}

func modern(kind string) resource.Managed {
	mg := &namespacedv1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "edge", UID: "me"}}
	mg.SetGroupVersionKind(namespacedv1alpha1.BgpSession_GroupVersionKind)
	if kind != "" {
		mg.Spec.ProviderConfigReference = &xpv1.ProviderConfigReference{Kind: kind, Name: "default"}
	}
	return mg
}

func spec(c shared.ProviderCredentials) shared.ProviderConfigSpec {
	return shared.ProviderConfigSpec{BaseURL: baseURL, Credentials: c, ProjectID: ptr.To("P1"), CABundle: []byte("pem")}
}

func fromSecret(namespace, name, key string) shared.ProviderCredentials {
	c := shared.ProviderCredentials{Source: xpv1.CredentialsSourceSecret, SecretRef: &shared.SecretKeySelector{Name: name, Key: key}}
	if namespace != "" {
		c.SecretRef.Namespace = &namespace
	}
	return c
}

func secret(namespace, name, value string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Data:       map[string][]byte{"token": []byte(value), "unrelated": []byte(secretKey)},
	}
}

func tracks(err error) Tracker {
	return resource.TrackerFn(func(context.Context, resource.Managed) error { return err })
}

func TestResolve(t *testing.T) {
	fromEnv := shared.ProviderCredentials{Source: xpv1.CredentialsSourceEnvironment, Env: &xpv1.EnvSelector{Name: "TOKEN"}}
	fromFile := shared.ProviderCredentials{Source: xpv1.CredentialsSourceFilesystem, Fs: &xpv1.FsSelector{Path: "/token"}}
	cases := map[string]struct {
		reason  string
		mg      resource.Managed
		cr      shared.ProviderCredentials
		track   error
		env     string
		readErr error
		want    string
		wantErr string
	}{
		"LegacySecret":   {reason: "a cluster-scoped resource uses a ProviderConfig", mg: legacy("default"), cr: fromSecret("keys", "good", "token"), want: "ProviderConfig default"},
		"ModernSecret":   {reason: "a namespaced configuration reads from its own namespace", mg: modern("ProviderConfig"), cr: fromSecret("", "own", "token"), want: "ProviderConfig default"},
		"ModernCluster":  {reason: "a namespaced resource may use a ClusterProviderConfig", mg: modern("ClusterProviderConfig"), cr: fromSecret("keys", "good", "token"), want: "ClusterProviderConfig default"},
		"Environment":    {reason: "a key comes from the environment", mg: legacy("default"), cr: fromEnv, env: secretKey, want: "ProviderConfig default"},
		"Filesystem":     {reason: "a key comes from a file", mg: modern("ClusterProviderConfig"), cr: fromFile, want: "ClusterProviderConfig default"},
		"NoReference":    {reason: "a missing reference is named", mg: modern(""), wantErr: "spec.providerConfigRef is not set"},
		"NoReferenceOld": {reason: "a missing reference is named", mg: legacy(""), wantErr: "spec.providerConfigRef is not set"},
		"UnknownKind":    {reason: "an unknown kind is named", mg: modern("Config"), wantErr: `spec.providerConfigRef.kind "Config" is unknown`},
		"NoConfig":       {reason: "a missing configuration is named", mg: legacy("other"), wantErr: "there is no ProviderConfig other; create it"},
		"TrackFails":     {reason: "without a usage nothing is used", mg: legacy("default"), cr: fromSecret("keys", "good", "token"), track: errBoom, wantErr: "cannot record that ProviderConfig default is used: boom"},
		"NoSecret":       {reason: "a missing Secret is named", mg: legacy("default"), cr: fromSecret("keys", "missing", "token"), wantErr: "cannot read key token of Secret keys/missing"},
		"NoKey":          {reason: "a missing key of a Secret is named", mg: legacy("default"), cr: fromSecret("keys", "good", "other"), wantErr: "key other of Secret keys/good is empty or not there"},
		"EmptyKey":       {reason: "white space is no key", mg: legacy("default"), cr: fromSecret("keys", "blank", "token"), wantErr: "key token of Secret keys/blank is empty or not there"},
		"NoNamespace":    {reason: "a cluster-scoped configuration needs the Secret's namespace", mg: modern("ClusterProviderConfig"), cr: fromSecret("", "good", "token"), wantErr: "spec.credentials.secretRef.namespace is not set"},
		"EmptyVariable":  {reason: "an empty variable is named", mg: legacy("default"), cr: fromEnv, wantErr: "environment variable TOKEN is empty"},
		"NoFile":         {reason: "a file that cannot be read is named", mg: legacy("default"), cr: fromFile, readErr: errBoom, wantErr: "cannot read file /token: boom"},
		"NoSecretRef":    {reason: "a source without its reference is refused", mg: legacy("default"), cr: shared.ProviderCredentials{Source: xpv1.CredentialsSourceSecret}, wantErr: "source Secret needs its reference"},
		"NoEnv":          {reason: "a source without its reference is refused", mg: legacy("default"), cr: shared.ProviderCredentials{Source: xpv1.CredentialsSourceEnvironment}, wantErr: "source Environment needs its reference"},
		"NoFs":           {reason: "a source without its reference is refused", mg: legacy("default"), cr: shared.ProviderCredentials{Source: xpv1.CredentialsSourceFilesystem}, wantErr: "source Filesystem needs its reference"},
		"TenantEnv":      {reason: "a namespaced configuration is not given the environment", mg: modern("ProviderConfig"), cr: fromEnv, env: secretKey, wantErr: "source Environment is not allowed in a namespaced ProviderConfig"},
		"TenantFile":     {reason: "a namespaced configuration is not given files", mg: modern("ProviderConfig"), cr: fromFile, wantErr: "source Filesystem is not allowed in a namespaced ProviderConfig"},
		"TenantSecret":   {reason: "a namespaced configuration never reads another namespace", mg: modern("ProviderConfig"), cr: fromSecret("keys", "good", "token"), wantErr: "cannot read key token of Secret team/good"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			meta := metav1.ObjectMeta{Name: "default"}
			c := builder(t).WithObjects(
				&clusterv1beta1.ProviderConfig{ObjectMeta: meta, Spec: spec(tc.cr)},
				&namespacedv1beta1.ClusterProviderConfig{ObjectMeta: meta, Spec: spec(tc.cr)},
				&namespacedv1beta1.ProviderConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "default"}, Spec: spec(tc.cr)},
				secret("keys", "good", secretKey+"\n"), secret("keys", "blank", " \n"), secret("team", "own", secretKey),
			).Build()
			r := &Resolver{
				Configs: c, Secrets: c, Usages: tracks(tc.track),
				Getenv:   func(string) string { return tc.env },
				ReadFile: func(string) ([]byte, error) { return []byte(secretKey + "\n"), tc.readErr },
			}
			got, err := r.Resolve(t.Context(), tc.mg)
			want := Connection{}
			if tc.wantErr == "" {
				want = Connection{Config: packet.Config{BaseURL: baseURL, Token: secretKey, CABundle: []byte("pem")}, ProjectID: "P1", Reference: tc.want}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if (tc.wantErr == "") != (err == nil) || !strings.Contains(text, tc.wantErr) || strings.Contains(text, secretKey) {
				t.Errorf("%s: got error %q, want %q in it, and not the key", tc.reason, text, tc.wantErr)
			}
		})
	}
}

// Secrets and usages go with their namespace at once; what was made with them
// has to go too.
func TestResolveForDeletion(t *testing.T) {
	stored := secret("team", "own", secretKey)
	pc := &namespacedv1beta1.ProviderConfig{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "default", UID: "config"}, Spec: spec(fromSecret("", "own", "token")),
	}
	c := builder(t).WithObjects(pc, stored).Build()
	r := &Resolver{Configs: c, Secrets: c, Usages: tracks(nil)}
	deleted := modern("ProviderConfig")
	deleted.SetDeletionTimestamp(ptr.To(metav1.Now()))

	if _, err := r.Resolve(t.Context(), modern("ProviderConfig")); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Resolve(t.Context(), modern("ProviderConfig")); !kerrors.IsNotFound(err) {
		t.Errorf("a resource that stays needs the Secret: got %v", err)
	}
	r.Usages = tracks(errBoom)
	got, err := r.Resolve(t.Context(), deleted)
	if err != nil || got.Config.Token != secretKey {
		t.Errorf("a resource that is being deleted has the last key, and records nothing: got %v, %v", got, err)
	}
	elsewhere := pc.DeepCopy()
	elsewhere.Spec.BaseURL = "https://fake.example.net/"
	if err := c.Update(t.Context(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Resolve(t.Context(), deleted); !kerrors.IsNotFound(err) {
		t.Errorf("the last key is not sent to another address: got %v", err)
	}
	elsewhere.Spec.BaseURL = baseURL
	if err := c.Update(t.Context(), elsewhere); err != nil {
		t.Fatal(err)
	}
	r.Forget("config")
	if _, err := r.Resolve(t.Context(), deleted); !kerrors.IsNotFound(err) {
		t.Errorf("the key of a configuration that is gone is forgotten: got %v", err)
	}
}

func TestEndpoint(t *testing.T) {
	pc := &namespacedv1beta1.ProviderConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "default"}, Spec: spec(shared.ProviderCredentials{})}
	r := &Resolver{Configs: builder(t).WithObjects(pc).Build()}
	got, err := r.Endpoint(t.Context(), modern("ProviderConfig"))
	if err != nil {
		t.Fatal(err)
	}
	api, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: baseURL, Token: secretKey})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(api.Endpoint(), got); diff != "" {
		t.Errorf("the endpoint differs from a client's: -want +got:\n%s", diff)
	}
	if got, err := r.Endpoint(t.Context(), modern("ClusterProviderConfig")); err == nil {
		t.Errorf("a configuration that does not exist has the endpoint %q", got)
	}
	_, err = r.Endpoint(t.Context(), &namespacedv1alpha1.BgpSession{
		ObjectMeta: metav1.ObjectMeta{Namespace: "other"}, Spec: modern("ProviderConfig").(*namespacedv1alpha1.BgpSession).Spec,
	})
	if err == nil || !strings.Contains(err.Error(), "there is no ProviderConfig default in namespace other") {
		t.Errorf("a configuration of another namespace: %v", err)
	}
}

func TestTrack(t *testing.T) {
	c := builder(t).Build()
	tracker := NewTracker(c)
	for _, mg := range []resource.Managed{legacy("default"), modern("ClusterProviderConfig")} {
		if err := tracker.Track(t.Context(), mg); err != nil {
			t.Fatal(err)
		}
	}
	old, recent := &clusterv1beta1.ProviderConfigUsage{}, &namespacedv1beta1.ProviderConfigUsage{}
	if err := c.Get(t.Context(), client.ObjectKey{Name: "me"}, old); err != nil {
		t.Fatal(err)
	}
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: "me"}, recent); err != nil {
		t.Fatal(err)
	}
	if old.ProviderConfigReference.Name != "default" || metav1.GetControllerOf(old) == nil {
		t.Errorf("usage of a cluster-scoped resource: %+v", old)
	}
	want := map[string]string{xpv1.LabelKeyProviderName: "default", xpv1.LabelKeyProviderKind: "ClusterProviderConfig"}
	if diff := cmp.Diff(want, recent.GetLabels()); diff != "" || metav1.GetControllerOf(recent) == nil {
		t.Errorf("usage of a namespaced resource: labels: -want +got:\n%s", diff)
	}
	if err := tracker.Track(t.Context(), &xpfake.Managed{}); err == nil {
		t.Error("a resource of no scope was tracked")
	}
}
