// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
)

// Options are what a control plane is started with. The zero value is one that
// leaves nothing behind.
type Options struct {
	// Dir is the folder for its data, kubeconfig and log. Started again in the
	// same folder it has the same objects. By default it is a new temporary
	// folder, which Stop removes.
	Dir string
	// Port is the API server's on 127.0.0.1, by default a free one.
	Port int
	// Report receives the progress of the build, if one is necessary.
	Report Report
}

// A Cluster is a control plane that runs.
type Cluster struct {
	dir       string
	temporary bool
	config    *rest.Config
	process   *process.Process
}

// Start starts a control plane and waits until it is ready. The context limits
// the start, not the life of the control plane: Stop ends that, and so does
// the end of our process.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	bin, err := devcluster().build(ctx, o.Report)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: o.Dir}
	if c.dir == "" {
		c.temporary = true
		if c.dir, err = os.MkdirTemp("", "devcluster-"); err != nil {
			return nil, fmt.Errorf("cannot create a folder for the control plane: %w", err)
		}
	}
	if err := c.start(ctx, bin, o.Port); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, bin string, port int) error {
	var err error
	c.process, err = launch(ctx, "the control plane", c.Log(), c.Kubeconfig(), exec.Command(bin, //nolint:gosec,noctx // Built by us; Stop ends it.
		"--data-dir", filepath.Join(c.dir, "data"),
		"--kubeconfig", c.Kubeconfig(),
		"--audit-log", c.auditLog(),
		"--secure-port", strconv.Itoa(port),
		"--stop-on-stdin-close"))
	if err != nil {
		return err
	}
	if c.config, err = clientcmd.BuildConfigFromFlags("", c.Kubeconfig()); err != nil {
		return fmt.Errorf("cannot read the kubeconfig: %w", err)
	}
	// Nobody else has to be spared: the usual five requests per second would
	// make us wait for ourselves.
	c.config.QPS = -1
	return nil
}

// Stop stops the control plane, and removes its folder if it is a temporary
// one. Stopping twice is no error.
func (c *Cluster) Stop() error {
	var err error
	if c.process != nil {
		err = c.process.Stop(stopTimeout)
	}
	if c.temporary {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

// Done returns a channel that is closed when the control plane has ended,
// stopped or not. Err says why.
func (c *Cluster) Done() <-chan struct{} { return c.process.Done() }

// Err returns nil while the control plane runs, afterwards an error with the
// end of its log.
func (c *Cluster) Err() error { return c.process.Err() }

// Config returns a connection as an administrator.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Kubeconfig returns the path of an administrator's kubeconfig.
func (c *Cluster) Kubeconfig() string { return filepath.Join(c.dir, "kubeconfig") }

// Log returns the path of the control plane's log.
func (c *Cluster) Log() string { return filepath.Join(c.dir, "devcluster.log") }

func (c *Cluster) auditLog() string { return filepath.Join(c.dir, "audit.log") }

// InstallCRDs installs the CustomResourceDefinitions of the files or folders,
// updates those that exist, and waits until they are served.
func (c *Cluster) InstallCRDs(paths ...string) error {
	_, err := envtest.InstallCRDs(c.Config(), envtest.CRDInstallOptions{
		Paths:              paths,
		ErrorIfPathMissing: true,
		PollInterval:       50 * time.Millisecond,
		MaxTime:            30 * time.Second,
	})
	if err != nil {
		return fmt.Errorf("cannot install custom resources: %w", err)
	}
	return nil
}
