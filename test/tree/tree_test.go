// SPDX-License-Identifier: Apache-2.0

// Package tree holds tests of the repository as a whole: that its documents
// name what exists, that no kind is half added, that every file carries the
// licence, and that imports point the way docs/architecture.md draws them.
// It tests no behaviour, and it has no code of its own.
package tree

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// files returns the paths, relative to root and with slashes, of all files
// whose name ends in suffix, in the folders that belong to the repository.
func files(t *testing.T, suffix string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (rel == ".git" || built(rel)) {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(rel, suffix) {
			found = append(found, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("cannot list the tree: %v", err)
	}
	return found
}

// built says whether path is, or lies in, a folder that builds make and git
// ignores.
func built(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first == "bin" || first == ".cache"
}

// read returns the text of the file at path, relative to root.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatalf("cannot read a file of the repository: %v", err)
	}
	return string(text)
}

// exists says whether path, relative to root, is there. It may be a pattern of
// path.Match, which must then match something.
func exists(t *testing.T, path string) bool {
	t.Helper()
	matches, err := filepath.Glob(filepath.Join(root, path))
	if err != nil {
		t.Fatalf("bad pattern %q: %v", path, err)
	}
	return len(matches) > 0
}
