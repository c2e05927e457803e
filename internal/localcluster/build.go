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

// A program is a command that is built from the module cluster/local.
type program struct {
	name     string
	pkg      string
	estimate time.Duration // On two cores with nothing in Go's cache.
}

func devcluster() program {
	return program{name: "devcluster", pkg: "./cmd/devcluster", estimate: 5 * time.Minute}
}

func kubectl() program {
	return program{name: "kubectl", pkg: "k8s.io/kubernetes/cmd/kubectl", estimate: 2 * time.Minute}
}

// commandsEstimate is for the provider and packetsim on two cores with nothing
// in Go's cache.
const commandsEstimate = 4 * time.Minute

// Build returns the path of the program devcluster, which it builds if the
// cache folder does not have it. Start does the same; call Build to have the
// wait at a moment of your choice.
func Build(ctx context.Context, report Report) (string, error) {
	return devcluster().build(ctx, report)
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
	module := filepath.Join(root, "cluster", "local")
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

	unlock, err := lock(ctx, filepath.Join(dir, p.name+".lock"), report)
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
	version, err := goOutput(ctx, module, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return err
	}
	part := bin + ".part"
	if _, err := goOutput(ctx, module, "build", "-ldflags", ldflags(version), "-o", part, p.pkg); err != nil {
		return fmt.Errorf("cannot build %s: %w", p.name, err)
	}
	if err := os.Rename(part, bin); err != nil {
		return fmt.Errorf("cannot keep %s: %w", p.name, err)
	}
	return nil
}

// ldflags strip the program and stamp it with the version of Kubernetes, like
// v1.35.3, without which clients cannot tell what they talk to.
func ldflags(version string) string {
	const stamp = " -X k8s.io/component-base/version."
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return "-s -w" + stamp + "gitVersion=" + version + stamp + "gitMajor=" + major + stamp + "gitMinor=" + minor
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
