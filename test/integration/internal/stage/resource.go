// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
)

// A Resource is what is written alike in the resources of all kinds and scopes.
type Resource struct {
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		ForProvider map[string]any `json:"forProvider"`
	} `json:"spec"`
	Status struct {
		xpv1.ConditionedStatus `json:",inline"`

		AtProvider map[string]any `json:"atProvider"`
	} `json:"status"`
}

// A Check says what a resource lacks, if anything.
type Check func(*Resource) error

// Condition wants a condition with a status, a reason unless that is empty, and
// parts of its message.
func Condition(t xpv1.ConditionType, status corev1.ConditionStatus, reason string, parts ...string) Check {
	return func(r *Resource) error {
		c := r.Status.GetCondition(t)
		ok := c.Status == status && (reason == "" || string(c.Reason) == reason)
		for _, part := range parts {
			ok = ok && strings.Contains(c.Message, part)
		}
		if !ok {
			return fmt.Errorf("want condition %s %s %s %q; got %+v", t, status, reason, parts, r.Status.Conditions)
		}
		return nil
	}
}

// Ready wants the conditions of a resource that is as it should be.
func Ready(r *Resource) error {
	return All(Condition(xpv1.TypeReady, corev1.ConditionTrue, ""), Condition(xpv1.TypeSynced, corev1.ConditionTrue, ""))(r)
}

// ExternalName wants an external name.
func ExternalName(id string) Check {
	return func(r *Resource) error {
		if got := meta.GetExternalName(r); got != id {
			return fmt.Errorf("want external name %q, got %q", id, got)
		}
		return nil
	}
}

// AtProvider wants a value in status.atProvider, in the form in which fmt
// prints it.
func AtProvider(field string, want any) Check {
	return func(r *Resource) error {
		if got := r.Status.AtProvider[field]; fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("want status.atProvider.%s %v, got %v of %v", field, want, got, r.Status.AtProvider)
		}
		return nil
	}
}

// All wants everything.
func All(checks ...Check) Check {
	return func(r *Resource) error {
		for _, check := range checks {
			if err := check(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// AwaitResource waits until a stored resource passes a check.
func (tn *Tenant) AwaitResource(what string, u *unstructured.Unstructured, check Check) {
	tn.T.Helper()
	tn.Await(tn.T.Context(), tn.T, what, func(ctx context.Context) error {
		r, err := tn.read(ctx, u)
		if err != nil {
			return err
		}
		return check(r)
	})
}

// Stored returns a resource as it is now.
func (tn *Tenant) Stored(u *unstructured.Unstructured) *Resource {
	tn.T.Helper()
	r, err := tn.read(tn.T.Context(), u)
	if err != nil {
		tn.T.Fatal(err)
	}
	return r
}

func (tn *Tenant) read(ctx context.Context, u *unstructured.Unstructured) (*Resource, error) {
	got := u.DeepCopy()
	if err := tn.Kube.Get(ctx, client.ObjectKeyFromObject(u), got); err != nil {
		return nil, fmt.Errorf("cannot read the resource: %w", err)
	}
	r := &Resource{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(got.Object, r); err != nil {
		return nil, fmt.Errorf("cannot convert the resource: %w", err)
	}
	return r, nil
}

// SecretData returns the data of a Secret of the tenant's namespace.
func (tn *Tenant) SecretData(name string) map[string]string {
	tn.T.Helper()
	secret := &corev1.Secret{}
	if err := tn.Kube.Get(tn.T.Context(), client.ObjectKey{Namespace: tn.Name, Name: name}, secret); err != nil {
		tn.T.Fatalf("cannot read the Secret: %v", err)
	}
	data := map[string]string{}
	for k, v := range secret.Data {
		data[k] = string(v)
	}
	return data
}

// Events returns the messages of the events on a resource by their reasons.
func (tn *Tenant) Events(u *unstructured.Unstructured) map[string][]string {
	tn.T.Helper()
	list := &corev1.EventList{}
	if err := tn.Kube.List(tn.T.Context(), list); err != nil {
		tn.T.Fatalf("cannot list events: %v", err)
	}
	found := map[string][]string{}
	for _, e := range list.Items {
		if e.InvolvedObject.UID == u.GetUID() {
			found[e.Reason] = append(found[e.Reason], e.Message)
		}
	}
	return found
}

func mergePatch(text string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(text)) }
