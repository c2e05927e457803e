// SPDX-License-Identifier: Apache-2.0

package external

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

// withPassword returns resources of both scopes that name a key of a Secret.
func withPassword() map[string]resource.Managed {
	namespaced := &namespacedv1alpha1.BgpConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "bgp"}}
	namespaced.Spec.ForProvider.Md5SecretRef = &namespacedv1alpha1.Md5SecretRefParameters{Name: ptr.To("bgp"), Key: ptr.To("md5")}
	cluster := &clusterv1alpha1.BgpConfig{ObjectMeta: metav1.ObjectMeta{Name: "bgp"}}
	cluster.Spec.ForProvider.Md5SecretRef = &clusterv1alpha1.Md5SecretRefParameters{Namespace: ptr.To("team"), Name: ptr.To("bgp"), Key: ptr.To("md5")}
	return map[string]resource.Managed{"Namespaced": namespaced, "Cluster": cluster}
}

func TestWhereArgumentsStand(t *testing.T) {
	for scope, mg := range withPassword() {
		t.Run(scope, func(t *testing.T) {
			if diff := cmp.Diff(`key "md5" of Secret team/bgp, which spec.forProvider.md5SecretRef names`, sourceOf(mg, "md5")); diff != "" {
				t.Errorf("an argument in a Secret: -want +got:\n%s", diff)
			}
			if diff := cmp.Diff("spec.forProvider.asn", sourceOf(mg, "asn")); diff != "" {
				t.Errorf("an argument in the manifest: -want +got:\n%s", diff)
			}
			var got []string
			for _, name := range SecretsOf(mg) {
				got = append(got, name.String())
			}
			if diff := cmp.Diff([]string{"team/bgp"}, got); diff != "" {
				t.Errorf("the Secrets that hold arguments: -want +got:\n%s", diff)
			}
		})
	}
	for scope, empty := range scopes {
		if got := SecretsOf(session(t, empty, asked())); got != nil {
			t.Errorf("%s: a resource that names none: got %v", scope, got)
		}
	}
}

// What the user reads of a refused argument is where it stands, and not the
// value.
func TestRefusedArgument(t *testing.T) {
	refusal := &Refusal{Reason: "Odd", Argument: "addressFamily", Message: "it is odd; correct it"}
	const want = "spec.forProvider.addressFamily: it is odd; correct it"
	for scope, empty := range scopes {
		ops := upstream(thing{}, false, nil)
		ops.prepareFn = func(args) error { return refusal }
		mg := session(t, empty, asked())
		e := connect(t, mg, ops, answers(Held, nil), &recorder{})
		if _, err := e.Observe(t.Context(), mg); textOf(err) != want {
			t.Errorf("%s: got %v", scope, err)
		}
		if c := mg.GetCondition(xpv1.TypeReady); c.Status != corev1.ConditionFalse || c.Reason != "Odd" || c.Message != want {
			t.Errorf("%s: Ready: got %+v", scope, c)
		}
		ops.updateFn = func(thing, args, []Difference) (thing, error) { return thing{}, refusal }
		if _, err := e.Update(t.Context(), mg); !strings.HasSuffix(textOf(err), want) {
			t.Errorf("%s: an update: got %v", scope, err)
		}
	}
}

// An object that is found by its key may be another than the one asked for.
func TestMismatchWithoutName(t *testing.T) {
	other := ours
	other.Device = "another"
	for scope, empty := range scopes {
		mg := session(t, empty, asked())
		e := connect(t, mg, upstream(other, true, nil), answers(Held, nil), &recorder{})
		_, err := e.Observe(t.Context(), mg)
		if want := "the thing that exists already is another: its deviceId is another; correct the arguments"; textOf(err) != want {
			t.Errorf("%s: got %v, want %q", scope, err, want)
		}
	}
}

// What cannot be ours, or be told, does not keep a resource from going.
func TestDeletingWhatCannotBeLookedFor(t *testing.T) {
	cases := map[string]struct {
		reason string
		why    Reason
		want   string
	}{
		"Mismatch":   {reason: "an external name of something else", why: ReasonMismatch},
		"Incomplete": {reason: "arguments that do not suffice", why: ReasonIncomplete},
		"Other":      {reason: "anything else has to be told", why: "Odd", want: "it is odd"},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				ops := upstream(thing{}, false, &Refusal{Reason: tc.why, Message: "it is odd"})
				mg := session(t, empty, asked(), named(objectID), deleted)
				got, err := connect(t, mg, ops, answers(Held, nil), &recorder{}).Observe(t.Context(), mg)
				if diff := cmp.Diff(managed.ExternalObservation{}, got); diff != "" || textOf(err) != tc.want {
					t.Errorf("%s: got %v: -want +got:\n%s", tc.reason, err, diff)
				}
				if slices.Contains(ops.calls, "Delete") {
					t.Errorf("%s: nothing is deleted", tc.reason)
				}
			})
		}
	}
}
