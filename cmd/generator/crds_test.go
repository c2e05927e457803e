// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

// thing is a kind with one argument of each sort and one output.
func thing() field.Kind {
	return field.Kind{
		Name: "Thing", Resource: "packet_thing", Text: "A thing.", ShortNames: []string{"th"},
		Fields: []field.Field{
			field.String("size", "Size.").Must().Fixed().OneOf("small", "large"),
			field.String("deviceId", "Device.").Matching("^d", "a d").RefersTo("Device"),
			field.Strings("keyIds", "Keys.").RefersTo("Key"),
			field.String("state", "State.").Output(),
		},
		Columns: []field.Column{
			{Name: "SIZE", Path: ".spec.forProvider.size", Text: "Size."},
			{Name: "COUNT", Path: ".status.atProvider.count", Type: "integer", Wide: true, Text: "Count."},
		},
	}
}

func object(properties map[string]extv1.JSONSchemaProps) extv1.JSONSchemaProps {
	return extv1.JSONSchemaProps{Type: "object", Properties: properties}
}

// crd is what controller-gen makes of thing, as far as it is edited.
func crd(scope extv1.ResourceScope) *extv1.CustomResourceDefinition {
	text := extv1.JSONSchemaProps{Type: "string", Description: "Generated."}
	arguments := func() extv1.JSONSchemaProps {
		reference := func() extv1.JSONSchemaProps {
			if scope == extv1.ClusterScoped {
				return object(map[string]extv1.JSONSchemaProps{"policy": text})
			}
			return object(map[string]extv1.JSONSchemaProps{"policy": text, "namespace": text})
		}
		element := reference()
		list := extv1.JSONSchemaProps{Type: "array", Items: &extv1.JSONSchemaPropsOrArray{Schema: &element}}
		return object(map[string]extv1.JSONSchemaProps{
			"size": text, "deviceId": text, "deviceIdRef": reference(), "deviceIdSelector": reference(),
			"keyIds": text, "keyIdsRefs": list, "keyIdsSelector": reference(),
		})
	}
	root := object(map[string]extv1.JSONSchemaProps{
		"spec": object(map[string]extv1.JSONSchemaProps{
			"forProvider": arguments(), "initProvider": arguments(),
			"providerConfigRef": object(map[string]extv1.JSONSchemaProps{"kind": text, "name": text}),
		}),
		"status": object(map[string]extv1.JSONSchemaProps{
			"atProvider": object(map[string]extv1.JSONSchemaProps{"id": text, "state": text, "size": text}),
		}),
	})
	c := &extv1.CustomResourceDefinition{}
	c.Spec.Names.Kind = "Thing"
	c.Spec.Scope = scope
	c.Spec.Versions = []extv1.CustomResourceDefinitionVersion{{
		Name: "v1", Schema: &extv1.CustomResourceValidation{OpenAPIV3Schema: &root},
	}}
	return c
}

// at returns the schema at a path of properties.
func at(t *testing.T, c *extv1.CustomResourceDefinition, path string) extv1.JSONSchemaProps {
	t.Helper()
	s := *c.Spec.Versions[0].Schema.OpenAPIV3Schema
	for name := range strings.SplitSeq(path, ".") {
		next, ok := s.Properties[name]
		if !ok {
			t.Fatalf("the schema has no %s", path)
		}
		s = next
	}
	return s
}

func enum(s extv1.JSONSchemaProps) string {
	var values []string
	for _, v := range s.Enum {
		values = append(values, string(v.Raw))
	}
	return strings.Join(values, " ")
}

func TestUnreported(t *testing.T) {
	c, k := crd(extv1.NamespaceScoped), thing()
	k.Fields[0] = k.Fields[0].Unreported()
	if err := finish(c, k); err != nil {
		t.Fatal(err)
	}
	if _, found := at(t, c, "status.atProvider").Properties["size"]; found {
		t.Error("an argument that is not reported is in status")
	}
	if _, found := at(t, c, "spec.forProvider").Properties["size"]; !found {
		t.Error("an argument that is not reported is no argument")
	}
}

