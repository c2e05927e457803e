// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// The ServiceAccount as which the provider runs.
const (
	namespace      = "crossplane-system"
	serviceAccount = "provider-packet"
)

// providerRules are what Crossplane lets a provider do that has its own kinds
// and waits for their CustomResourceDefinitions.
func providerRules() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		{APIGroups: []string{"packet.crossplane.io", "packet.m.crossplane.io"}, Resources: []string{"*"}, Verbs: []string{"*"}},
		{APIGroups: []string{""}, Resources: []string{"secrets", "configmaps", "events"}, Verbs: []string{"*"}},
		{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"*"}},
		{APIGroups: []string{"apiextensions.k8s.io"}, Resources: []string{"customresourcedefinitions"}, Verbs: []string{"get", "list", "watch"}},
	}
}

func (d *demo) buildControlPlane(ctx context.Context) error {
	if _, err := localcluster.Build(ctx, d.report); err != nil {
		return err
	}
	if err := localcluster.BuildCrossplane(ctx, d.report, localcluster.PatchAndTransform); err != nil {
		return err
	}
	var err error
	d.kubectl, err = localcluster.Kubectl(ctx, d.report)
	return err
}

func (d *demo) buildCommands(ctx context.Context) error {
	cache, err := localcluster.CacheDir()
	if err != nil {
		return err
	}
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	// One folder per source tree: two may be at work at the same time.
	d.bin = filepath.Join(cache, fmt.Sprintf("demo-%x", sha256.Sum256([]byte(root)))[:16])
	return localcluster.BuildCommands(ctx, d.report, d.bin, "./cmd/provider", "./cmd/packetsim")
}

// report says how far a build is, unless it is over at once.
func (d *demo) report(p localcluster.Progress) {
	switch {
	case p.Done && p.Elapsed > time.Second:
		d.sayf("%s: done after %s", p.Step, p.Elapsed.Round(100*time.Millisecond))
	case !p.Done && p.Elapsed > 0:
		d.sayf("%s: %s of up to %s", p.Step, p.Elapsed.Round(time.Second), p.Estimate)
	}
}

func (d *demo) startControlPlane(ctx context.Context) error {
	var err error
	if d.cluster, err = localcluster.Start(ctx, localcluster.Options{Dir: d.path("control-plane"), Report: d.report}); err != nil {
		return err
	}
	cfg := d.cluster.Config()
	cfg.QPS = -1 // We wait by asking again and again.
	if d.kube, err = client.New(cfg, client.Options{}); err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	d.sayf("%s", cfg.Host)
	return nil
}

func (d *demo) startPacketsim(ctx context.Context) error {
	var err error
	d.packetsim, err = process.Start("packetsim", d.path("packetsim.log"), exec.Command( //nolint:gosec,noctx // Built by us; it is stopped in due order.
		filepath.Join(d.bin, "packetsim"), "--listen=127.0.0.1:0", "--seed=demo", "--token="+packetsim.DefaultToken, "--request-log="+d.requestLog()))
	if err != nil {
		return err
	}
	err = d.await(ctx, func(context.Context) error {
		content, err := os.ReadFile(d.packetsim.Log())
		if err != nil {
			return fmt.Errorf("cannot read packetsim's log: %w", err)
		}
		for line := range strings.Lines(string(content)) {
			if strings.HasPrefix(line, "http://") && strings.HasSuffix(line, "\n") {
				d.endpoint = strings.TrimSpace(line)
				return nil
			}
		}
		return fmt.Errorf("packetsim has not printed its base URL")
	})
	if err != nil {
		return err
	}
	d.sayf("%s", d.endpoint)
	return d.takeStock(ctx)
}

func (d *demo) installCRDs(context.Context) error {
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	return d.cluster.InstallCRDs(filepath.Join(root, "package", "crds"))
}

func (d *demo) startProvider(ctx context.Context) error {
	cfg, err := d.cluster.ServiceAccount(ctx, namespace, serviceAccount, providerRules()...)
	if err != nil {
		return err
	}
	kubeconfig := d.path("provider.kubeconfig")
	if err := localcluster.WriteKubeconfig(kubeconfig, cfg); err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(d.bin, "provider"), providerFlags()...) //nolint:gosec,noctx // Built by us; it is stopped in due order.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	d.provider, err = process.Start("the provider", d.path("provider.log"), cmd)
	return err
}

// providerFlags have the provider say what it does, mend soon what somebody
// changes behind its back, and leave ports alone that may be taken. It is the
// only one: there is nobody to elect.
func providerFlags() []string {
	return []string{"--debug", "--no-leader-election", "--poll-interval=10s", "--metrics-address=0", "--probe-address=0"}
}
