// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"encoding/base64"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	fnv1beta1 "github.com/crossplane/function-sdk-go/proto/v1beta1"
)

// nameAnnotation is where Crossplane notes which part of a composition a
// resource is.
const nameAnnotation = "crossplane.io/composition-resource-name"

// input returns what the only step of a composition gives to its function.
func input(t *testing.T, composition map[string]any) *structpb.Struct {
	t.Helper()
	s := toStruct(t, composition)
	steps := s.GetFields()["spec"].GetStructValue().GetFields()["pipeline"].GetListValue().GetValues()
	if len(steps) != 1 {
		t.Fatalf("want a pipeline of one step, got %d", len(steps))
	}
	return steps[0].GetStructValue().GetFields()["input"].GetStructValue()
}

// resource returns the template of a resource.
func resource(t *testing.T, in *structpb.Struct, name string) *structpb.Struct {
	t.Helper()
	for _, r := range in.GetFields()["resources"].GetListValue().GetValues() {
		if r.GetStructValue().GetFields()["name"].GetStringValue() == name {
			return r.GetStructValue()
		}
	}
	t.Fatalf("the composition has no resource %s", name)
	return nil
}

// composite returns the composite, which has a status only once it runs.
func composite(t *testing.T, style string, running bool) *structpb.Struct {
	t.Helper()
	xr := readOne(t, filepath.Join("testdata", style, "composite.yaml"))
	if !running {
		delete(xr, "status")
	}
	return toStruct(t, xr)
}

// observed returns those resources, and Secrets with their connection details,
// that a composition has.
func observed(t *testing.T, style string, in *structpb.Struct) map[string]*fnv1beta1.Resource {
	t.Helper()
	wanted := map[string]bool{}
	for _, r := range in.GetFields()["resources"].GetListValue().GetValues() {
		wanted[r.GetStructValue().GetFields()["name"].GetStringValue()] = true
	}
	found := map[string]*fnv1beta1.Resource{}
	for _, obj := range readAll(t, filepath.Join("testdata", style, "observed.yaml")) {
		s := toStruct(t, obj)
		name := s.GetFields()["metadata"].GetStructValue().GetFields()["annotations"].GetStructValue().GetFields()[nameAnnotation].GetStringValue()
		if !wanted[name] {
			continue
		}
		if found[name] == nil {
			found[name] = &fnv1beta1.Resource{ConnectionDetails: map[string][]byte{}}
		}
		if obj["kind"] != "Secret" {
			found[name].Resource = s
			continue
		}
		for k, v := range s.GetFields()["data"].GetStructValue().GetFields() {
			data, err := base64.StdEncoding.DecodeString(v.GetStringValue())
			if err != nil {
				t.Fatal(err)
			}
			found[name].ConnectionDetails[k] = data
		}
	}
	if diff := len(wanted) - len(found); diff != 0 {
		t.Fatalf("observed.yaml lacks %d resources of the composition", diff)
	}
	return found
}

func sorted(m map[string]*fnv1beta1.Resource) []string { return slices.Sorted(maps.Keys(m)) }

func readOne(t *testing.T, file string) map[string]any {
	t.Helper()
	all := readAll(t, file)
	if len(all) != 1 {
		t.Fatalf("want one object in %s, got %d", file, len(all))
	}
	return all[0]
}

func readAll(t *testing.T, file string) []map[string]any {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for doc := range strings.SplitSeq("\n"+string(content), "\n---\n") {
		obj := map[string]any{}
		if err := yaml.Unmarshal([]byte(doc), &obj); err != nil {
			t.Fatalf("cannot read %s: %v", file, err)
		}
		all = append(all, obj)
	}
	return all
}

func toStruct(t *testing.T, obj map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(obj)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
