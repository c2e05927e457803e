// SPDX-License-Identifier: Apache-2.0

// Package field is the small vocabulary in which the kinds of this provider
// are described.
//
// A description says once, for both scopes, what a user may write and read:
// names, types, texts, and the rules that the API server shall enforce. It is
// turned into two things: the schema from which the Go types are generated
// (Schema), and the rules that this generator cannot express (rules.go), which
// cmd/generator writes into the finished CustomResourceDefinitions.
//
// It knows nothing about any kind in particular, and nothing of it is linked
// into the provider.
package field

import "regexp"

// A Type is the type of a field's value.
type Type int

// The types a field can have.
const (
	TypeString Type = iota
	TypeBool
	TypeInt
	// TypeStringList is a list of strings.
	TypeStringList
	// TypeObject is a single nested object.
	TypeObject
	// TypeObjectList is a list of nested objects.
	TypeObjectList
	// TypeSecretKey names a key of a Secret, whose value is the argument.
	TypeSecretKey
	// TypeConfigMapKey names a key of a ConfigMap, whose value is the argument.
	TypeConfigMapKey
)

// A Scope is where the resources of an API type live.
type Scope int

// The scopes.
const (
	// Cluster resources name what they refer to with its namespace.
	Cluster Scope = iota
	// Namespaced resources refer to what is in their own namespace only.
	Namespaced
)

// A Field describes one argument or one output of a kind. Build it with one of
// the constructors, then refine it with the methods, each of which returns the
// refined copy.
type Field struct {
	// Name is the field's name in a manifest, in lower camel case.
	Name string
	// Text is shown by kubectl explain.
	Text string
	// Type of the value.
	Type Type
	// Fields of a nested object.
	Fields []Field

	// Required arguments must be given unless the management policies only
	// observe.
	Required bool
	// Immutable arguments cannot be changed or removed once they are set.
	Immutable bool
	// Computed fields are outputs: they appear in status only.
	Computed bool
	// NotReported arguments do not appear in status: the API does not tell them
	// back, or they may hold secrets.
	NotReported bool
	// Enum lists the only allowed values of a string.
	Enum []string
	// Pattern is a regular expression that a string, or each string of a list,
	// must match, and PatternText says in words what it means.
	Pattern, PatternText string
	// MaxLength bounds a string, or each string of a list, if it is not zero.
	MaxLength int64
	// Min and Max bound an integer, if Max is not zero.
	Min, Max int64
	// MaxItems bounds a list, if it is not zero. A list whose elements are
	// checked must be bounded: the API server estimates the cost of checking.
	MaxItems int64
	// Kind is the kind that a reference or a selector for this field names.
	Kind string
}

// String describes a string.
func String(name, text string) Field { return Field{Name: name, Text: text, Type: TypeString} }

// Bool describes a truth value.
func Bool(name, text string) Field { return Field{Name: name, Text: text, Type: TypeBool} }

// Int describes a 64-bit integer.
func Int(name, text string) Field { return Field{Name: name, Text: text, Type: TypeInt} }

// Strings describes a list of strings.
func Strings(name, text string) Field { return Field{Name: name, Text: text, Type: TypeStringList} }

// Object describes a single nested object.
func Object(name, text string, fields ...Field) Field {
	return Field{Name: name, Text: text, Type: TypeObject, Fields: fields}
}

// Objects describes a list of nested objects.
func Objects(name, text string, fields ...Field) Field {
	return Field{Name: name, Text: text, Type: TypeObjectList, Fields: fields}
}

// SecretKey describes a reference to a key of a Secret. The value never stands
// in a manifest.
func SecretKey(name, text string) Field { return Field{Name: name, Text: text, Type: TypeSecretKey} }

// ConfigMapKey describes a reference to a key of a ConfigMap.
func ConfigMapKey(name, text string) Field {
	return Field{Name: name, Text: text, Type: TypeConfigMapKey}
}

// Must returns the field as required: see Field.Required.
func (f Field) Must() Field { f.Required = true; return f }

// Fixed returns the field as immutable: see Field.Immutable.
func (f Field) Fixed() Field { f.Immutable = true; return f }

// Output returns the field as computed: see Field.Computed.
func (f Field) Output() Field { f.Computed = true; return f }

// Unreported returns the field as kept out of status: see Field.NotReported.
func (f Field) Unreported() Field { f.NotReported = true; return f }

// Between returns the field, an integer, bounded.
func (f Field) Between(lowest, highest int64) Field { f.Min, f.Max = lowest, highest; return f }

// Short returns the field, a string or a list of strings, with at most so many
// characters each.
func (f Field) Short(characters int64) Field { f.MaxLength = characters; return f }

// AtMost returns the field, a list, with at most so many elements.
func (f Field) AtMost(items int64) Field { f.MaxItems = items; return f }

// OneOf returns the field, a string, restricted to the given values.
func (f Field) OneOf(values ...string) Field { f.Enum = values; return f }

// Matching returns the field, a string or a list of strings, restricted to a
// regular expression. The text
// completes the sentence "must be ...". It panics if the expression is
// malformed: descriptions are constants of the program.
func (f Field) Matching(pattern, text string) Field {
	regexp.MustCompile(pattern)
	f.Pattern, f.PatternText = pattern, text
	return f
}

// RefersTo returns the field with a reference and a selector beside it, which
// name a managed resource of the given kind whose id fills the field.
func (f Field) RefersTo(kind string) Field { f.Kind = kind; return f }

// RefName is the name of the reference beside the field, "" if it has none.
func (f Field) RefName() string { return f.beside("Ref") }

// SelectorName is the name of the selector beside the field, "" if it has none.
func (f Field) SelectorName() string { return f.beside("Selector") }

func (f Field) beside(suffix string) string {
	switch {
	case f.Kind == "":
		return ""
	case f.Type == TypeStringList && suffix == "Ref":
		return f.Name + "Refs"
	default:
		return f.Name + suffix
	}
}
