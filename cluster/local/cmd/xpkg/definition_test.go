// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	apiextensionsv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
)

// TestDefinition shows that the API server accepts what Crossplane makes of the
// definitions: it compiles their rules, and limits what they cost. So it does
// without the ids that lead to what is not a tenant's own.
func TestDefinition(t *testing.T) {
	for _, style := range []string{"namespaced", "claim"} {
		for name, patch := range map[string]string{"AsItIs": "", "NoIDs": "no-ids.json"} {
			t.Run(style+"/"+name, func(t *testing.T) {
				for _, crd := range crds(t, definition(t, style, patch)) {
					if errs := validation.ValidateCustomResourceDefinition(t.Context(), crd); len(errs) > 0 {
						t.Errorf("%s: want the API server to accept it, got: %v", crd.Name, errs.ToAggregate())
					}
					spec := versionSchema(crd).Properties["spec"]
					project := spec.Properties["project"]
					_, device := spec.Properties["deviceId"]
					_, id := project.Properties["id"]
					if want := patch == ""; device != want || id != want {
						t.Errorf("%s: want deviceId and project.id to be there: %t, got %t and %t", crd.Name, want, device, id)
					}
				}
			})
		}
	}
}

// definition returns the definition of a style, with a JSON Patch if one is
// named.
func definition(t *testing.T, style, patch string) *apiextensionsv1.CompositeResourceDefinition {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(styles, style, "definition.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if content, err = yaml.ToJSON(content); err != nil {
		t.Fatal(err)
	}
	if patch != "" {
		operations, err := os.ReadFile(filepath.Join(styles, patch))
		if err != nil {
			t.Fatal(err)
		}
		p, err := jsonpatch.DecodePatch(operations)
		if err != nil {
			t.Fatalf("cannot read %s: %v", patch, err)
		}
		if content, err = p.Apply(content); err != nil {
			t.Fatalf("%s does not fit the definition: %v", patch, err)
		}
	}
	xrd := &apiextensionsv1.CompositeResourceDefinition{}
	if err := json.Unmarshal(content, xrd); err != nil {
		t.Fatal(err)
	}
	return xrd
}

// crds returns what Crossplane makes of a definition, as the API server sees
// it: a kind for composites, and one for claims if there are claims.
func crds(t *testing.T, xrd *apiextensionsv1.CompositeResourceDefinition) []*apiextensions.CustomResourceDefinition {
	t.Helper()
	composite, err := xcrd.ForCompositeResource(xrd)
	if err != nil {
		t.Fatal(err)
	}
	made := []*extv1.CustomResourceDefinition{composite}
	if xrd.Spec.ClaimNames != nil {
		claim, err := xcrd.ForCompositeResourceClaim(xrd)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, claim)
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	var seen []*apiextensions.CustomResourceDefinition
	for _, crd := range made {
		crd.OwnerReferences = nil // Without a cluster the definition has no UID.
		scheme.Default(crd)
		crd.Status.StoredVersions = []string{crd.Spec.Versions[0].Name}
		s := &apiextensions.CustomResourceDefinition{}
		if err := scheme.Convert(crd, s, nil); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, s)
	}
	return seen
}

// versionSchema returns the schema of a kind with one version.
func versionSchema(crd *apiextensions.CustomResourceDefinition) *apiextensions.JSONSchemaProps {
	if crd.Spec.Validation != nil {
		return crd.Spec.Validation.OpenAPIV3Schema
	}
	return crd.Spec.Versions[0].Schema.OpenAPIV3Schema
}
