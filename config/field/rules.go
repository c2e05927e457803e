// SPDX-License-Identifier: Apache-2.0

package field

import (
	"fmt"
	"strings"
)

// A Rule is a validation rule in the Common Expression Language, as the API
// server evaluates it (https://kubernetes.io/docs/reference/using-api/cel/).
type Rule struct {
	// Expression must be true for an object to be accepted.
	Expression string
	// Message is what the user reads otherwise: it names the field and the
	// remedy.
	Message string
	// Path is the field, relative to the object the rule is attached to, at
	// which the API server reports a violation.
	Path string
}

// writes is true if the management policies let the provider change anything
// upstream that needs arguments.
const writes = `('*' in self.managementPolicies || 'Create' in self.managementPolicies || 'Update' in self.managementPolicies)`

// SpecRules are the rules on spec: an argument that is required must be there
// in one of its forms, unless the resource is only observed; and the kind's own.
func (k Kind) SpecRules() []Rule {
	var rules []Rule
	for _, f := range k.Fields {
		if !f.Required {
			continue
		}
		forms := []string{"has(self.forProvider." + f.Name + ")"}
		for _, beside := range []string{f.RefName(), f.SelectorName()} {
			if beside != "" {
				forms = append(forms, "has(self.forProvider."+beside+")")
			}
		}
		initForms := make([]string, 0, len(forms))
		for _, form := range forms {
			initForms = append(initForms, strings.Replace(form, "forProvider", "initProvider", 1))
		}
		rules = append(rules, Rule{
			Expression: fmt.Sprintf("!%s || %s || (has(self.initProvider) && (%s))",
				writes, strings.Join(forms, " || "), strings.Join(initForms, " || ")),
			Message: fmt.Sprintf("spec.forProvider.%s is required: set %s; only a resource with managementPolicies [\"Observe\"] may leave it out",
				f.Name, f.remedy()),
			Path: ".forProvider",
		})
	}
	return append(append(rules, k.requiredChoiceRules()...), k.Rules...)
}

// WhereWritten returns a rule on spec, restricted to resources whose management
// policies let the provider write.
func WhereWritten(r Rule) Rule {
	r.Expression = "!" + writes + " || (" + r.Expression + ")"
	return r
}

// FallbackRules are the rules on spec that close the way around ParameterRules:
// an immutable argument that stands in initProvider only may neither be
// overruled by another value in forProvider, nor be lost with all of
// initProvider.
func (k Kind) FallbackRules() []Rule {
	var rules []Rule
	for _, f := range k.Fields {
		if !f.Immutable || f.ArgumentOnly() {
			continue
		}
		excuses := []string{
			"has(oldSelf.forProvider." + f.Name + ")",
			"!has(oldSelf.initProvider)",
			"!has(oldSelf.initProvider." + f.Name + ")",
		}
		for _, beside := range []string{f.RefName(), f.SelectorName()} {
			if beside != "" {
				excuses = append(excuses, "has(self.forProvider."+beside+")")
			}
		}
		rules = append(rules, Rule{
			Expression: fmt.Sprintf("%s || (has(self.forProvider.%s) ? %s : has(self.initProvider))",
				strings.Join(excuses, " || "), f.Name, f.equals("self.forProvider."+f.Name, "oldSelf.initProvider."+f.Name)),
			Message: fmt.Sprintf("spec.initProvider.%s is immutable and cannot be overruled or removed: create another %s instead, and delete this one if it is no longer wanted",
				f.Name, k.Name),
			Path: ".forProvider",
		})
	}
	return rules
}

