// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
)

// The ServiceAccount as which the provider runs.
const (
	systemNamespace = "crossplane-system"
	serviceAccount  = "provider-packet"
)

// grace is how long the provider may take to stop.
const grace = 30 * time.Second

// A program is the provider, which can be stopped and started again.
type program struct {
	bin, kubeconfig, log string
	process              *process.Process
}

// providerPath is where the provider is built.
func providerPath(dir string) string { return filepath.Join(dir, "provider") }

// buildProvider builds the provider with the race detector.
func buildProvider(ctx context.Context, root, dir string) error {
	build := exec.CommandContext(ctx, "go", "build", "-race", "-o", providerPath(dir), "./cmd/provider")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the provider: %w\n%s", err, out)
	}
	return nil
}

func newProvider(ctx context.Context, dir string) (*program, error) {
	cfg, err := cluster.ServiceAccount(ctx, systemNamespace, serviceAccount,
		// What Crossplane grants: no deletion of the provider's own kinds.
		rbacv1.PolicyRule{APIGroups: []string{"packet.crossplane.io", "packet.m.crossplane.io"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch", "update", "patch", "create"}},
		rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets", "configmaps", "events"}, Verbs: []string{"*"}},
		rbacv1.PolicyRule{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"*"}},
		rbacv1.PolicyRule{APIGroups: []string{"apiextensions.k8s.io"}, Resources: []string{"customresourcedefinitions"}, Verbs: []string{"get", "list", "watch"}},
	)
	if err != nil {
		return nil, err
	}
	p := &program{bin: providerPath(dir), kubeconfig: filepath.Join(dir, "kubeconfig"), log: filepath.Join(dir, "provider.log")}
	return p, localcluster.WriteKubeconfig(p.kubeconfig, cfg)
}

// start starts the provider as users have it, but that it looks more often, and
// need not allow for lists that lag behind after a creation whose answer was
// lost. A data race ends it, which fails every test that waits for something.
func (p *program) start() error {
	cmd := exec.Command(p.bin, "--debug", "--no-leader-election", "--metrics-address=0", "--probe-address=0", "--poll-interval=2s", "--backoff-max=2s", "--creation-window=10s") //nolint:noctx // Built by us; stop ends it.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig, "GORACE=halt_on_error=1 exitcode=66")
	var err error
	p.process, err = process.Start("the provider", p.log, cmd)
	return err
}

// stop stops the provider. One that had ended by itself is an error.
func (p *program) stop() error {
	if p.process == nil {
		return nil
	}
	if err := p.process.Err(); err != nil {
		return err
	}
	return p.process.Stop(grace)
}
