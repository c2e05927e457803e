// SPDX-License-Identifier: Apache-2.0

package apis

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/provider-packet/internal/external/bgpconfig"
	"github.com/crossplane-contrib/provider-packet/internal/external/bgpsession"
	"github.com/crossplane-contrib/provider-packet/internal/external/device"
	"github.com/crossplane-contrib/provider-packet/internal/external/project"
	"github.com/crossplane-contrib/provider-packet/internal/external/reservedipblock"
	"github.com/crossplane-contrib/provider-packet/internal/external/sshkey"
)

// crdFolder holds the finished CustomResourceDefinitions.
const crdFolder = "../package/crds"

// plain are the structs that stand for a kind inside the provider, for both
// scopes.
var plain = map[string]struct{ arguments, state any }{
	"BgpConfig":       {arguments: bgpconfig.Arguments{}, state: bgpconfig.State{}},
	"BgpSession":      {arguments: bgpsession.Arguments{}, state: bgpsession.State{}},
	"Device":          {arguments: device.Arguments{}, state: device.State{}},
	"Project":         {arguments: project.Arguments{}, state: project.State{}},
	"ReservedIpBlock": {arguments: reservedipblock.Arguments{}, state: reservedipblock.State{}},
	"SshKey":          {arguments: sshkey.Arguments{}, state: sshkey.State{}},
}

// The provider moves what a user wrote, and what the API reported, between the
// generated types and plain structs by way of JSON. A field that one of them
// lacks would be lost without a word.
func TestPlainStructsHaveTheFieldsOfTheAPI(t *testing.T) {
	scopes := map[string]int{}
	for name, crd := range definitions(t) {
		version := crd.Spec.Versions[0]
		spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
		if _, managed := spec.Properties["forProvider"]; !managed {
			continue
		}
		kind := crd.Spec.Names.Kind
		scopes[kind]++
		structs, ok := plain[kind]
		if !ok {
			t.Errorf("%s: this test has no line for the plain structs of %s", name, kind)
			continue
		}
		t.Run(name, func(t *testing.T) {
			status := version.Schema.OpenAPIV3Schema.Properties["status"]
			for _, part := range []string{"forProvider", "initProvider"} {
				// Values of Secrets and ConfigMaps are named in forProvider only.
				shape := named(spec.Properties["forProvider"])
				for name, field := range spec.Properties[part].Properties {
					shape.add(spec.Properties[part], name, field)
				}
				if diff := cmp.Diff(any(map[string]any(shape)), shapeOfType(t, reflect.TypeOf(structs.arguments))); diff != "" {
					t.Errorf("%s (-) and %T (+) differ:\n%s", "spec."+part, structs.arguments, diff)
				}
			}
			want, ok := shapeOfType(t, reflect.TypeOf(structs.state)).(map[string]any)
			if !ok {
				t.Fatalf("%T is no struct", structs.state)
			}
			// What the shared client reports of every kind.
			maps.Copy(want, map[string]any{"id": "string", "endpoint": "string"})
			if diff := cmp.Diff(shapeOfSchema(status.Properties["atProvider"]), any(want)); diff != "" {
				t.Errorf("status.atProvider (-) and %T (+) differ:\n%s", structs.state, diff)
			}
		})
	}
	for kind := range plain {
		if scopes[kind] != 2 {
			t.Errorf("%s exists in %d scopes, want 2", kind, scopes[kind])
		}
	}
}

// A shape is the names and types of the fields of an object.
type shape map[string]any

// add adds a field of an object. References and selectors are left out: they
// are resolved before the arguments are read. What names a key of a Secret or
// of a ConfigMap becomes the argument whose value it is.
func (s shape) add(parent extv1.JSONSchemaProps, name string, field extv1.JSONSchemaProps) {
	if argument, isValue := valueOf(name); isValue {
		s[argument] = "string"
		return
	}
	for _, end := range []string{"Ref", "Refs", "Selector"} {
		of, cut := strings.CutSuffix(name, end)
		if _, found := parent.Properties[of]; cut && found {
			return
		}
	}
	s[name] = shapeOfSchema(field)
}

// named returns the arguments that stand in Secrets and ConfigMaps.
func named(parent extv1.JSONSchemaProps) shape {
	out := shape{}
	for name := range parent.Properties {
		if argument, ok := valueOf(name); ok {
			out[argument] = "string"
		}
	}
	return out
}

func valueOf(name string) (string, bool) {
	if argument, ok := strings.CutSuffix(name, "SecretRef"); ok {
		return argument, true
	}
	return strings.CutSuffix(name, "ConfigMapRef")
}

// shapeOfSchema returns the names and types of the fields of an object, as
// nested maps.
func shapeOfSchema(s extv1.JSONSchemaProps) any {
	switch s.Type {
	case "object":
		fields := shape{}
		for name, p := range s.Properties {
			fields.add(s, name, p)
		}
		return map[string]any(fields)
	case "array":
		return []any{shapeOfSchema(*s.Items.Schema)}
	default:
		return s.Type
	}
}

// shapeOfType returns the same for a Go type and its JSON names.
func shapeOfType(t *testing.T, typ reflect.Type) any {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer:
		return shapeOfType(t, typ.Elem())
	case reflect.Slice:
		return []any{shapeOfType(t, typ.Elem())}
	case reflect.Struct:
		fields := map[string]any{}
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" {
				// It is no part of the API, and says so.
				continue
			}
			if name == "" {
				t.Errorf("%s.%s has no JSON name", typ, f.Name)
			}
			fields[name] = shapeOfType(t, f.Type)
		}
		return fields
	case reflect.Bool:
		return "boolean"
	case reflect.Int64:
		return "integer"
	default:
		return typ.Kind().String()
	}
}

// What generates the types leaves traces of its own trade in texts unless they
// are replaced.
func TestTextsSpeakOfPacketOnly(t *testing.T) {
	foreign := regexp.MustCompile(`(?i)terraform|upjet|hashicorp|no value`)
	for name := range definitions(t) {
		text := read(t, filepath.Join(crdFolder, name))
		if found := foreign.FindAllString(text, -1); found != nil {
			t.Errorf("%s contains %q", name, found)
		}
	}
}

// kubectl explain shall have an answer at every field.
func TestEveryFieldHasAText(t *testing.T) {
	for name, crd := range definitions(t) {
		root := *crd.Spec.Versions[0].Schema.OpenAPIV3Schema
		if missing := untold(root, ""); len(missing) > 0 {
			t.Errorf("%s has no text for %s", name, strings.Join(missing, ", "))
		}
	}
}

// untold returns the paths of the fields without a description. metadata has
// its text from the API server.
func untold(s extv1.JSONSchemaProps, path string) []string {
	var missing []string
	if s.Description == "" && path != ".metadata" {
		missing = append(missing, "."+strings.TrimPrefix(path, "."))
	}
	for name, p := range s.Properties {
		missing = append(missing, untold(p, path+"."+name)...)
	}
	if s.Items != nil {
		item := *s.Items.Schema
		item.Description = s.Description
		missing = append(missing, untold(item, path+"[]")...)
	}
	slices.Sort(missing)
	return missing
}

// definitions reads the CustomResourceDefinitions by their file names.
func definitions(t *testing.T) map[string]extv1.CustomResourceDefinition {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(crdFolder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no definitions")
	}
	found := map[string]extv1.CustomResourceDefinition{}
	for _, file := range files {
		crd := extv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict([]byte(read(t, file)), &crd); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[filepath.Base(file)] = crd
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
