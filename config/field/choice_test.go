// SPDX-License-Identifier: Apache-2.0

package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChoices(t *testing.T) {
	fields := []Field{String("a", "A."), SecretKey("aSecretRef", "A."), String("b", "B.").RefersTo("Device")}
	k := func(required bool, of ...string) Kind {
		return Kind{Name: "Thing", Fields: fields, Choices: []Choice{{Of: of, Required: required}}}
	}
	cases := map[string]struct {
		reason string
		kind   Kind
		// The rules on spec, spec.forProvider and spec.initProvider.
		spec, forProvider, initProvider []Rule
	}{
		"None": {reason: "A kind without choices has no rule.", kind: Kind{Fields: fields}},
		"AtMostOne": {
			reason: "At most one is given, and what stands in forProvider only cannot be given elsewhere.",
			kind:   k(false, "a", "aSecretRef"),
			forProvider: []Rule{{
				Expression: "(has(self.a) ? 1 : 0) + (has(self.aSecretRef) ? 1 : 0) <= 1",
				Message:    "spec.forProvider: give one of a or aSecretRef, not several",
			}},
		},
		"One": {
			reason: "One is given in either place, a reference counts as the argument that it fills.",
			kind:   k(true, "a", "aSecretRef", "b"),
			spec: []Rule{{
				Expression: only + "has(self.forProvider.a) || has(self.forProvider.aSecretRef) || " +
					"has(self.forProvider.b) || has(self.forProvider.bRef) || has(self.forProvider.bSelector)" +
					" || (has(self.initProvider) && (has(self.initProvider.a) || has(self.initProvider.b) || has(self.initProvider.bRef) || has(self.initProvider.bSelector)))",
				Message: "spec.forProvider needs one of a, aSecretRef or b; only a resource with managementPolicies [\"Observe\"] may leave all of them out",
				Path:    ".forProvider",
			}},
			forProvider: []Rule{{
				Expression: "(has(self.a) ? 1 : 0) + (has(self.aSecretRef) ? 1 : 0) + (has(self.b) || has(self.bRef) || has(self.bSelector) ? 1 : 0) <= 1",
				Message:    "spec.forProvider: give one of a, aSecretRef or b, not several",
			}},
			initProvider: []Rule{{
				Expression: "(has(self.a) ? 1 : 0) + (has(self.b) || has(self.bRef) || has(self.bSelector) ? 1 : 0) <= 1",
				Message:    "spec.initProvider: give one of a, aSecretRef or b, not several",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for where, diff := range map[string]string{
				"spec":              cmp.Diff(tc.spec, tc.kind.SpecRules()),
				"spec.forProvider":  cmp.Diff(tc.forProvider, tc.kind.ParameterRules("spec.forProvider")),
				"spec.initProvider": cmp.Diff(tc.initProvider, tc.kind.ParameterRules("spec.initProvider")),
			} {
				if diff != "" {
					t.Errorf("%s\n%s: -want, +got:\n%s", tc.reason, where, diff)
				}
			}
		})
	}
}

func TestKeyReferences(t *testing.T) {
	names := func(fields []Field) []string {
		var out []string
		for _, f := range fields {
			out = append(out, f.Name)
		}
		return out
	}
	cases := map[string]struct {
		reason string
		field  Field
		scope  Scope
		want   []string
	}{
		"Plain":      {reason: "A plain argument names no key.", field: String("a", "A.")},
		"Namespaced": {reason: "A namespaced resource names what is in its own namespace.", field: SecretKey("a", "A."), scope: Namespaced, want: []string{"name", "key"}},
		"Cluster":    {reason: "A cluster-scoped resource names the namespace.", field: ConfigMapKey("a", "A."), scope: Cluster, want: []string{"name", "key", "namespace"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, names(tc.field.KeyFields(tc.scope))); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got := tc.field.ArgumentOnly(); got != (tc.want != nil) {
				t.Errorf("%s ArgumentOnly: got %t", tc.reason, got)
			}
		})
	}
}
