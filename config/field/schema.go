// SPDX-License-Identifier: Apache-2.0

package field

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Schema returns the schema from which upjet generates the types of the kind.
//
// Each argument is declared optional there, because whether it is required is
// a rule of ours (see Rules) and upjet drops its own for a field that has a
// reference.
//
// Every kind reports the endpoint at which its object was observed: an id says
// something only together with it.
func (k Kind) Schema(scope Scope) *schema.Resource {
	return resource(scope, append(slices.Clone(k.Fields),
		String("endpoint", "Address of the Packet API at which the object was last observed.").Output()))
}

// SnakeCase returns the name in the form that upjet's schemas use: deviceId is
// device_id. Upper case letters in sequence are not names of this vocabulary.
func SnakeCase(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func resource(scope Scope, fields []Field) *schema.Resource {
	r := &schema.Resource{Schema: map[string]*schema.Schema{}}
	for _, f := range fields {
		r.Schema[SnakeCase(f.Name)] = f.schema(scope)
	}
	return r
}

func (f Field) schema(scope Scope) *schema.Schema {
	s := &schema.Schema{Description: f.Text, Optional: !f.Computed, Computed: f.Computed}
	switch f.Type {
	case TypeString:
		s.Type = schema.TypeString
	case TypeBool:
		s.Type = schema.TypeBool
	case TypeInt:
		s.Type = schema.TypeInt
	case TypeStringList:
		s.Type = schema.TypeList
		s.Elem = &schema.Schema{Type: schema.TypeString}
	case TypeObject:
		// upjet knows single nested objects as lists of at most one, which
		// the configuration of the kind turns into an embedded object.
		s.Type, s.MaxItems = schema.TypeList, 1
		s.Elem = resource(scope, f.Fields)
	case TypeObjectList:
		s.Type = schema.TypeList
		s.Elem = resource(scope, f.Fields)
	case TypeSecretKey, TypeConfigMapKey:
		s.Type, s.MaxItems = schema.TypeList, 1
		parts := resource(scope, f.KeyFields(scope))
		for _, part := range parts.Schema {
			part.Description = argumentOnly
		}
		s.Elem, s.Description = parts, argumentOnly
	default:
		panic(fmt.Sprintf("field %s has an unknown type %d", f.Name, f.Type))
	}
	return s
}

// argumentOnly is the text by which upjet keeps a field out of initProvider and
// of status. The finished CRD has the field's own text in its place.
const argumentOnly = "+upjet:crd:field:TFTag=-"

// Single is true for fields that upjet knows as lists of at most one and that
// become embedded objects.
func (f Field) Single() bool {
	return f.Type == TypeObject || f.Type == TypeSecretKey || f.Type == TypeConfigMapKey
}

// ArgumentOnly is true for fields that exist in forProvider only.
func (f Field) ArgumentOnly() bool { return f.Type == TypeSecretKey || f.Type == TypeConfigMapKey }

// KeyFields are the fields of a reference to a key, nil for any other field.
func (f Field) KeyFields(scope Scope) []Field {
	what := map[Type]string{TypeSecretKey: "Secret", TypeConfigMapKey: "ConfigMap"}[f.Type]
	if what == "" {
		return nil
	}
	fields := []Field{
		String("name", "Name of the "+what+".").Must(),
		String("key", "Key of the "+what+" whose value is meant.").Must(),
	}
	if scope == Cluster {
		fields = append(fields, String("namespace", "Namespace of the "+what+".").Must())
	}
	return fields
}
