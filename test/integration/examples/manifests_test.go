// SPDX-License-Identifier: Apache-2.0

package examples

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// folders have all examples that need nothing but the provider.
var folders = []string{"../../../examples/cluster", "../../../examples/namespaced"}

// manifests returns the objects of all files of the folders, in the order in
// which kubectl takes them.
func manifests(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	var all []*unstructured.Unstructured
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			found, err := documents(path)
			if len(found) == 0 && err == nil {
				t.Errorf("%s has no object", path)
			}
			all = append(all, found...)
			return err
		})
		if err != nil {
			t.Fatalf("cannot read the examples: %v", err)
		}
	}
	return all
}

// documents returns the objects of one file.
func documents(path string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		u := &unstructured.Unstructured{}
		switch err := decoder.Decode(&u.Object); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case len(u.Object) > 0:
			all = append(all, u)
		}
	}
}

// isManaged says whether an object stands for something at the API.
func isManaged(u *unstructured.Unstructured) bool {
	_, found, err := unstructured.NestedMap(u.Object, "spec", "forProvider")
	return found && err == nil
}

// isConfig says whether an object says how to reach the API.
func isConfig(u *unstructured.Unstructured) bool {
	_, found, err := unstructured.NestedString(u.Object, "spec", "baseUrl")
	return found && err == nil
}