// ParameterRules are the rules on spec.forProvider and on spec.initProvider,
// named by the argument: an immutable argument keeps its value once it has
// one. One that a reference or a selector fills may be left to them again, and
// follows those that are always resolved.
//
// They are transition rules on the surrounding object, because a rule on the
// field itself is not evaluated when the field is removed, and so would permit
// a change by way of a removal.
func (k Kind) ParameterRules(parent string) []Rule {
	var rules []Rule
	for _, f := range k.Fields {
		if !f.Immutable || (f.ArgumentOnly() && parent != "spec.forProvider") {
			continue
		}
		forms := append([]string{fmt.Sprintf("!has(oldSelf.%s)", f.Name)}, f.followings()...)
		forms = append(forms, fmt.Sprintf("(has(self.%s) && %s)", f.Name, f.equals("self."+f.Name, "oldSelf."+f.Name)))
		rules = append(rules, Rule{
			Expression: strings.Join(forms, " || "),
			Message: fmt.Sprintf("%s.%s is immutable: create another %s instead, and delete this one if it is no longer wanted",
				parent, f.Name, k.Name),
			Path: "." + f.Name,
		})
	}
	return append(rules, k.choiceRules(parent)...)
}

// followings are the cases in which the value is not the user's own: it is left
// to what is beside it, or follows that.
func (f Field) followings() []string {
	if f.Kind == "" {
		return nil
	}
	const always = "has(%[1]s.policy) && has(%[1]s.policy.resolve) && %[1]s.policy.resolve == 'Always'"
	ref, selector := "self."+f.RefName(), "self."+f.SelectorName()
	follows := fmt.Sprintf(always, ref)
	if f.Type == TypeStringList {
		follows = ref + ".exists(r, " + fmt.Sprintf(always, "r") + ")"
	}
	return []string{
		fmt.Sprintf("(!has(self.%s) && (has(%s) || has(%s)))", f.Name, ref, selector),
		fmt.Sprintf("(has(%s) && %s)", ref, follows),
		fmt.Sprintf("(has(%s) && %s)", selector, fmt.Sprintf(always, selector)),
	}
}

// remedy completes the sentence "set ...".
func (f Field) remedy() string {
	switch {
	case f.Kind != "":
		return fmt.Sprintf("it to an id, or name a %s with %s or %s", f.Kind, f.RefName(), f.SelectorName())
	case len(f.Enum) > 0:
		return "it to one of " + strings.Join(f.Enum, ", ")
	case f.Max != 0:
		return fmt.Sprintf("it to a number from %d to %d", f.Min, f.Max)
	case f.Pattern != "":
		return "it to " + f.PatternText
	default:
		return "it"
	}
}

// PatternRules are the rules on the field itself that its pattern asks for.
// The API server's own message for a pattern would show the expression and not
// say what it means.
func (f Field) PatternRules() []Rule {
	if f.Pattern == "" {
		return nil
	}
	matches := fmt.Sprintf("matches('%s')", strings.ReplaceAll(f.Pattern, `\`, `\\`))
	if f.Type == TypeStringList {
		return []Rule{{
			Expression: "self.all(x, x." + matches + ")",
			Message:    fmt.Sprintf("each of %s must be %s", f.Name, f.PatternText),
		}}
	}
	return []Rule{{Expression: "self." + matches, Message: fmt.Sprintf("%s must be %s", f.Name, f.PatternText)}}
}

// ReferenceTexts returns the texts of the reference and of the selector beside
// the field, by their names. It is empty for a field that refers to nothing.
func (f Field) ReferenceTexts() map[string]string {
	if f.Kind == "" {
		return nil
	}
	becomes := f.Kind + " whose id becomes "
	if f.Type == TypeStringList {
		becomes = f.Kind + "s whose ids become "
	}
	return map[string]string{
		f.RefName():      "Names the " + becomes + f.Name + ".",
		f.SelectorName(): "Selects by labels the " + becomes + f.Name + ".",
	}
}

// NamespaceText is the text of the namespace in a reference or selector of a
// namespaced resource.
const NamespaceText = "Namespace of what is referred to. It can only be that of the resource itself, so leave it out: " +
	"another one is not followed, and the condition Synced says so."
