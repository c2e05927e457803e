// SPDX-License-Identifier: Apache-2.0

package tree

import (
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the path of the provider's Go module.
const module = "github.com/crossplane-contrib/provider-packet"

func TestEveryFileCarriesTheLicence(t *testing.T) {
	header := read(t, "hack/boilerplate.go.txt")
	for _, file := range files(t, ".go") {
		generated := strings.HasPrefix(path.Base(file), "zz_") // may have a build constraint above
		if at := strings.Index(read(t, file), header); at != 0 && (at < 0 || !generated) {
			t.Errorf("%s does not begin with %q", file, strings.TrimSpace(header))
		}
	}
}

// One kind never imports another. What two kinds share belongs above them, in
// internal/external, or below them, in internal/packet or in a folder beside
// them that no kind has its name from. The linter keeps the other rules on
// imports; this one cannot be written as a pattern of files.
func TestNoKindImportsAnother(t *testing.T) {
	const kinds = "internal/external/"
	checked := 0
	for _, file := range files(t, ".go") {
		rest, ok := strings.CutPrefix(file, kinds)
		if !ok || path.Dir(rest) == "." {
			continue
		}
		checked++
		own, _, _ := strings.Cut(rest, "/")
		for _, imported := range imports(t, file) {
			other, ok := strings.CutPrefix(imported, module+"/"+kinds)
			if first, _, _ := strings.Cut(other, "/"); ok && first != own && exists(t, "config/"+first+".go") {
				t.Errorf("%s imports %s: one kind never imports another", file, imported)
			}
		}
	}
	if checked == 0 {
		t.Errorf("found no kinds under %s", kinds)
	}
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatalf("cannot parse %s: %v", file, err)
	}
	paths := make([]string, 0, len(f.Imports))
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("cannot read an import of %s: %v", file, err)
		}
		paths = append(paths, p)
	}
	return paths
}
