// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
)

const (
	// patience is how long the demonstration waits for what takes seconds.
	patience = time.Minute
	// period is how often it looks.
	period = 100 * time.Millisecond
	// grace is how long a program may take to stop.
	grace = 15 * time.Second
)

// demo is what the steps share, in the order in which they fill it in.
type demo struct {
	options

	out   io.Writer
	began time.Time
	dir   string // Temporary: logs, kubeconfigs, etcd's data.

	bin       string // Folder of the provider and packetsim.
	kubectl   string
	cluster   *localcluster.Cluster
	kube      client.Client
	packetsim *process.Process
	endpoint  string // packetsim's base URL.
	provider  *process.Process
	stock     []string // What the API had before.
	managed   []*unstructured.Unstructured

	crossplane *localcluster.Crossplane
	claims     []*unstructured.Unstructured
}

func newDemo(o options) (*demo, error) {
	dir, err := os.MkdirTemp("", "provider-packet-demo-")
	if err != nil {
		return nil, fmt.Errorf("cannot create a temporary folder: %w", err)
	}
	return &demo{options: o, out: os.Stdout, began: time.Now(), dir: dir}, nil
}

// cleanUp stops what runs, the provider first, and removes the temporary
// folder; with keep it leaves the logs there and says so.
func (d *demo) cleanUp(keep bool) error {
	var errs []error
	for _, p := range []*process.Process{d.provider, d.packetsim} {
		if p != nil {
			errs = append(errs, p.Stop(grace))
		}
	}
	if d.crossplane != nil {
		errs = append(errs, d.crossplane.Stop())
	}
	if d.cluster != nil {
		errs = append(errs, d.cluster.Stop())
	}
	if keep {
		return errors.Join(append(errs, fmt.Errorf("the logs are kept in %s", d.dir))...)
	}
	return errors.Join(append(errs, os.RemoveAll(d.dir))...)
}

// path returns a path in the temporary folder.
func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

// await looks again and again until the condition is met. It gives up when a
// program that is needed has ended, or when patience has: then with what is
// missing, and what the provider has said last.
func (d *demo) await(ctx context.Context, condition func(context.Context) (missing error)) error {
	var missing error
	err := wait.PollUntilContextTimeout(ctx, period, patience, true, func(ctx context.Context) (bool, error) {
		if err := d.running(); err != nil {
			return false, err
		}
		now := condition(ctx)
		if ctx.Err() == nil { // Else it only says that time is up.
			missing = now
		}
		return now == nil, nil
	})
	if wait.Interrupted(err) && ctx.Err() == nil {
		return fmt.Errorf("waited %s: %w; %s", patience, missing, d.tail())
	}
	return err
}

// tail returns the end of the log of the program that was started last: it is
// what the demonstration waits for.
func (d *demo) tail() string {
	if d.provider != nil {
		return d.provider.Tail()
	}
	return d.packetsim.Tail()
}

// running returns an error if a program that was started has ended.
func (d *demo) running() error {
	if d.cluster != nil && d.cluster.Err() != nil {
		return d.cluster.Err()
	}
	for _, p := range []*process.Process{d.packetsim, d.provider} {
		if p != nil && p.Err() != nil {
			return p.Err()
		}
	}
	if d.crossplane != nil {
		return d.crossplane.Err()
	}
	return nil
}
