// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The ServiceAccount as which Crossplane's core runs.
const (
	crossplaneNamespace = "crossplane-system"
	crossplaneAccount   = "crossplane"
)

// CrossplaneUser is the name under which the API server knows Crossplane's
// core.
const CrossplaneUser = "system:serviceaccount:" + crossplaneNamespace + ":" + crossplaneAccount

// A Crossplane is Crossplane beside a control plane: its core, and functions
// that compositions can refer to. It has no package manager to speak of:
// providers and functions are programs that somebody starts.
type Crossplane struct {
	// Core runs the controllers of composites and claims.
	Core *Companion

	dir       string
	kube      client.Client
	report    Report
	functions []*Companion
}

// StartCrossplane installs Crossplane's kinds, starts its core and waits until
// the controllers run. It keeps its files in the folder of the control plane.
// The core may do whatever it likes in the cluster: in an installation, the
// RBAC manager would grant it the kinds of each package. The report receives
// the progress of builds, if any is necessary.
func (c *Cluster) StartCrossplane(ctx context.Context, report Report) (*Crossplane, error) {
	bin, err := crossplane().build(ctx, report)
	if err != nil {
		return nil, err
	}
	crds, err := crossplaneCRDs(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.InstallCRDs(crds); err != nil {
		return nil, err
	}
	kube, err := client.New(c.Config(), client.Options{})
	if err != nil {
		return nil, fmt.Errorf("cannot make a client: %w", err)
	}
	x := &Crossplane{dir: filepath.Join(c.dir, "crossplane"), kube: kube, report: report}
	if err := x.prepare(ctx, c); err != nil {
		return nil, err
	}
	x.Core = x.companion("Crossplane's core", "core", "ready", func() *exec.Cmd { return coreCommand(bin) })
	if err := x.Core.Start(ctx); err != nil {
		return nil, err
	}
	return x, nil
}

// prepare makes the files that the core needs.
func (x *Crossplane) prepare(ctx context.Context, c *Cluster) error {
	if err := os.MkdirAll(x.path("cache"), 0o700); err != nil {
		return fmt.Errorf("cannot create Crossplane's folder: %w", err)
	}
	if err := writeCertificate(x.path("certificates")); err != nil {
		return err
	}
	cfg, err := c.ServiceAccount(ctx, crossplaneNamespace, crossplaneAccount,
		rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}})
	if err != nil {
		return err
	}
	return WriteKubeconfig(x.path("kubeconfig"), cfg)
}

// coreCommand returns the command of the core. It runs without webhooks, which
// only protect what a Usage names, and without leader election: whoever starts
// a core again after a crash would wait for the lease to run out.
func coreCommand(bin string) *exec.Cmd {
	cmd := exec.Command(bin, "--ready-file=ready", "--stop-on-stdin-close", //nolint:noctx // Built by us; Stop ends it.
		"core", "start",
		"--namespace="+crossplaneNamespace,
		"--cache-dir=cache",
		"--tls-client-certs-dir=certificates",
		"--package-runtime=External",
		// Against a local API all happens within two seconds that takes minutes
		// elsewhere. Of a composite with five parts core takes that many events for a
		// loop, and then looks at it each half minute only.
		"--circuit-breaker-burst=1000",
		"--enable-webhooks=false")
	cmd.Env = append(os.Environ(), "KUBECONFIG=kubeconfig")
	return cmd
}

// companion returns a program that runs in Crossplane's folder.
func (x *Crossplane) companion(name, file, mark string, command func() *exec.Cmd) *Companion {
	return &Companion{name: name, log: x.path(file + ".log"), mark: x.path(mark), command: func() *exec.Cmd {
		cmd := command()
		cmd.Dir = x.dir
		return cmd
	}}
}

func (x *Crossplane) path(name string) string { return filepath.Join(x.dir, name) }

// Err returns nil while the core and every function run, afterwards an error
// with the end of a log.
func (x *Crossplane) Err() error {
	for _, c := range slices.Concat([]*Companion{x.Core}, x.functions) {
		if err := c.Err(); err != nil {
			return err
		}
	}
	return nil
}

// Stop stops the core and then the functions. Stopping twice is no error.
func (x *Crossplane) Stop() error {
	var errs []error
	for _, c := range slices.Concat([]*Companion{x.Core}, x.functions) {
		errs = append(errs, c.Stop())
	}
	return errors.Join(errs...)
}

// crossplaneCRDs returns the folder of the CustomResourceDefinitions that
// belong to the core, in Go's cache of modules.
func crossplaneCRDs(ctx context.Context) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	out, err := goOutput(ctx, filepath.Join(root, filepath.FromSlash(localModule)), "mod", "download", "-json", crossplaneModule)
	if err != nil {
		return "", err
	}
	var module struct {
		Dir string `json:"Dir"` //nolint:tagliatelle // As the go command writes it.
	}
	if err := json.Unmarshal([]byte(out), &module); err != nil {
		return "", fmt.Errorf("cannot find the source of Crossplane: %w", err)
	}
	return filepath.Join(module.Dir, "cluster", "crds"), nil
}
