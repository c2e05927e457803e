// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A Scope is where resources and their configuration stand.
type Scope struct {
	// Name is Cluster or Namespaced.
	Name string
	// Group of the kinds.
	Group string
	// Namespaced is true if they stand in a namespace.
	Namespaced bool
}

// Scopes are both.
func Scopes() []Scope {
	return []Scope{
		{Name: "Cluster", Group: "packet.crossplane.io"},
		{Name: "Namespaced", Group: "packet.m.crossplane.io", Namespaced: true},
	}
}

// InBothScopes runs a test for each scope, in parallel with others, with a
// tenant on an API of its own.
func (s *Stage) InBothScopes(t *testing.T, test func(t *testing.T, tn *Tenant)) {
	t.Helper()
	for _, scope := range Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			test(t, s.Tenant(t, scope, packetsim.Start(t, packetsim.Config{}), packetsim.Token{}))
		})
	}
}

// A Tenant is somebody who writes resources of one scope.
type Tenant struct {
	*Stage
	Scope

	T   *testing.T
	Sim *packetsim.Sim
	// Name of the namespace and of the configuration. It is the namespace of
	// Secrets in either scope.
	Name string
}

// Tenant gives a scope a namespace and a configuration for an API. Its key is
// that of the API's user, unless another token is given.
func (s *Stage) Tenant(t *testing.T, scope Scope, sim *packetsim.Sim, token packetsim.Token) *Tenant {
	t.Helper()
	name := strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-")) + "-" + strings.ToLower(scope.Name)
	tn := &Tenant{Stage: s, Scope: scope, T: t, Sim: sim, Name: name}
	key := sim.Token
	if token.Token != "" {
		key = token.Token
	}
	tn.Create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	tn.PutSecret("packet-key", "token", key)
	config := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"baseUrl":     sim.URL,
		"credentials": map[string]any{"source": "Secret", "secretRef": tn.SecretKey("packet-key", "token")},
	}}}
	config.SetAPIVersion(scope.Group + "/v1beta1")
	config.SetKind("ProviderConfig")
	tn.place(config, name)
	tn.Create(config)
	return tn
}

// SetProject makes a project that of the tenant's configuration.
func (tn *Tenant) SetProject(id string) {
	tn.T.Helper()
	config := &unstructured.Unstructured{}
	config.SetAPIVersion(tn.Group + "/v1beta1")
	config.SetKind("ProviderConfig")
	tn.place(config, tn.Name)
	tn.Patch(config, fmt.Sprintf(`{"spec":{"projectId":%q}}`, id))
}

// SecretKey is how a manifest names a key of a Secret of the tenant.
func (tn *Tenant) SecretKey(name, key string) map[string]any {
	ref := map[string]any{"name": name, "key": key}
	if !tn.Namespaced {
		ref["namespace"] = tn.Name
	}
	return ref
}

// PutSecret creates a Secret of the tenant with one key, or changes it.
func (tn *Tenant) PutSecret(name, key, value string) {
	tn.T.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: tn.Name, Name: name}}
	err := tn.Kube.Get(tn.T.Context(), client.ObjectKeyFromObject(secret), secret)
	secret.Data = map[string][]byte{key: []byte(value)}
	if err != nil {
		tn.Create(secret)
		return
	}
	if err := tn.Kube.Update(tn.T.Context(), secret); err != nil {
		tn.T.Fatalf("cannot change the secret: %v", err)
	}
}

// DeleteSecret deletes a Secret of the tenant.
func (tn *Tenant) DeleteSecret(name string) {
	tn.T.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: tn.Name, Name: name}}
	if err := tn.Kube.Delete(tn.T.Context(), secret); err != nil {
		tn.T.Fatalf("cannot delete the secret: %v", err)
	}
}

// Create creates an object.
func (tn *Tenant) Create(obj client.Object) {
	tn.T.Helper()
	if err := tn.Kube.Create(tn.T.Context(), obj); err != nil {
		tn.T.Fatalf("cannot create %T %s: %v", obj, obj.GetName(), err)
	}
}

// Manifest returns a resource with arguments and further fields of the spec.
func (tn *Tenant) Manifest(kind, name string, forProvider, spec map[string]any) *unstructured.Unstructured {
	ref := map[string]any{"name": tn.Name}
	if tn.Namespaced {
		ref["kind"] = "ProviderConfig"
	}
	all := map[string]any{"forProvider": forProvider, "providerConfigRef": ref}
	maps.Copy(all, spec)
	u := &unstructured.Unstructured{Object: map[string]any{"spec": all}}
	u.SetAPIVersion(tn.Group + "/v1alpha1")
	u.SetKind(kind)
	tn.place(u, name)
	return u
}

// place names an object. The names of cluster-scoped ones are the tenant's own.
func (tn *Tenant) place(u *unstructured.Unstructured, name string) {
	switch {
	case tn.Namespaced:
		u.SetNamespace(tn.Name)
		u.SetName(name)
	case name == tn.Name:
		u.SetName(name)
	default:
		u.SetName(tn.Name + "-" + name)
	}
}

// Apply creates a resource, and deletes it after the test while the API is
// still there.
func (tn *Tenant) Apply(u *unstructured.Unstructured) *unstructured.Unstructured {
	tn.T.Helper()
	tn.Create(u)
	tn.T.Cleanup(func() {
		ctx := context.Background() // The test's own has ended.
		tn.Sim.ClearFaults()
		if err := client.IgnoreNotFound(tn.Kube.Delete(ctx, u.DeepCopy())); err != nil {
			tn.T.Errorf("cannot delete %s after the test: %v", u.GetName(), err)
		}
		if tn.Provider.process.Err() == nil {
			tn.Await(ctx, tn.T, "deletion after the test", tn.Gone(u))
		}
	})
	return u
}

// Patch changes a resource by a JSON merge patch.
func (tn *Tenant) Patch(u *unstructured.Unstructured, change string) {
	tn.T.Helper()
	if err := tn.Kube.Patch(tn.T.Context(), u.DeepCopy(), mergePatch(change)); err != nil {
		tn.T.Fatalf("cannot change %s: %v", u.GetName(), err)
	}
}

// Delete asks for the deletion of a resource.
func (tn *Tenant) Delete(u *unstructured.Unstructured) {
	tn.T.Helper()
	if err := tn.Kube.Delete(tn.T.Context(), u.DeepCopy()); err != nil {
		tn.T.Fatalf("cannot delete %s: %v", u.GetName(), err)
	}
}

// AwaitGone waits until a resource is deleted.
func (tn *Tenant) AwaitGone(u *unstructured.Unstructured) {
	tn.T.Helper()
	tn.Await(tn.T.Context(), tn.T, "deletion", tn.Gone(u))
}

// AwaitReady waits until a resource is Ready and Synced as it is written now.
func (tn *Tenant) AwaitReady(u *unstructured.Unstructured) {
	tn.T.Helper()
	tn.AwaitResource("becoming Ready", u, All(Ready, current))
}

// current wants conditions that were set for the present generation.
func current(r *Resource) error {
	if c := r.Status.GetCondition("Ready"); c.ObservedGeneration != r.Generation {
		return fmt.Errorf("generation %d is not observed yet, only %d", r.Generation, c.ObservedGeneration)
	}
	return nil
}

// CreationSettled wants no creation whose end is not known.
func CreationSettled(r *Resource) error {
	if meta.ExternalCreateIncomplete(r) {
		return fmt.Errorf("the creation is incomplete: %v", r.GetAnnotations())
	}
	return nil
}
