// SPDX-License-Identifier: Apache-2.0

package tree

import (
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// The API groups of the two scopes in which every kind exists.
const (
	clusterGroup    = "packet.crossplane.io"
	namespacedGroup = "packet.m.crossplane.io"
)

func TestNoKindIsHalfAdded(t *testing.T) {
	table := read(t, "internal/controller/controller.go")
	index := read(t, "docs/README.md")
	examples := exampleKinds(t)

	kinds := managedKinds(t)
	for name := range kinds {
		t.Run(name, func(t *testing.T) {
			lower := strings.ToLower(name)
			for _, file := range []string{"config/" + lower + ".go", "internal/external/" + lower, "docs/kinds/" + lower + ".md"} {
				if !exists(t, file) {
					t.Errorf("there is no %s", file)
				}
			}
			if !strings.Contains(index, "kinds/"+lower+".md") {
				t.Errorf("docs/README.md does not list docs/kinds/%s.md", lower)
			}
			if !strings.Contains(table, lower+".") {
				t.Errorf("internal/controller/controller.go has no line for %s", name)
			}
			for _, group := range []string{clusterGroup, namespacedGroup} {
				gk := schema.GroupKind{Group: group, Kind: name}
				if !kinds[name][group] {
					t.Errorf("package/crds has no %s", gk)
				}
				if !examples[gk] {
					t.Errorf("no file under examples/ shows a %s", gk)
				}
			}
		})
	}
}

// managedKinds returns the kinds of package/crds that stand for something in
// the Packet API, each with the groups in which it exists.
func managedKinds(t *testing.T) map[string]map[string]bool {
	t.Helper()
	kinds := map[string]map[string]bool{}
	for _, file := range files(t, ".yaml") {
		if !strings.HasPrefix(file, "package/crds/") {
			continue
		}
		crd := extv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal([]byte(read(t, file)), &crd); err != nil {
			t.Fatalf("cannot read %s: %v", file, err)
		}
		for _, version := range crd.Spec.Versions {
			if _, ok := version.Schema.OpenAPIV3Schema.Properties["spec"].Properties["forProvider"]; !ok {
				continue
			}
			kind := crd.Spec.Names.Kind
			if kinds[kind] == nil {
				kinds[kind] = map[string]bool{}
			}
			kinds[kind][crd.Spec.Group] = true
		}
	}
	if len(kinds) == 0 {
		t.Fatal("package/crds has no managed resource")
	}
	return kinds
}

// exampleKinds returns the kinds of all documents under examples/.
func exampleKinds(t *testing.T) map[schema.GroupKind]bool {
	t.Helper()
	found := map[schema.GroupKind]bool{}
	for _, file := range files(t, ".yaml") {
		if !strings.HasPrefix(file, "examples/") {
			continue
		}
		for doc := range strings.SplitSeq("\n"+read(t, file), "\n---") {
			object := struct{ APIVersion, Kind string }{}
			if err := yaml.Unmarshal([]byte(doc), &object); err != nil {
				t.Fatalf("cannot read %s: %v", file, err)
			}
			found[schema.FromAPIVersionAndKind(object.APIVersion, object.Kind).GroupKind()] = true
		}
	}
	return found
}
