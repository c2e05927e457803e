// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// credentials replaces the credentials of a copy of a tenant's configuration
// that has another name.
func (tn *tenant) credentials(name string, credentials map[string]any) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"baseUrl": tn.url, "credentials": credentials}}}
	u.SetGroupVersionKind(tn.providerConfig())
	u.SetName(name)
	u.SetNamespace(tn.config.GetNamespace())
	return u
}

// foreign are the ways in which the configuration of one namespace could reach
// for what is not its own.
func foreign(owner *tenant) map[string]map[string]any {
	return map[string]map[string]any{
		"secret-of-another": {"source": "Secret", "secretRef": map[string]any{"namespace": owner.name, "name": owner.secret.Name, "key": "token"}},
		"environment":       {"source": "Environment", "env": map[string]any{"name": keyVariable}},
		"file":              {"source": "Filesystem", "fs": map[string]any{"path": provider.kubeconfig}},
	}
}

var errNoRules = errors.New("the API server does not apply the rules")

// TestTenantsAPI has the API server refuse namespaced configurations that reach
// for what is not their own.
func TestTenantsAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	owner, thief := f.tenant(namespacedScope), f.tenant(namespacedScope)
	for name, credentials := range foreign(owner) {
		err := kube.Create(t.Context(), thief.credentials(name, credentials))
		if !kerrors.IsInvalid(err) || !strings.Contains(err.Error(), "its own namespace") {
			t.Errorf("%s: want a refusal that says why, got %v", name, err)
		}
	}
}

// TestTenantsSecrets has a configuration name a Secret that only another
// namespace has.
func TestTenantsSecrets(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	owner, thief := f.tenant(namespacedScope), f.tenant(namespacedScope)
	owner.secret.Name, owner.secret.ResourceVersion, owner.secret.UID = "only-the-owner-has-it", "", ""
	owner.secret.StringData = map[string]string{"token": owner.token.Token}
	f.create(owner.secret)
	config := thief.credentials("reaching", map[string]any{
		"source": "Secret", "secretRef": map[string]any{"name": owner.secret.Name, "key": "token"},
	})
	f.create(config)
	thief.config = config
	thief.wantRefused(owner, "not found")
}

// wantRefused asks for a session, which must fail without one request to the
// API, and without a word of the owner's.
func (tn *tenant) wantRefused(owner *tenant, why string) {
	tn.t.Helper()
	u := tn.manifest(nil, nil)
	u.SetName(tn.config.GetName())
	tn.apply(u)
	tn.awaitSession("refusal", u, all(condition("Synced", corev1.ConditionFalse, "ReconcileError"), says("Synced", why)))
	for _, c := range tn.stored(u).Status.Conditions {
		if strings.Contains(c.Message, owner.token.Token) {
			tn.t.Errorf("condition %s has the owner's key: %q", c.Type, c.Message)
		}
	}
	if all := tn.sim.Requests(); len(all) != 0 {
		tn.t.Errorf("the API got %d requests: %+v", len(all), all)
	}
	tn.delete(u)
}

// TestTenantsCode has configurations that reach for what is not their own in
// spite of the API's rules, as some do that were written before there were
// rules: the provider refuses them too. It takes the rules away for a moment,
// and so does not run in parallel with others.
func TestTenantsCode(t *testing.T) {
	f := newFixture(t)
	owner, thief := f.tenant(namespacedScope), f.tenant(namespacedScope)
	var configs []*unstructured.Unstructured
	withoutRules(t, func(ctx context.Context) error {
		// The API server learns late that there are no rules.
		for name, credentials := range foreign(owner) {
			u := thief.credentials(name, credentials)
			if err := kube.Create(ctx, u); err != nil && !kerrors.IsAlreadyExists(err) {
				return err
			}
			configs = append(configs, u)
		}
		return nil
	})
	await(t.Context(), t, "the rules in force", func(ctx context.Context) error {
		u := thief.credentials("late", foreign(owner)["environment"])
		if err := kube.Create(ctx, u, client.DryRunAll); !kerrors.IsInvalid(err) {
			return errors.Join(errNoRules, err)
		}
		return nil
	})
	for _, config := range configs[len(configs)-len(foreign(owner)):] {
		thief.config = config
		why := "is not allowed in a namespaced ProviderConfig"
		if config.GetName() == "secret-of-another" {
			// It has the name that its own namespace's has, but that is gone.
			if err := client.IgnoreNotFound(kube.Delete(t.Context(), thief.secret)); err != nil {
				t.Fatal(err)
			}
			why = "Secret " + thief.name + "/"
		}
		thief.wantRefused(owner, why)
	}
}

// withoutRules takes the validation rules of namespaced configurations away
// until what is to be done without them is done.
func withoutRules(t *testing.T, do func(context.Context) error) {
	t.Helper()
	crd := &unstructured.Unstructured{}
	crd.SetAPIVersion("apiextensions.k8s.io/v1")
	crd.SetKind("CustomResourceDefinition")
	if err := kube.Get(t.Context(), types.NamespacedName{Name: "providerconfigs.packet.m.crossplane.io"}, crd); err != nil {
		t.Fatal(err)
	}
	before, _, err := unstructured.NestedMap(crd.Object, "spec")
	if err != nil {
		t.Fatal(err)
	}
	versions, _, err := unstructured.NestedSlice(crd.Object, "spec", "versions")
	if err != nil || len(versions) != 1 {
		t.Fatalf("want one version of the configuration, got %d and error %v", len(versions), err)
	}
	version, ok := versions[0].(map[string]any)
	if !ok {
		t.Fatalf("want a version, got %T", versions[0])
	}
	unstructured.RemoveNestedField(version, "schema", "openAPIV3Schema", "x-kubernetes-validations")
	if err := unstructured.SetNestedSlice(crd.Object, versions, "spec", "versions"); err != nil {
		t.Fatal(err)
	}
	if err := kube.Update(t.Context(), crd); err != nil {
		t.Fatal(err)
	}
	defer func() {
		await(context.WithoutCancel(t.Context()), t, "the rules", func(ctx context.Context) error {
			if err := kube.Get(ctx, client.ObjectKeyFromObject(crd), crd); err != nil {
				return err
			}
			if err := unstructured.SetNestedMap(crd.Object, before, "spec"); err != nil {
				return err
			}
			return kube.Update(ctx, crd)
		})
	}()
	await(t.Context(), t, "doing without the rules", do)
}
