// SPDX-License-Identifier: Apache-2.0

package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConstructors(t *testing.T) {
	inner := String("inner", "Inside.")
	cases := map[string]struct {
		reason    string
		got, want Field
	}{
		"String":  {"A string.", String("a", "A."), Field{Name: "a", Text: "A.", Type: TypeString}},
		"Bool":    {"A truth value.", Bool("a", "A."), Field{Name: "a", Text: "A.", Type: TypeBool}},
		"Int":     {"An integer.", Int("a", "A."), Field{Name: "a", Text: "A.", Type: TypeInt}},
		"Strings": {"A list of strings.", Strings("a", "A."), Field{Name: "a", Text: "A.", Type: TypeStringList}},
		"Object":  {"An object with its fields.", Object("a", "A.", inner), Field{Name: "a", Text: "A.", Type: TypeObject, Fields: []Field{inner}}},
		"Objects": {"A list of objects with their fields.", Objects("a", "A.", inner), Field{Name: "a", Text: "A.", Type: TypeObjectList, Fields: []Field{inner}}},

		"SecretKey":    {"A key of a Secret.", SecretKey("a", "A."), Field{Name: "a", Text: "A.", Type: TypeSecretKey}},
		"ConfigMapKey": {"A key of a ConfigMap.", ConfigMapKey("a", "A."), Field{Name: "a", Text: "A.", Type: TypeConfigMapKey}},

		"Must":     {"A required argument.", Field{}.Must(), Field{Required: true}},
		"Fixed":    {"An immutable argument.", Field{}.Fixed(), Field{Immutable: true}},
		"Output":   {"An output.", Field{}.Output(), Field{Computed: true}},
		"Between":  {"A bounded number.", Field{}.Between(1, 9), Field{Min: 1, Max: 9}},
		"AtMost":   {"A bounded list.", Field{}.AtMost(5), Field{MaxItems: 5}},
		"Short":    {"A bounded text.", Field{}.Short(36), Field{MaxLength: 36}},
		"OneOf":    {"An argument of few values.", Field{}.OneOf("x", "y"), Field{Enum: []string{"x", "y"}}},
		"Matching": {"An argument with a pattern.", Field{}.Matching("^x$", "an x"), Field{Pattern: "^x$", PatternText: "an x"}},
		"RefersTo": {"An argument that another resource fills.", Field{}.RefersTo("Device"), Field{Kind: "Device"}},
		"Chain":    {"Refinements add up.", Field{}.Must().Fixed().Short(3), Field{Required: true, Immutable: true, MaxLength: 3}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRefinementsLeaveTheOriginalAlone(t *testing.T) {
	original := String("a", "A.")
	_ = original.Must().Fixed().Output().Short(3).AtMost(2).Between(1, 2).OneOf("x").Matching("x", "an x").RefersTo("Device")
	if diff := cmp.Diff(String("a", "A."), original); diff != "" {
		t.Errorf("the original has changed: -want, +got:\n%s", diff)
	}
}

func TestMatchingPanicsOnMalformedPatterns(t *testing.T) {
	if panics(func() { String("a", "A.").Matching("[", "a bracket") }) == nil {
		t.Error("a pattern that is no regular expression is taken")
	}
}

func TestNamesBeside(t *testing.T) {
	cases := map[string]struct {
		reason        string
		field         Field
		ref, selector string
		texts         map[string]string
	}{
		"Plain": {
			reason: "A field that refers to nothing has neither.",
			field:  String("deviceId", "Device."),
		},
		"One": {
			reason:   "A single value has one reference.",
			field:    String("deviceId", "Device.").RefersTo("Device"),
			ref:      "deviceIdRef",
			selector: "deviceIdSelector",
			texts: map[string]string{
				"deviceIdRef":      "Names the Device whose id becomes deviceId.",
				"deviceIdSelector": "Selects by labels the Device whose id becomes deviceId.",
			},
		},
		"Many": {
			reason:   "A list has several references and one selector.",
			field:    Strings("keyIds", "Keys.").RefersTo("Key"),
			ref:      "keyIdsRefs",
			selector: "keyIdsSelector",
			texts: map[string]string{
				"keyIdsRefs":     "Names the Keys whose ids become keyIds.",
				"keyIdsSelector": "Selects by labels the Keys whose ids become keyIds.",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.field.RefName(); got != tc.ref {
				t.Errorf("%s RefName: got %q, want %q", tc.reason, got, tc.ref)
			}
			if got := tc.field.SelectorName(); got != tc.selector {
				t.Errorf("%s SelectorName: got %q, want %q", tc.reason, got, tc.selector)
			}
			if diff := cmp.Diff(tc.texts, tc.field.ReferenceTexts()); diff != "" {
				t.Errorf("%s ReferenceTexts: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// panics returns what f panics with, nil if it does not.
func panics(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
