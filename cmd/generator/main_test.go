// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository is the folder of the module.
const repository = "../.."

// A clean checkout, and one in which everything is there already, both become
// the tree that is committed.
func TestTheTreeIsWhatIsGenerated(t *testing.T) {
	useTools(t)
	root := t.TempDir()
	for _, file := range []string{"go.mod", "go.sum", boilerplate} {
		if err := copyFile(filepath.Join(repository, file), filepath.Join(root, file)); err != nil {
			t.Fatal(err)
		}
	}
	committed := tree(t, repository)
	for path := range committed {
		if err := copyFile(filepath.Join(repository, path), filepath.Join(root, path)); err != nil {
			t.Fatal(err)
		}
	}
	if err := removeGenerated(root); err != nil {
		t.Fatal(err)
	}
	if clean := tree(t, root); len(clean) == 0 || len(clean) >= len(committed) {
		t.Fatalf("%d of %d files are left without the generated ones", len(clean), len(committed))
	}
	// What a kind that is gone has left behind must go.
	stale := filepath.Join(root, "package", "crds", "packet.crossplane.io_gones.yaml")
	if err := os.MkdirAll(filepath.Dir(stale), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"a clean checkout", "the generated tree"} {
		if err := generate(t.Context(), root); err != nil {
			t.Fatalf("generating from %s: %v", from, err)
		}
		if diff := cmp.Diff(committed, tree(t, root)); diff != "" {
			t.Errorf("generating from %s: -committed, +generated (`make generate` mends it):\n%s", from, diff)
		}
	}
}

// useTools builds the generators that the tree pins and puts them on the PATH.
func useTools(t *testing.T) {
	t.Helper()
	bin := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "-C", filepath.Join(repository, "hack", "tools"), "build", "-o", bin,
		"github.com/crossplane/crossplane-tools/cmd/angryjet",
		"golang.org/x/tools/cmd/goimports",
		"sigs.k8s.io/controller-tools/cmd/controller-gen")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the generators: %v\n%s", err, out)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// tree returns the files of the API below root, with their contents.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, dir := range []string{"apis", "package/crds"} {
		err := fs.WalkDir(os.DirFS(root), dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			found[path] = readFile(t, filepath.Join(root, path))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func TestRunReportsWhatACommandSays(t *testing.T) {
	dir := t.TempDir()
	if err := run(t.Context(), dir, []string{"go", "env", "GOOS"}); err != nil {
		t.Errorf("a command that succeeds: %v", err)
	}
	err := run(t.Context(), dir, []string{"go", "nonsense"})
	if err == nil || !strings.Contains(err.Error(), "cannot run go") || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a command that fails: got %v, want an error that names it and has its output", err)
	}
}

func TestGenerateStopsAtTheFirstError(t *testing.T) {
	if err := generate(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "cannot read a file to take over") {
		t.Errorf("without the file that heads the others: got %v", err)
	}
	if err := generate(t.Context(), "["); err == nil || !strings.Contains(err.Error(), "syntax error in pattern") {
		t.Errorf("with a folder whose name is no pattern: got %v", err)
	}
}

func TestRemoveGenerated(t *testing.T) {
	root := t.TempDir()
	gone := []string{"apis/cluster/zz_register.go", "apis/cluster/packet/v1/zz_a.go", "apis/shared/zz_b.go", "package/crds/a.yaml"}
	kept := []string{"apis/shared/providerconfig.go", "package/crossplane.yaml", "hack/zz_c.go"}
	for _, path := range append(gone, kept...) {
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, path), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := removeGenerated(root); err != nil {
		t.Fatal(err)
	}
	for _, path := range gone {
		if _, err := os.Stat(filepath.Join(root, path)); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	for _, path := range kept {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Errorf("%s is gone", path)
		}
	}
}
