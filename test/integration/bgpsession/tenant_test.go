// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A tenant is somebody who writes BgpSessions of one scope.
type tenant struct {
	*fixture
	scope

	// name of the namespace, of the configuration and of sessions.
	name   string
	token  packetsim.Token
	secret *corev1.Secret
	config *unstructured.Unstructured
}

// manifest returns a session of the device for IPv4, with further arguments
// and fields of the spec.
func (tn *tenant) manifest(arguments, spec map[string]any) *unstructured.Unstructured {
	forProvider := map[string]any{"addressFamily": "ipv4", "deviceId": tn.device.ID}
	maps.Copy(forProvider, arguments)
	ref := map[string]any{"name": tn.config.GetName()}
	if tn.namespaced {
		ref["kind"] = tn.scope.config
	}
	all := map[string]any{"forProvider": forProvider, "providerConfigRef": ref}
	maps.Copy(all, spec)
	u := &unstructured.Unstructured{Object: map[string]any{"spec": all}}
	u.SetGroupVersionKind(tn.session())
	u.SetName(tn.name)
	if tn.namespaced {
		u.SetNamespace(tn.name)
	}
	return u
}

// apply creates a session, and deletes it after the test while the API is
// still there.
func (tn *tenant) apply(u *unstructured.Unstructured) *unstructured.Unstructured {
	tn.t.Helper()
	tn.create(u)
	tn.deleteAfter(u)
	return u
}

// deleteAfter deletes a session after the test.
func (tn *tenant) deleteAfter(u *unstructured.Unstructured) {
	tn.t.Cleanup(func() {
		ctx := context.Background() // The test's own has ended.
		tn.sim.ClearFaults()
		if err := client.IgnoreNotFound(kube.Delete(ctx, u.DeepCopy())); err != nil {
			tn.t.Errorf("cannot delete the session after the test: %v", err)
		}
		if provider.process.Err() == nil {
			await(ctx, tn.t, "deletion after the test", gone(u))
		}
	})
}

// ready applies the default manifest and waits until the session is up.
func (tn *tenant) ready(arguments, spec map[string]any) *unstructured.Unstructured {
	tn.t.Helper()
	u := tn.apply(tn.manifest(arguments, spec))
	tn.awaitReady(u)
	return u
}

func (tn *tenant) awaitReady(u *unstructured.Unstructured) {
	tn.t.Helper()
	tn.awaitSession("becoming Ready", u, all(
		condition(xpv1.TypeReady, corev1.ConditionTrue, ""),
		condition(xpv1.TypeSynced, corev1.ConditionTrue, ""),
		condition("Established", corev1.ConditionTrue, "Up"),
	))
}

// awaitSession waits until a stored session is as a condition wants it.
func (tn *tenant) awaitSession(what string, u *unstructured.Unstructured, check func(*v1alpha1.BgpSession) error) {
	tn.t.Helper()
	await(tn.t.Context(), tn.t, what, func(ctx context.Context) error {
		s, err := read(ctx, u)
		if err != nil {
			return err
		}
		return check(s)
	})
}

// stored returns a session as it is now.
func (tn *tenant) stored(u *unstructured.Unstructured) *v1alpha1.BgpSession {
	tn.t.Helper()
	s, err := read(tn.t.Context(), u)
	if err != nil {
		tn.t.Fatal(err)
	}
	return s
}

// delete deletes a session and waits until it is gone.
func (tn *tenant) delete(u *unstructured.Unstructured) {
	tn.t.Helper()
	if err := kube.Delete(tn.t.Context(), u.DeepCopy()); err != nil {
		tn.t.Fatalf("cannot delete the session: %v", err)
	}
	await(tn.t.Context(), tn.t, "deletion", gone(u))
}

// read reads a session. What is read here of a session is written alike in
// both scopes, so that one type serves.
func read(ctx context.Context, u *unstructured.Unstructured) (*v1alpha1.BgpSession, error) {
	got := u.DeepCopy()
	if err := kube.Get(ctx, client.ObjectKeyFromObject(u), got); err != nil {
		return nil, fmt.Errorf("cannot read the session: %w", err)
	}
	s := &v1alpha1.BgpSession{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(got.Object, s); err != nil {
		return nil, fmt.Errorf("cannot convert the session: %w", err)
	}
	return s, nil
}

// condition wants a condition with a status and a reason, each unless empty.
func condition(t xpv1.ConditionType, status corev1.ConditionStatus, reason string) func(*v1alpha1.BgpSession) error {
	return func(s *v1alpha1.BgpSession) error {
		c := s.GetCondition(t)
		if status != "" && c.Status != status || reason != "" && string(c.Reason) != reason {
			return fmt.Errorf("want condition %s %s %s; got %+v", t, status, reason, s.Status.Conditions)
		}
		return nil
	}
}

// says wants a text in the message of a condition.
func says(t xpv1.ConditionType, text string) func(*v1alpha1.BgpSession) error {
	return func(s *v1alpha1.BgpSession) error {
		if got := s.GetCondition(t).Message; !strings.Contains(got, text) {
			return fmt.Errorf("want condition %s to say %q, got %q", t, text, got)
		}
		return nil
	}
}

// externalName wants an external name.
func externalName(id string) func(*v1alpha1.BgpSession) error {
	return func(s *v1alpha1.BgpSession) error {
		if got := meta.GetExternalName(s); got != id {
			return fmt.Errorf("want external name %q, got %q", id, got)
		}
		return nil
	}
}

// created wants no creation whose end is not known.
func created(s *v1alpha1.BgpSession) error {
	if meta.ExternalCreateIncomplete(s) {
		return fmt.Errorf("the creation is incomplete: %v", s.GetAnnotations())
	}
	return nil
}

// current wants conditions that were set for the present generation.
func current(s *v1alpha1.BgpSession) error {
	if c := s.GetCondition(xpv1.TypeReady); c.ObservedGeneration != s.GetGeneration() {
		return fmt.Errorf("generation %d is not observed yet, only %d", s.GetGeneration(), c.ObservedGeneration)
	}
	return nil
}

func all(checks ...func(*v1alpha1.BgpSession) error) func(*v1alpha1.BgpSession) error {
	return func(s *v1alpha1.BgpSession) error {
		for _, check := range checks {
			if err := check(s); err != nil {
				return err
			}
		}
		return nil
	}
}