func TestFinish(t *testing.T) {
	cases := map[string]struct {
		reason      string
		scope       extv1.ResourceScope
		shortNames  []string
		configKinds string
	}{
		"Cluster":    {"A cluster-scoped kind has no short name, and one kind of configuration.", extv1.ClusterScoped, nil, ""},
		"Namespaced": {"A namespaced kind has the short names, and names one of two kinds of configuration.", extv1.NamespaceScoped, []string{"th"}, `"ProviderConfig" "ClusterProviderConfig"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, k := crd(tc.scope), thing()
			if err := finish(c, k); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.shortNames, c.Spec.Names.ShortNames); diff != "" {
				t.Errorf("%s short names: -want, +got:\n%s", tc.reason, diff)
			}
			if got := enum(at(t, c, "spec.providerConfigRef.kind")); got != tc.configKinds {
				t.Errorf("%s got %s, want %s", tc.reason, got, tc.configKinds)
			}
			if diff := cmp.Diff(validations(append(k.SpecRules(), k.FallbackRules()...)), at(t, c, "spec").XValidations); diff != "" {
				t.Errorf("rules of spec: -want, +got:\n%s", diff)
			}
			for _, part := range []string{"spec.forProvider", "spec.initProvider"} {
				if diff := cmp.Diff(validations(k.ParameterRules(part)), at(t, c, part).XValidations); diff != "" {
					t.Errorf("rules of %s: -want, +got:\n%s", part, diff)
				}
				size, device := at(t, c, part+".size"), at(t, c, part+".deviceId")
				if enum(size) != `"small" "large"` || size.Description != "Size. Immutable." {
					t.Errorf("%s.size: got the values %s and the text %q", part, enum(size), size.Description)
				}
				if diff := cmp.Diff(validations(k.Fields[1].PatternRules()), device.XValidations); diff != "" {
					t.Errorf("rules of %s.deviceId: -want, +got:\n%s", part, diff)
				}
				if got, want := at(t, c, part+".deviceIdRef").Description, k.Fields[1].ReferenceTexts()["deviceIdRef"]; got != want {
					t.Errorf("%s.deviceIdRef: got the text %q, want %q", part, got, want)
				}
			}
			checkNamespaces(t, c, tc.scope)
			if got := at(t, c, "status.atProvider.size"); len(got.Enum) > 0 || got.XValidations != nil {
				t.Error("a rule for arguments is on the status, which reports what there is")
			}
			if got := at(t, c, "status.atProvider.id").Description; got != "Id of the Thing in the Packet API." {
				t.Errorf("status.atProvider.id: got the text %q", got)
			}
		})
	}
}

func TestFinishRefusesWhatDoesNotFit(t *testing.T) {
	remove := func(path ...string) func(*extv1.CustomResourceDefinition) {
		return func(c *extv1.CustomResourceDefinition) {
			s := *c.Spec.Versions[0].Schema.OpenAPIV3Schema
			for _, name := range path[:len(path)-1] {
				s = s.Properties[name]
			}
			delete(s.Properties, path[len(path)-1])
		}
	}
	cases := map[string]struct {
		reason string
		change func(*extv1.CustomResourceDefinition)
		want   string
	}{
		"Versions":   {"Rules for one version are not guessed for another.", func(c *extv1.CustomResourceDefinition) { c.Spec.Versions = append(c.Spec.Versions, c.Spec.Versions[0]) }, "it has 2 versions, want 1"},
		"Spec":       {"No spec.", remove("spec"), `no property "spec"`},
		"For":        {"No arguments.", remove("spec", "forProvider"), `spec: the schema has no property "forProvider"`},
		"Init":       {"No arguments at creation.", remove("spec", "initProvider"), `spec: the schema has no property "initProvider"`},
		"Argument":   {"An argument is missing.", remove("spec", "forProvider", "size"), `spec: forProvider: the schema has no property "size"`},
		"Reference":  {"A reference is missing.", remove("spec", "initProvider", "deviceIdRef"), `spec: initProvider: the schema has no property "deviceIdRef"`},
		"Namespace":  {"A reference has no namespace.", remove("spec", "forProvider", "deviceIdSelector", "namespace"), `deviceIdSelector: the schema has no property "namespace"`},
		"Config":     {"No reference to a configuration.", remove("spec", "providerConfigRef"), `spec: the schema has no property "providerConfigRef"`},
		"ConfigKind": {"That reference has no kind.", remove("spec", "providerConfigRef", "kind"), `spec: providerConfigRef: the schema has no property "kind"`},
		"Status":     {"No status.", remove("status"), `no property "status"`},
		"At":         {"No outputs.", remove("status", "atProvider"), `no property "atProvider"`},
		"ID":         {"No id.", remove("status", "atProvider", "id"), `no property "id"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := crd(extv1.NamespaceScoped)
			tc.change(c)
			if err := finish(c, thing()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s got the error %v, want one with %q", tc.reason, err, tc.want)
			}
		})
	}
}

