// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// What all tests share. Those that end a program, or measure, run alone, before
// the others, which run in parallel: each counts what concerns its own project.
var (
	cluster  *localcluster.Cluster
	core     *localcluster.Crossplane
	kube     client.Client
	provider *program
	sim      *api
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	// Without one, a library prints a stack trace after half a minute.
	log.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := errors.Join(tearDown(), os.RemoveAll(dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if err := setUp(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context, dir string) error {
	report := localcluster.ReportTo(os.Stderr)
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	if err := buildProvider(ctx, root, dir); err != nil {
		return err
	}
	if cluster, err = localcluster.Start(ctx, localcluster.Options{Report: report}); err != nil {
		return err
	}
	if err := cluster.InstallCRDs(filepath.Join(root, "package", "crds")); err != nil {
		return err
	}
	if core, err = cluster.StartCrossplane(ctx, report); err != nil {
		return err
	}
	if _, err = core.StartFunction(ctx, localcluster.PatchAndTransform); err != nil {
		return err
	}
	if kube, err = client.New(cluster.Config(), client.Options{}); err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	if sim, err = serveAPI(ctx); err != nil {
		return err
	}
	for _, s := range styles() {
		if err := s.install(ctx, filepath.Join(root, "examples", "compositions")); err != nil {
			return err
		}
	}
	if err := awaitAPI(ctx); err != nil {
		return err
	}
	if provider, err = newProvider(ctx, dir); err != nil {
		return err
	}
	if err := provider.start(); err != nil {
		return err
	}
	return awaitPlatform(ctx)
}

func tearDown() error {
	var errs []error
	if provider != nil {
		errs = append(errs, provider.stop())
	}
	if core != nil {
		errs = append(errs, core.Stop())
	}
	if cluster != nil {
		errs = append(errs, cluster.Stop())
	}
	if sim != nil {
		errs = append(errs, sim.stop())
	}
	return errors.Join(errs...)
}
