// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/apis/cluster"
	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/apis/namespaced"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

var errBoom = errors.New("boom")

// requests counts what was asked of the API server, by verb.
type requests map[string]int

// server returns an API server that counts requests, and fails those of a verb.
func server(t *testing.T, failing string, objects ...client.Object) (client.Client, requests) {
	t.Helper()
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{cluster.AddToScheme, namespaced.AddToScheme, corev1.AddToScheme} {
		if err := add(s); err != nil {
			t.Fatal(err)
		}
	}
	n := requests{}
	count := func(verb string, request func() error) error {
		n[verb]++
		if verb == failing {
			return errBoom
		}
		return request()
	}
	return fake.NewClientBuilder().WithScheme(s).WithObjects(objects...).WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
			return count("get", func() error { return c.Get(ctx, key, obj, opts...) })
		},
		Create: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
			return count("create", func() error { return c.Create(ctx, obj, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.UpdateOption) error {
			return count("update", func() error { return c.Update(ctx, obj, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, p client.Patch, opts ...client.PatchOption) error {
			return count("patch", func() error { return c.Patch(ctx, obj, p, opts...) })
		},
	}).Build(), n
}

// owner returns a managed resource of the scope that names a Secret, or none.
func owner(scope, secret string) resource.Managed {
	if scope == "cluster" {
		mg := &clusterv1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Name: "edge", UID: "me"}}
		if secret != "" {
			mg.SetWriteConnectionSecretToReference(&xpv1.SecretReference{Namespace: "team", Name: secret})
		}
		return mg
	}
	mg := &namespacedv1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "edge", UID: "me"}}
	if secret != "" {
		mg.SetWriteConnectionSecretToReference(&xpv1.LocalSecretReference{Name: secret})
	}
	return mg
}

// ownedBy returns the connection Secret of somebody, "" for nobody.
func ownedBy(uid string, data map[string][]byte) *corev1.Secret {
	s := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "bgp", Labels: map[string]string{"set-by": "a-person"}},
		Type:       resource.SecretTypeConnection, Data: data,
	}
	if uid != "" {
		s.OwnerReferences = []metav1.OwnerReference{{Name: "edge", UID: types.UID(uid), Controller: ptr.To(true)}}
	}
	return s
}

func TestPublish(t *testing.T) {
	details := managed.ConnectionDetails{"id": []byte("S1")}
	forgotten := managed.ConnectionDetails{"id": []byte("S1"), "password": nil}
	unrelated := ownedBy("", details)
	unrelated.Type = corev1.SecretTypeOpaque
	cases := map[string]struct {
		reason  string
		secret  string
		details managed.ConnectionDetails
		stored  *corev1.Secret
		failing string
		want    requests
		data    map[string][]byte
		wantErr string
	}{
		"Unknown":    {reason: "nothing is asked while details are not known", secret: "bgp", want: requests{}},
		"Unwanted":   {reason: "nothing is asked for who wants no Secret", details: details, want: requests{}},
		"First":      {reason: "a Secret that is not there is created", secret: "bgp", details: details, want: requests{"get": 1, "create": 1}, data: details},
		"Same":       {reason: "a Secret that is as it should be is not written", secret: "bgp", details: details, stored: ownedBy("me", details), want: requests{"get": 1}, data: details},
		"Changed":    {reason: "a Secret that was changed is repaired", secret: "bgp", details: details, stored: ownedBy("me", map[string][]byte{"id": []byte("S0")}), want: requests{"get": 1, "update": 1}, data: details},
		"Outdated":   {reason: "what is no longer true is removed", secret: "bgp", details: details, stored: ownedBy("me", map[string][]byte{"id": []byte("S1"), "password": []byte("old")}), want: requests{"get": 1, "update": 1}, data: details},
		"Kept":       {reason: "what is not known any more is kept", secret: "bgp", details: forgotten, stored: ownedBy("me", map[string][]byte{"id": []byte("S0"), "password": []byte("old")}), want: requests{"get": 1, "update": 1}, data: map[string][]byte{"id": []byte("S1"), "password": []byte("old")}},
		"KeptSame":   {reason: "to keep what there is nothing is written", secret: "bgp", details: forgotten, stored: ownedBy("me", map[string][]byte{"id": []byte("S1"), "password": []byte("old")}), want: requests{"get": 1}, data: map[string][]byte{"id": []byte("S1"), "password": []byte("old")}},
		"NeverKnown": {reason: "what was never known is not there", secret: "bgp", details: forgotten, want: requests{"get": 1, "create": 1}, data: details},
		"Emptied":    {reason: "details that are known to be none empty the Secret", secret: "bgp", details: managed.ConnectionDetails{}, stored: ownedBy("me", details), want: requests{"get": 1, "update": 1}},
		"Ownerless":  {reason: "a connection Secret of nobody is taken", secret: "bgp", details: details, stored: ownedBy("", details), want: requests{"get": 1, "update": 1}, data: details},
		"Others":     {reason: "another resource's Secret is left alone", secret: "bgp", details: details, stored: ownedBy("somebody-else", details), want: requests{"get": 1}, data: details, wantErr: "name another in spec.writeConnectionSecretToRef"},
		"Unrelated":  {reason: "a Secret that is for no connection is left alone", secret: "bgp", details: details, stored: unrelated, want: requests{"get": 1}, data: details, wantErr: "name another in spec.writeConnectionSecretToRef"},
		"Unreadable": {reason: "a Secret that cannot be read is not written", secret: "bgp", details: details, failing: "get", want: requests{"get": 1}, wantErr: "cannot read"},
		"NotCreated": {reason: "an error is returned", secret: "bgp", details: details, failing: "create", want: requests{"get": 1, "create": 1}, wantErr: "cannot create"},
		"NotUpdated": {reason: "an error is returned", secret: "bgp", details: details, stored: ownedBy("", nil), failing: "update", want: requests{"get": 1, "update": 1}, wantErr: "cannot update"},
	}
	for name, tc := range cases {
		for _, scope := range []string{"cluster", "namespaced"} {
			t.Run(name+"/"+scope, func(t *testing.T) {
				var stored []client.Object
				if tc.stored != nil {
					stored = append(stored, tc.stored.DeepCopy())
				}
				c, got := server(t, tc.failing, stored...)
				err := (&Publisher{Client: c}).Publish(t.Context(), owner(scope, tc.secret), tc.details)
				if (err == nil) != (tc.wantErr == "") || err != nil && !strings.Contains(err.Error(), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.wantErr)
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: requests: -want, +got:\n%s", tc.reason, diff)
				}
				if tc.failing == "" {
					wantStored(t, c, tc.stored, tc.data)
				}
			})
		}
	}
}

// wantStored fails the test if the Secret does not hold the data, belongs to
// nobody, or has lost a label.
func wantStored(t *testing.T, c client.Client, before *corev1.Secret, data map[string][]byte) {
	t.Helper()
	got := &corev1.Secret{}
	err := c.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: "bgp"}, got)
	if before == nil && data == nil {
		if client.IgnoreNotFound(err) != nil || err == nil {
			t.Errorf("got %v, want no Secret", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data, got.Data, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("data: -want, +got:\n%s", diff)
	}
	if before == nil && got.Type != resource.SecretTypeConnection {
		t.Errorf("got type %q, want %q", got.Type, resource.SecretTypeConnection)
	}
	if before != nil && got.Labels["set-by"] != "a-person" {
		t.Errorf("a label was removed: %+v", got.Labels)
	}
	if got.Type == resource.SecretTypeConnection && metav1.GetControllerOf(got) == nil {
		t.Error("the Secret belongs to nobody")
	}
}
