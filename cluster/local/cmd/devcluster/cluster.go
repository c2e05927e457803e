// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	// readyTimeout is some twenty times what a start takes.
	readyTimeout = time.Minute
	// drainTimeout is how long open watches may delay the end.
	drainTimeout = time.Second
)

// run keeps a control plane in o.DataDir until the context ends.
func run(ctx context.Context, o options) error {
	if err := os.MkdirAll(o.DataDir, 0o700); err != nil {
		return fmt.Errorf("cannot create the data folder: %w", err)
	}
	// The path of a socket is limited to about a hundred bytes. From within
	// the folder its name is short, wherever the folder lies.
	if err := os.Chdir(o.DataDir); err != nil {
		return fmt.Errorf("cannot enter the data folder: %w", err)
	}
	tokens, err := ensureCredentials()
	if err != nil {
		return err
	}
	etcd, err := startEtcd(ctx)
	if err != nil {
		return err
	}
	defer etcd.Close()
	server, endpoint, err := newAPIServer(ctx, o)
	if err != nil {
		return err
	}
	// Watches do not end by themselves.
	server.GenericAPIServer.ShutdownTimeout = drainTimeout
	prepared, err := server.PrepareRun()
	if err != nil {
		return fmt.Errorf("cannot prepare the API server: %w", err)
	}

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := prepared.Run(ctx); err != nil {
			return fmt.Errorf("cannot run the API server: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		return complete(ctx, as(endpoint, tokens[adminUser]), as(endpoint, tokens[controllerUser]), o.Kubeconfig)
	})
	return group.Wait()
}

// complete makes a whole of an API server that starts: it waits until the
// server is ready, starts the controllers and writes the kubeconfig.
func complete(ctx context.Context, admin, controllers *rest.Config, kubeconfig string) error {
	client, err := kubernetes.NewForConfig(admin)
	if err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	var last error
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, readyTimeout, true, func(ctx context.Context) (bool, error) {
		last = client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
		return last == nil, nil
	})
	if ctx.Err() != nil {
		return nil //nolint:nilerr // Told to stop while it started.
	}
	if err != nil {
		return fmt.Errorf("the API server was not ready after %s: %w", readyTimeout, errors.Join(last, err))
	}
	if err := startControllers(ctx, controllers); err != nil {
		return err
	}
	if err := writeKubeconfig(kubeconfig, admin); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "ready: export KUBECONFIG=%s\n", kubeconfig)
	return nil
}

// as returns cfg with a token.
func as(cfg *rest.Config, token string) *rest.Config {
	cfg = rest.CopyConfig(cfg)
	cfg.BearerToken = token
	return cfg
}
