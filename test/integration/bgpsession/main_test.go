// SPDX-License-Identifier: Apache-2.0

package bgpsession

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

// What all tests share. Tests that stop the provider do not run in parallel
// with others.
var (
	cluster  *localcluster.Cluster
	kube     client.Client
	provider *program
	evidence *record
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
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
	defer func() {
		if provider != nil {
			fail(errors.Join(provider.stop(), provider.races()))
		}
		if evidence != nil {
			fail(evidence.check())
		}
		if cluster != nil {
			fail(cluster.Stop())
		}
	}()
	if err := setUp(context.Background(), dir); err != nil {
		fail(err)
		return code
	}
	return m.Run()
}

func setUp(ctx context.Context, dir string) error {
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	bin := filepath.Join(dir, "provider")
	build := exec.CommandContext(ctx, "go", "build", "-race", "-o", bin, "./cmd/provider")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the provider: %w\n%s", err, out)
	}
	if cluster, err = localcluster.Start(ctx, localcluster.Options{Report: localcluster.ReportTo(os.Stderr)}); err != nil {
		return err
	}
	if err := cluster.InstallCRDs(filepath.Join(root, "package", "crds")); err != nil {
		return err
	}
	cfg := cluster.Config()
	cfg.QPS = -1 // Tests ask again and again.
	if kube, err = client.New(cfg, client.Options{}); err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	if evidence, err = newRecord(cfg, dir); err != nil {
		return err
	}
	if provider, err = newProvider(ctx, dir, bin); err != nil {
		return err
	}
	return provider.start()
}
