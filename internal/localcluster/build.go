// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// commandsEstimate is for the provider and packetsim on two cores with nothing
// in Go's cache.
const commandsEstimate = 4 * time.Minute

// Build returns the path of the program devcluster, which it builds if the
// cache folder does not have it. Start does the same; call Build to have the
// wait at a moment of your choice.
func Build(ctx context.Context, report Report) (string, error) {
	return devcluster().build(ctx, report)
}

// BuildCrossplane builds Crossplane's core and functions, as StartFunction
// names them, unless the cache folder has them. StartCrossplane and
// StartFunction do the same; call BuildCrossplane to have the wait at a moment
// of your choice.
func BuildCrossplane(ctx context.Context, report Report, functions ...string) error {
	if _, err := crossplane().build(ctx, report); err != nil {
		return err
	}
	for _, name := range functions {
		if _, err := function(name).build(ctx, report); err != nil {
			return err
		}
	}
	return nil
}

// Kubectl returns the path of a kubectl: that of PATH, else one that is built
// from the module cluster/local.
func Kubectl(ctx context.Context, report Report) (string, error) {
	if bin, err := exec.LookPath("kubectl"); err == nil {
		return bin, nil
	}
	return kubectl().build(ctx, report)
}

// BuildCommands builds commands of the project, given as packages like
// ./cmd/provider, into a folder, each under the name of its package. What is
// there and up to date is not built again.
func BuildCommands(ctx context.Context, report Report, dir string, packages ...string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // Programs are no secret.
		return fmt.Errorf("cannot create the folder of programs: %w", err)
	}
	names := make([]string, len(packages))
	for i, pkg := range packages {
		names[i] = path.Base(pkg)
	}
	end := report.begin("building "+strings.Join(names, " and "), commandsEstimate)
	defer end()
	args := append([]string{"build", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}, packages...)
	if _, err := goOutput(ctx, root, args...); err != nil {
		return fmt.Errorf("cannot build %s: %w", strings.Join(names, " and "), err)
	}
	return nil
}

// build returns the path of the program in the cache folder. Of several
// processes that need it at the same time one builds it.
func (p program) build(ctx context.Context, report Report) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	module := filepath.Join(root, filepath.FromSlash(p.module))
	key, err := cacheKey(ctx, module)
	if err != nil {
		return "", err
	}
	dir, err := CacheDir()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, p.name+"-"+key)
	if found, err := touch(bin); found || err != nil {
		return bin, err
	}

	unlock, err := lock(ctx, filepath.Join(dir, p.name+".lock"), p.estimate, report)
	if err != nil {
		return "", err
	}
	defer unlock()
	if found, err := touch(bin); found || err != nil {
		return bin, err // Somebody else has built it meanwhile.
	}
	end := report.begin("building "+p.name, p.estimate)
	defer end()
	if err := p.compile(ctx, module, bin); err != nil {
		return "", err
	}
	return bin, prune(dir, p.name)
}

// compile builds the program into the file bin, in one step: what is found
// there is whole.
func (p program) compile(ctx context.Context, module, bin string) error {
	flags := "-s -w"
	if p.versionOf != "" {
		version, err := goOutput(ctx, module, "list", "-m", "-f", "{{.Version}}", p.versionOf)
		if err != nil {
			return err
		}
		flags += p.stamp(version)
	}
	part := bin + ".part"
	if _, err := goOutput(ctx, module, "build", "-ldflags", flags, "-o", part, p.pkg); err != nil {
		return fmt.Errorf("cannot build %s: %w", p.name, err)
	}
	if err := os.Rename(part, bin); err != nil {
		return fmt.Errorf("cannot keep %s: %w", p.name, err)
	}
	return nil
}

// goOutput runs the go command in a module and returns what it prints, without
// the final line break.
func goOutput(ctx context.Context, dir string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // The arguments are ours.
	cmd.Dir = dir
	// Static programs, and one entry per package in Go's cache whether or not
	// the machine has a C compiler.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "PWD="+dir)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// touch says whether there is a file, and marks it as used.
func touch(name string) (bool, error) {
	now := time.Now()
	err := os.Chtimes(name, now, now)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot use the cache: %w", err)
	}
	return true, nil
}
