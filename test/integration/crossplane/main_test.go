// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// What all tests share. Those that end a program do not run in parallel with
// others.
var (
	cluster  *localcluster.Cluster
	core     *localcluster.Crossplane
	function *localcluster.Companion
	kube     client.Client
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	defer func() {
		if err := tearDown(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if err := setUp(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context) error {
	report := localcluster.ReportTo(os.Stderr)
	var err error
	if cluster, err = localcluster.Start(ctx, localcluster.Options{Report: report}); err != nil {
		return err
	}
	if core, err = cluster.StartCrossplane(ctx, report); err != nil {
		return err
	}
	if function, err = core.StartFunction(ctx, localcluster.PatchAndTransform); err != nil {
		return err
	}
	if err := cluster.InstallCRDs(filepath.Join("testdata", "crds")); err != nil {
		return err
	}
	cfg := cluster.Config()
	cfg.QPS = -1 // Tests ask again and again.
	if kube, err = client.New(cfg, client.Options{}); err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	for _, name := range []string{"machine.yaml", "claimable.yaml"} {
		if err := apply(ctx, filepath.Join("testdata", "apis", name)); err != nil {
			return err
		}
	}
	return nil
}

func tearDown() error {
	var errs []error
	if core != nil {
		errs = append(errs, core.Stop())
	}
	if cluster != nil {
		errs = append(errs, cluster.Stop())
	}
	return errors.Join(errs...)
}

// apply creates the objects of a file.
func apply(ctx context.Context, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096); ; {
		obj := &unstructured.Unstructured{}
		err := decoder.Decode(&obj.Object)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", path, err)
		}
		if err := kube.Create(ctx, obj); err != nil {
			return fmt.Errorf("cannot create %s %s: %w", obj.GetKind(), obj.GetName(), err)
		}
	}
}
