// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
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

// A Provider is the provider, which can be stopped and started again.
type Provider struct {
	bin, kubeconfig, log string
	flags                []string
	process              *process.Process
}

func newProvider(ctx context.Context, cluster *localcluster.Cluster, dir, bin string, flags []string) (*Provider, error) {
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
	p := &Provider{bin: bin, kubeconfig: filepath.Join(dir, "kubeconfig"), log: filepath.Join(dir, "provider.log"), flags: flags}
	return p, localcluster.WriteKubeconfig(p.kubeconfig, cfg)
}

// Start starts the provider, with flags that replace or add to those of the
// stage. A data race ends it, which fails every test that waits for something.
func (p *Provider) Start(flags ...string) error {
	all := []string{
		"--debug", "--metrics-address=0", "--probe-address=0", "--max-reconcile-rate=500",
		"--no-leader-election", "--poll-interval=250ms", "--backoff-base=100ms", "--backoff-max=250ms", "--api-timeout=3s",
	}
	all = append(append(all, p.flags...), flags...)
	cmd := exec.Command(p.bin, all...) //nolint:gosec,noctx // Built by us; Stop ends it.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig, "GORACE=halt_on_error=1 exitcode=66")
	var err error
	p.process, err = process.Start("the provider", p.log, cmd)
	return err
}

// Stop stops the provider. One that had ended by itself is an error.
func (p *Provider) Stop() error {
	if err := p.process.Err(); err != nil {
		return err
	}
	return p.process.Stop(grace)
}

// Kill ends the provider as a crash does.
func (p *Provider) Kill() error {
	if err := syscall.Kill(p.process.PID(), syscall.SIGKILL); err != nil {
		return fmt.Errorf("cannot kill the provider: %w", err)
	}
	<-p.process.Done()
	return nil
}

// Restart has the provider ended in one way or the other, and starts it again
// after what is to happen meanwhile.
func (p *Provider) Restart(t *testing.T, end func() error, meanwhile func(), flags ...string) {
	t.Helper()
	if err := end(); err != nil {
		t.Fatal(err)
	}
	// Also if the test fails meanwhile, others need the provider.
	defer func() {
		if err := p.Start(flags...); err != nil {
			t.Fatal(err)
		}
	}()
	meanwhile()
}

// Log returns what the provider has written.
func (p *Provider) Log() ([]byte, error) { return os.ReadFile(p.log) }

// races returns an error if the race detector has ever reported something.
func (p *Provider) races() error {
	content, err := p.Log()
	if err != nil {
		return fmt.Errorf("cannot read the provider's log: %w", err)
	}
	if at := bytes.Index(content, []byte("DATA RACE")); at >= 0 {
		return fmt.Errorf("the provider has a data race:\n%s", content[at:min(len(content), at+4000)])
	}
	return nil
}
