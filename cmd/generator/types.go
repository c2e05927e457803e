// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/crossplane/upjet/v2/pkg/pipeline"

	"github.com/crossplane-contrib/provider-packet/config"
	"github.com/crossplane-contrib/provider-packet/config/field"
)

// wanted are the files of upjet's output that become part of the tree. The
// others tie the types to Terraform (zz_*_terraformed.go), set controllers up
// (zz_setup.go, zz_controller.go) or convert between versions that the kinds
// do not have.
var wanted = regexp.MustCompile(`^apis/(cluster|namespaced)/(zz_register\.go|.*/zz_[a-z]+_types\.go|.*/zz_groupversion_info\.go)$`)

// generateTypes runs upjet in a folder of its own and takes over the files
// that are wanted.
func generateTypes(root string, kinds []field.Kind) (err error) {
	scratch, err := os.MkdirTemp("", "generator-")
	if err != nil {
		return fmt.Errorf("cannot create a scratch folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	for _, dir := range []string{"hack", "apis/cluster", "apis/namespaced", "internal/controller/cluster", "internal/controller/namespaced"} {
		if err := os.MkdirAll(filepath.Join(scratch, dir), 0o750); err != nil {
			return fmt.Errorf("cannot create a scratch folder: %w", err)
		}
	}
	if err := copyFile(filepath.Join(root, boilerplate), filepath.Join(scratch, boilerplate)); err != nil {
		return err
	}
	// upjet reports errors by panicking.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("cannot generate the types: %v", p)
		}
	}()
	pipeline.Run(config.Provider(config.ClusterGroup, kinds), config.Provider(config.NamespacedGroup, kinds), scratch)

	return fs.WalkDir(os.DirFS(scratch), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !wanted.MatchString(path) || strings.HasSuffix(path, "_terraformed.go") {
			return err
		}
		return copyFile(filepath.Join(scratch, path), filepath.Join(root, path))
	})
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from) //nolint:gosec // Both paths are made of constants.
	if err != nil {
		return fmt.Errorf("cannot read a file to take over: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // A folder of the source tree.
		return fmt.Errorf("cannot create a folder: %w", err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil { //nolint:gosec // A file of the source tree.
		return fmt.Errorf("cannot write a file: %w", err)
	}
	return nil
}
