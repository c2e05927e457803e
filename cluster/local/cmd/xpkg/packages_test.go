// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	apiextensionsv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	pkgmetav1 "github.com/crossplane/crossplane/apis/v2/pkg/meta/v1"
)

// styles is where the packages of the examples are.
const styles = "../../../../examples/compositions"

// TestFunctionNames shows that the compositions of a package find the functions
// that Crossplane installs with it: it names them after their repositories.
func TestFunctionNames(t *testing.T) {
	for _, style := range []string{"namespaced", "claim"} {
		t.Run(style, func(t *testing.T) {
			meta := &pkgmetav1.Configuration{}
			read(t, filepath.Join(styles, style, "crossplane.yaml"), meta)
			var installed []string
			for _, d := range meta.Spec.DependsOn {
				if d.Kind == nil || *d.Kind != "Function" || d.Package == nil {
					continue
				}
				ref, err := name.ParseReference(*d.Package)
				if err != nil {
					t.Fatalf("cannot read the dependency %s: %v", *d.Package, err)
				}
				installed = append(installed, xpkg.ToDNSLabel(ref.Context().RepositoryStr()))
			}
			referredTo := map[string]bool{}
			for _, variant := range []string{"ipv4", "ipv6", "dual-stack", "with-prefix"} {
				composition := &apiextensionsv1.Composition{}
				read(t, filepath.Join(styles, style, variant+".yaml"), composition)
				if len(composition.Spec.Pipeline) == 0 {
					t.Errorf("%s has no pipeline", variant)
				}
				for _, step := range composition.Spec.Pipeline {
					referredTo[step.FunctionRef.Name] = true
					if !slices.Contains(installed, step.FunctionRef.Name) {
						t.Errorf("%s: want a function out of %v, which are installed with the package, got %s", variant, installed, step.FunctionRef.Name)
					}
				}
			}
			for _, function := range installed {
				if !referredTo[function] {
					t.Errorf("the package depends on %s, to which no composition refers", function)
				}
			}
		})
	}
}

// TestBuild shows that the examples are packages, with all of their files.
func TestBuild(t *testing.T) {
	for _, style := range []string{"namespaced", "claim"} {
		t.Run(style, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "new", style+".xpkg")
			if err := build(t.Context(), options{Root: filepath.Join(styles, style), Output: output}); err != nil {
				t.Fatal(err)
			}
			img, err := tarball.ImageFromPath(output, nil)
			if err != nil {
				t.Fatalf("cannot read the package: %v", err)
			}
			layers, err := img.Layers()
			if err != nil {
				t.Fatalf("cannot read the layers of the package: %v", err)
			}
			if len(layers) != 2 {
				t.Errorf("want a layer for the package and one for its examples, got %d", len(layers))
			}
			content := mutate.Extract(img)
			defer content.Close() //nolint:errcheck // Everything was read.
			got := map[string][]string{}
			for files := tar.NewReader(content); ; {
				file, err := files.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("cannot read the files of the package: %v", err)
				}
				got[file.Name] = objects(t, files)
			}
			want := map[string][]string{"package.yaml": folder(t, filepath.Join(styles, style)), ".up/examples.yaml": folder(t, filepath.Join(styles, style, "examples"))}
			for file, names := range want {
				if !slices.Equal(names, got[file]) {
					t.Errorf("%s: want the objects %v of the folder, got %v in %v", file, names, got[file], slices.Sorted(maps.Keys(got)))
				}
			}
		})
	}
}

func TestBuildRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.yaml"), []byte("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := build(t.Context(), options{Root: dir, Output: filepath.Join(dir, "a.xpkg")})
	if err == nil || !strings.Contains(err.Error(), "cannot build a package of "+dir) {
		t.Errorf("want a folder that is no package to be refused by its name, got: %v", err)
	}
}

// folder returns kinds and names of the objects in the files of a folder.
func folder(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("want files in %s, got: %v", dir, err)
	}
	var names []string
	for _, file := range files {
		content, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, objects(t, content)...)
		if err := content.Close(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	return names
}

// objects returns kinds and names of the objects in a file, in order.
func objects(t *testing.T, content io.Reader) []string {
	t.Helper()
	var names []string
	for decoder := yaml.NewYAMLOrJSONDecoder(content, 4096); ; {
		obj := &metav1.PartialObjectMetadata{}
		err := decoder.Decode(obj)
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names
		}
		if err != nil {
			t.Fatalf("cannot read an object: %v", err)
		}
		if obj.Kind != "" {
			names = append(names, obj.Kind+" "+obj.Name)
		}
	}
}

// read reads a file with one object.
func read(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatalf("cannot read %s: %v", path, err)
	}
}
