// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

func TestConstrain(t *testing.T) {
	text := func() extv1.JSONSchemaProps { return extv1.JSONSchemaProps{Type: "string"} }
	listOf := func(element extv1.JSONSchemaProps) extv1.JSONSchemaProps {
		return extv1.JSONSchemaProps{Type: "array", Items: &extv1.JSONSchemaPropsOrArray{Schema: &element}}
	}
	limited := func(s extv1.JSONSchemaProps, change func(*extv1.JSONSchemaProps)) extv1.JSONSchemaProps {
		s.Description = "A."
		change(&s)
		return s
	}
	key := func(names ...string) extv1.JSONSchemaProps {
		properties := map[string]extv1.JSONSchemaProps{}
		for _, name := range names {
			properties[name] = text()
		}
		return object(properties)
	}
	cases := map[string]struct {
		reason string
		field  field.Field
		scope  field.Scope
		schema extv1.JSONSchemaProps
		want   extv1.JSONSchemaProps
	}{
		"Number": {
			reason: "A bounded number has its bounds.",
			field:  field.Int("a", "A.").Between(28, 127), schema: extv1.JSONSchemaProps{Type: "integer"},
			want: limited(extv1.JSONSchemaProps{Type: "integer"}, func(s *extv1.JSONSchemaProps) { s.Minimum, s.Maximum = ptr.To(28.0), ptr.To(127.0) }),
		},
		"Strings": {
			reason: "A list and its strings are bounded.",
			field:  field.Strings("a", "A.").AtMost(3).Short(36), schema: listOf(text()),
			want: limited(listOf(extv1.JSONSchemaProps{Type: "string", MaxLength: ptr.To[int64](36)}), func(s *extv1.JSONSchemaProps) { s.MaxItems = ptr.To[int64](3) }),
		},
		"Objects": {
			reason: "The fields of an element have their texts and limits, and what is required of them.",
			field:  field.Objects("a", "A.", field.String("b", "B.").Must().OneOf("x")),
			schema: listOf(object(map[string]extv1.JSONSchemaProps{"b": text()})),
			want: limited(listOf(extv1.JSONSchemaProps{
				Type: "object", Required: []string{"b"},
				Properties: map[string]extv1.JSONSchemaProps{"b": {Type: "string", Description: "B.", Enum: []extv1.JSON{{Raw: []byte(`"x"`)}}}},
			}), func(*extv1.JSONSchemaProps) {}),
		},
		"KeyOfNamespaced": {
			reason: "A namespaced resource names a key of its own namespace.",
			field:  field.SecretKey("a", "A."), scope: field.Namespaced, schema: key("name", "key"),
			want: limited(extv1.JSONSchemaProps{Type: "object", Required: []string{"name", "key"}, Properties: map[string]extv1.JSONSchemaProps{
				"name": {Type: "string", Description: "Name of the Secret."},
				"key":  {Type: "string", Description: "Key of the Secret whose value is meant."},
			}}, func(*extv1.JSONSchemaProps) {}),
		},
		"KeyOfCluster": {
			reason: "A cluster-scoped resource names the namespace too.",
			field:  field.ConfigMapKey("a", "A."), scope: field.Cluster, schema: key("name", "key", "namespace"),
			want: limited(extv1.JSONSchemaProps{Type: "object", Required: []string{"name", "key", "namespace"}, Properties: map[string]extv1.JSONSchemaProps{
				"name":      {Type: "string", Description: "Name of the ConfigMap."},
				"key":       {Type: "string", Description: "Key of the ConfigMap whose value is meant."},
				"namespace": {Type: "string", Description: "Namespace of the ConfigMap."},
			}}, func(*extv1.JSONSchemaProps) {}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := constrain(&tc.schema, tc.field, tc.scope); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, tc.schema); diff != "" {
				t.Errorf("%s -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
