// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// A Stage is a control plane on which the provider runs. All tests of a package
// share one.
type Stage struct {
	// Kube speaks to the API server as an administrator.
	Kube client.Client
	// Provider may be stopped and started by tests that do not run in parallel
	// with others.
	Provider *Provider

	cluster *localcluster.Cluster
}

// Run runs the tests of a package on a stage, which it hands out before. Flags
// are further ones for the provider. It returns the exit code.
func Run(m *testing.M, use func(*Stage), flags ...string) (code int) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	dir, err := os.MkdirTemp("", "provider-packet-test-")
	if err != nil {
		fail(err)
		return code
	}
	defer func() { fail(os.RemoveAll(dir)) }()
	s := &Stage{}
	defer func() {
		if s.Provider != nil {
			fail(errors.Join(s.Provider.Stop(), s.Provider.races()))
		}
		if s.cluster != nil {
			fail(s.cluster.Stop())
		}
	}()
	if err := s.setUp(context.Background(), dir, flags); err != nil {
		fail(err)
		return code
	}
	use(s)
	return m.Run()
}

func (s *Stage) setUp(ctx context.Context, dir string, flags []string) error {
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	bin := filepath.Join(dir, "provider")
	build := exec.CommandContext(ctx, "go", "build", "-race", "-o", bin, "./cmd/provider") //nolint:gosec // Our own folder.
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the provider: %w\n%s", err, out)
	}
	if s.cluster, err = localcluster.Start(ctx, localcluster.Options{Report: localcluster.ReportTo(os.Stderr)}); err != nil {
		return err
	}
	if err := s.cluster.InstallCRDs(filepath.Join(root, "package", "crds")); err != nil {
		return err
	}
	cfg := s.cluster.Config()
	cfg.QPS = -1 // Tests ask again and again.
	if s.Kube, err = client.New(cfg, client.Options{}); err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	if s.Provider, err = newProvider(ctx, s.cluster, dir, bin, flags); err != nil {
		return err
	}
	return s.Provider.Start()
}
