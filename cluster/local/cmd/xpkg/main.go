// SPDX-License-Identifier: Apache-2.0

// Command xpkg builds a Crossplane package of a folder, as "crossplane xpkg
// build" does: with Crossplane's own builder, which also says what is wrong
// with the folder. It needs no network.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/examples"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/yaml"
)

type options struct {
	Root   string `arg:"" help:"Folder with crossplane.yaml and what belongs to it; its folder examples goes into a layer of its own." type:"existingdir"`
	Output string `arg:"" help:"File to write the package to, as a tarball of an image."                                               type:"path"`
}

func main() {
	var o options
	kctx := kong.Parse(&o, kong.Name("xpkg"), kong.Description("Build a Crossplane package of a folder."), kong.UsageOnError())
	kctx.FatalIfErrorf(build(context.Background(), o))
}

func build(ctx context.Context, o options) error {
	pkg, err := stream(o.Root)
	if err != nil {
		return err
	}
	ex, err := stream(filepath.Join(o.Root, "examples"))
	if err != nil {
		return err
	}
	p, err := yaml.New()
	if err != nil {
		return fmt.Errorf("cannot make a parser: %w", err)
	}
	img, meta, err := xpkg.New(parser.NewEchoBackend(pkg), parser.NewEchoBackend(ex), p, examples.New()).Build(ctx)
	if err != nil {
		return fmt.Errorf("cannot build a package of %s: %w", o.Root, err)
	}
	if err := os.MkdirAll(filepath.Dir(o.Output), 0o755); err != nil { //nolint:gosec // A package is no secret.
		return fmt.Errorf("cannot create the folder of the package: %w", err)
	}
	// Without a name: whoever pushes the package gives it one.
	if err := tarball.WriteToFile(o.Output, nil, img); err != nil {
		return fmt.Errorf("cannot write the package: %w", err)
	}
	digest, err := img.Digest()
	if err != nil {
		return fmt.Errorf("cannot read the package: %w", err)
	}
	fmt.Println(o.Output, meta.GetObjectKind().GroupVersionKind().Kind, digest) //nolint:forbidigo // What the user asked for.
	return nil
}

// stream returns the objects of a folder's files as one document.
func stream(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return "", fmt.Errorf("cannot list %s: %w", dir, err)
	}
	var b strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // Named by the user.
		if err != nil {
			return "", fmt.Errorf("cannot read a file of the package: %w", err)
		}
		b.WriteString("---\n")
		b.Write(content)
	}
	return b.String(), nil
}
