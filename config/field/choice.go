// SPDX-License-Identifier: Apache-2.0

package field

import (
	"fmt"
	"strings"
)

// forms are the names under which an argument can be given: itself, and the
// reference and the selector beside it.
func (k Kind) forms(name string) []string {
	out := []string{name}
	for _, f := range k.Fields {
		if f.Name == name && f.Kind != "" {
			out = append(out, f.RefName(), f.SelectorName())
		}
	}
	return out
}

// initial is true if the argument exists in initProvider too.
func (k Kind) initial(name string) bool {
	for _, f := range k.Fields {
		if f.Name == name {
			return !f.ArgumentOnly()
		}
	}
	return false
}

// choiceRules are the rules on forProvider or initProvider that at most one
// argument of each choice is given.
func (k Kind) choiceRules(parent string) []Rule {
	var rules []Rule
	for _, c := range k.Choices {
		var counts []string
		for _, name := range c.Of {
			if parent == "spec.initProvider" && !k.initial(name) {
				continue
			}
			counts = append(counts, fmt.Sprintf("(%s ? 1 : 0)", given("self", k.forms(name))))
		}
		if len(counts) < 2 {
			continue
		}
		rules = append(rules, Rule{
			Expression: strings.Join(counts, " + ") + " <= 1",
			Message:    fmt.Sprintf("%s: give one of %s, not several", parent, list(c.Of)),
		})
	}
	return rules
}

// requiredChoiceRules are the rules on spec that one argument of each required
// choice is given.
func (k Kind) requiredChoiceRules() []Rule {
	var rules []Rule
	for _, c := range k.Choices {
		if !c.Required {
			continue
		}
		var forms, initForms []string
		for _, name := range c.Of {
			forms = append(forms, k.forms(name)...)
			if k.initial(name) {
				initForms = append(initForms, k.forms(name)...)
			}
		}
		rules = append(rules, Rule{
			Expression: fmt.Sprintf("!%s || %s || (has(self.initProvider) && (%s))",
				writes, given("self.forProvider", forms), given("self.initProvider", initForms)),
			Message: fmt.Sprintf("spec.forProvider needs one of %s; only a resource with managementPolicies [\"Observe\"] may leave all of them out", list(c.Of)),
			Path:    ".forProvider",
		})
	}
	return rules
}

// given is an expression that is true if one of the fields is there.
func given(parent string, names []string) string {
	forms := make([]string, 0, len(names))
	for _, name := range names {
		forms = append(forms, "has("+parent+"."+name+")")
	}
	return strings.Join(forms, " || ")
}

// list words alternatives: a, b or c.
func list(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
