// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// TestClosest validates values against alternatives, of which each has a fixed
// type, as the service's document has them.
func TestClosest(t *testing.T) {
	kind := func(name string, required ...string) *openapi3.SchemaRef {
		s := openapi3.NewObjectSchema().WithProperty("type", openapi3.NewStringSchema().WithEnum(name)).WithProperty("size", openapi3.NewIntegerSchema())
		return s.WithRequired(required).NewRef()
	}
	alternatives := openapi3.SchemaRefs{kind("block", "a", "b", "c"), kind("vrf", "vrf")}
	item := &openapi3.Schema{OneOf: alternatives}
	for name, tc := range map[string]struct {
		reason string
		schema *openapi3.Schema
		value  any
		want   []string
	}{
		"Fits":   {"nothing is wrong", item, map[string]any{"type": "vrf", "vrf": 1.0}, nil},
		"OneOf":  {"the type says what was meant, however much is missing", item, map[string]any{"type": "block", "size": "x"}, []string{`GET /x size: value must be an integer`, `GET /x a: property "a" is missing`, `GET /x b: property "b" is missing`, `GET /x c: property "c" is missing`}},
		"AnyOf":  {"other alternatives alike", &openapi3.Schema{AnyOf: alternatives}, map[string]any{"type": "vrf"}, []string{`GET /x vrf: property "vrf" is missing`}},
		"InList": {"with the way to the field", openapi3.NewArraySchema().WithItems(item), []any{map[string]any{"type": "vrf"}}, []string{`GET /x *.vrf: property "vrf" is missing`}},
		"Other":  {"an error without alternatives", openapi3.NewStringSchema(), 1.0, []string{`GET /x : value must be a string`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := flatten("GET /x", nil, tc.schema.VisitJSON(tc.value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
