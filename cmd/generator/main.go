// SPDX-License-Identifier: Apache-2.0

// Command generator makes the API of the provider from the descriptions in
// config: the Go types of both scopes under apis, and the finished
// CustomResourceDefinitions under package/crds.
//
// It needs goimports, controller-gen and angryjet on the PATH; `make generate`
// provides the pinned ones. The same descriptions give the same tree every
// time, whatever was there before.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/crossplane-contrib/provider-packet/config"
)

// boilerplate heads each generated Go file.
const boilerplate = "hack/boilerplate.go.txt"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := generate(ctx, root); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1) //nolint:gocritic // Nothing is left to clean up: stop only ends signal handling.
	}
}

// generate makes everything anew below root, the folder of the module.
func generate(ctx context.Context, root string) error {
	kinds := config.Kinds()
	if err := removeGenerated(root); err != nil {
		return err
	}
	if err := generateTypes(root, kinds); err != nil {
		return err
	}
	crds := filepath.Join("package", "crds")
	for _, command := range [][]string{
		{"controller-gen", "object:headerFile=" + boilerplate, "paths=./apis/..."},
		{"angryjet", "generate-methodsets", "--header-file=" + boilerplate, "./apis/..."},
		{"controller-gen", "crd:crdVersions=v1", "paths=./apis/...", "output:crd:artifacts:config=" + crds},
	} {
		if err := run(ctx, root, command); err != nil {
			return err
		}
	}
	return finishCRDs(filepath.Join(root, crds), kinds)
}

func run(ctx context.Context, dir string, command []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // The commands are the constants above.
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot run %s: %w\n%s", command[0], err, out)
	}
	return nil
}

// removeGenerated removes what an earlier run made, so that nothing of a kind
// that is gone or renamed stays behind.
func removeGenerated(root string) error {
	for _, pattern := range []string{
		"apis/*/zz_*.go", "apis/*/*/zz_*.go", "apis/*/*/*/zz_*.go", "package/crds/*.yaml",
	} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil { //nolint:gosec // The patterns are constants; the root is the caller's own.
				return fmt.Errorf("cannot remove an earlier result: %w", err)
			}
		}
	}
	return nil
}
