// SPDX-License-Identifier: Apache-2.0

package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// only is how SpecRules' expressions begin: what is only observed is exempt.
const only = "!('*' in self.managementPolicies || 'Create' in self.managementPolicies || 'Update' in self.managementPolicies) || "

func TestSpecRules(t *testing.T) {
	message := func(remedy string) string {
		return "spec.forProvider.a is required: set " + remedy +
			"; only a resource with managementPolicies [\"Observe\"] may leave it out"
	}
	const plain = only + "has(self.forProvider.a) || (has(self.initProvider) && (has(self.initProvider.a)))"
	cases := map[string]struct {
		reason string
		field  Field
		want   []Rule
	}{
		"Optional": {
			reason: "An argument that need not be given has no rule.",
			field:  String("a", "A."),
		},
		"Required": {
			reason: "An argument may be given in either place.",
			field:  String("a", "A.").Must(),
			want:   []Rule{{Expression: plain, Message: message("it"), Path: ".forProvider"}},
		},
		"Enum": {
			reason: "The remedy names the values.",
			field:  String("a", "A.").Must().OneOf("x", "y"),
			want:   []Rule{{Expression: plain, Message: message("it to one of x, y"), Path: ".forProvider"}},
		},
		"Pattern": {
			reason: "The remedy says what the pattern means.",
			field:  String("a", "A.").Must().Matching("^x+$", "a row of x"),
			want:   []Rule{{Expression: plain, Message: message("it to a row of x"), Path: ".forProvider"}},
		},
		"Bounded": {
			reason: "The remedy names the bounds.",
			field:  Int("a", "A.").Must().Between(1, 9),
			want:   []Rule{{Expression: plain, Message: message("it to a number from 1 to 9"), Path: ".forProvider"}},
		},
		"Reference": {
			reason: "A reference and a selector count as well, and the remedy names them before a pattern.",
			field:  String("a", "A.").Must().Matching("^x+$", "a row of x").RefersTo("Device"),
			want: []Rule{{
				Expression: only + "has(self.forProvider.a) || has(self.forProvider.aRef) || has(self.forProvider.aSelector)" +
					" || (has(self.initProvider) && (has(self.initProvider.a) || has(self.initProvider.aRef) || has(self.initProvider.aSelector)))",
				Message: message("it to an id, or name a Device with aRef or aSelector"),
				Path:    ".forProvider",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Kind{Fields: []Field{tc.field}}.SpecRules()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParameterRules(t *testing.T) {
	const elements = ".map(x, (!has(x.b) ? [''] : [string(x.b)]) + (!has(x.c) || has(x.cRefs) || has(x.cSelector) ? [''] : x.c))"
	const message = "spec.initProvider.a is immutable: create another Thing instead, and delete this one if it is no longer wanted"
	cases := map[string]struct {
		reason string
		field  Field
		want   []Rule
	}{
		"Mutable": {
			reason: "An argument that can be changed has no rule.",
			field:  String("a", "A."),
		},
		"Immutable": {
			reason: "A value stays once there is one, which a removal must not evade.",
			field:  String("a", "A.").Fixed(),
			want: []Rule{{
				Expression: "!has(oldSelf.a) || (has(self.a) && self.a == oldSelf.a)",
				Message:    message, Path: ".a",
			}},
		},
		"Reference": {
			reason: "A value follows what is always resolved, and may be left to what fills it.",
			field:  String("a", "A.").Fixed().RefersTo("Device"),
			want: []Rule{{
				Expression: "!has(oldSelf.a) || (!has(self.a) && (has(self.aRef) || has(self.aSelector)))" +
					" || (has(self.aRef) && has(self.aRef.policy) && has(self.aRef.policy.resolve) && self.aRef.policy.resolve == 'Always')" +
					" || (has(self.aSelector) && has(self.aSelector.policy) && has(self.aSelector.policy.resolve) && self.aSelector.policy.resolve == 'Always')" +
					" || (has(self.a) && self.a == oldSelf.a)",
				Message: message, Path: ".a",
			}},
		},
		"References": {
			reason: "One reference of a list that is always resolved changes the list.",
			field:  Strings("a", "A.").Fixed().RefersTo("SshKey"),
			want: []Rule{{
				Expression: "!has(oldSelf.a) || (!has(self.a) && (has(self.aRefs) || has(self.aSelector)))" +
					" || (has(self.aRefs) && self.aRefs.exists(r, has(r.policy) && has(r.policy.resolve) && r.policy.resolve == 'Always'))" +
					" || (has(self.aSelector) && has(self.aSelector.policy) && has(self.aSelector.policy.resolve) && self.aSelector.policy.resolve == 'Always')" +
					" || (has(self.a) && self.a == oldSelf.a)",
				Message: message, Path: ".a",
			}},
		},
		"SecretKey": {
			reason: "What stands in forProvider only has no rule elsewhere.",
			field:  SecretKey("a", "A.").Fixed(),
		},
		"Objects": {
			reason: "Elements are compared by what was written; what a reference stands for is not.",
			field:  Objects("a", "A.", String("b", "B."), Strings("c", "C.").RefersTo("Device")).Fixed(),
			want: []Rule{{
				Expression: "!has(oldSelf.a) || (has(self.a) && self.a" + elements + " == oldSelf.a" + elements + ")",
				Message:    message, Path: ".a",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			k := Kind{Name: "Thing", Fields: []Field{tc.field}}
			if diff := cmp.Diff(tc.want, k.ParameterRules("spec.initProvider")); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFallbackRules(t *testing.T) {
	const excuses = "has(oldSelf.forProvider.a) || !has(oldSelf.initProvider) || !has(oldSelf.initProvider.a)"
	const same = " || (has(self.forProvider.a) ? self.forProvider.a == oldSelf.initProvider.a : has(self.initProvider))"
	const message = "spec.initProvider.a is immutable and cannot be overruled or removed: " +
		"create another Thing instead, and delete this one if it is no longer wanted"
	cases := map[string]struct {
		reason string
		field  Field
		want   []Rule
	}{
		"Mutable": {
			reason: "An argument that can be changed has no rule.",
			field:  String("a", "A."),
		},
		"Immutable": {
			reason: "A value that stands in initProvider only is kept.",
			field:  String("a", "A.").Fixed(),
			want:   []Rule{{Expression: excuses + same, Message: message, Path: ".forProvider"}},
		},
		"Reference": {
			reason: "A reference or a selector may lead elsewhere.",
			field:  String("a", "A.").Fixed().RefersTo("Device"),
			want: []Rule{{
				Expression: excuses + " || has(self.forProvider.aRef) || has(self.forProvider.aSelector)" + same,
				Message:    message, Path: ".forProvider",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Kind{Name: "Thing", Fields: []Field{tc.field}}.FallbackRules()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestPatternRules(t *testing.T) {
	cases := map[string]struct {
		reason string
		field  Field
		want   []Rule
	}{
		"None": {
			reason: "A field without pattern has no rule.",
			field:  String("a", "A."),
		},
		"Pattern": {
			reason: "A backslash is doubled in a string of the expression language.",
			field:  String("a", "A.").Matching(`^\d+$`, "a number"),
			want:   []Rule{{Expression: `self.matches('^\\d+$')`, Message: "a must be a number"}},
		},
		"List": {
			reason: "Each string of a list is matched.",
			field:  Strings("a", "A.").Matching("^x$", "an x"),
			want:   []Rule{{Expression: "self.all(x, x.matches('^x$'))", Message: "each of a must be an x"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.field.PatternRules()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestOwnRules(t *testing.T) {
	own := Rule{Expression: "self.a || self.b", Message: "A or B.", Path: ".forProvider"}
	got := Kind{Fields: []Field{String("a", "A.")}, Rules: []Rule{own, WhereWritten(own)}}.SpecRules()
	written := own
	written.Expression = only + "(self.a || self.b)"
	if diff := cmp.Diff([]Rule{own, written}, got); diff != "" {
		t.Errorf("A kind's own rules are on spec, those for who writes exempt what is only observed: -want, +got:\n%s", diff)
	}
}