// checkNamespaces wants the namespace of each reference explained: there is one
// in references of namespaced resources only.
func checkNamespaces(t *testing.T, c *extv1.CustomResourceDefinition, scope extv1.ResourceScope) {
	t.Helper()
	want := ""
	if scope == extv1.NamespaceScoped {
		want = field.NamespaceText
	}
	for _, part := range []string{"spec.forProvider.", "spec.initProvider."} {
		for _, name := range []string{"deviceIdRef", "deviceIdSelector", "keyIdsRefs", "keyIdsSelector"} {
			reference := at(t, c, part+name)
			if reference.Items != nil {
				reference = *reference.Items.Schema
			}
			if got := reference.Properties["namespace"].Description; got != want {
				t.Errorf("%s%s.namespace: got the text %q, want %q", part, name, got, want)
			}
		}
	}
}

func TestColumns(t *testing.T) {
	var got []string
	for _, c := range columns(thing()) {
		wide := ""
		if c.Priority > 0 {
			wide = " wide"
		}
		got = append(got, c.Name+" "+c.Type+wide)
	}
	want := []string{"SYNCED string", "READY string", "SIZE string", "COUNT integer wide", "EXTERNAL-NAME string wide", "AGE date"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// store writes the definitions into a folder, each as JSON, which is YAML.
func store(t *testing.T, crds map[string]*extv1.CustomResourceDefinition) string {
	t.Helper()
	dir := t.TempDir()
	for name, c := range crds {
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFinishCRDs(t *testing.T) {
	other := crd(extv1.ClusterScoped)
	other.Spec.Names.Kind = "ProviderConfig"
	dir := store(t, map[string]*extv1.CustomResourceDefinition{
		"a.yaml": crd(extv1.ClusterScoped), "b.yaml": crd(extv1.NamespaceScoped), "c.yaml": other,
	})
	before := readFile(t, filepath.Join(dir, "c.yaml"))
	if err := finishCRDs(dir, []field.Kind{thing()}); err != nil {
		t.Fatal(err)
	}
	if readFile(t, filepath.Join(dir, "c.yaml")) != before {
		t.Error("the definition of a kind without description is changed")
	}
	text := readFile(t, filepath.Join(dir, "b.yaml"))
	got := &extv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict([]byte(text), got); err != nil {
		t.Fatal(err)
	}
	want := crd(extv1.NamespaceScoped)
	if err := finish(want, thing()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if !strings.HasPrefix(text, "---\n") || strings.Contains(text, "\nstatus:") {
		t.Errorf("want a document without the API server's status, got:\n%s", text)
	}
}

func TestFinishCRDsRefusesWhatDoesNotFit(t *testing.T) {
	broken := crd(extv1.ClusterScoped)
	broken.Spec.Versions = nil
	folder := store(t, nil)
	if err := os.Mkdir(filepath.Join(folder, "a.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	malformed := store(t, nil)
	if err := os.WriteFile(filepath.Join(malformed, "a.yaml"), []byte("colour: red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ reason, dir, want string }{
		"Scope":     {"A scope is missing.", store(t, map[string]*extv1.CustomResourceDefinition{"a.yaml": crd(extv1.ClusterScoped)}), "1 CRDs of managed resources were generated, want 2"},
		"Pattern":   {"The folder's name is no pattern.", "[", "syntax error in pattern"},
		"Folder":    {"A file cannot be read.", folder, "cannot read a CRD"},
		"Malformed": {"A file is no definition.", malformed, "cannot read the CRD in"},
		"Broken":    {"A definition does not fit.", store(t, map[string]*extv1.CustomResourceDefinition{"a.yaml": broken}), "it has 0 versions"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := finishCRDs(tc.dir, []field.Kind{thing()}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s got the error %v, want one with %q", tc.reason, err, tc.want)
			}
		})
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
