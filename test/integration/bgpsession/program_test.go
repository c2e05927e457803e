// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
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

func newProvider(ctx context.Context, dir, bin string) (*program, error) {
	cfg, err := cluster.ServiceAccount(ctx, systemNamespace, serviceAccount,
		rbacv1.PolicyRule{APIGroups: []string{"packet.crossplane.io", "packet.m.crossplane.io"}, Resources: []string{"*"}, Verbs: []string{"*"}},
		rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets", "events"}, Verbs: []string{"*"}},
		rbacv1.PolicyRule{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"*"}},
		rbacv1.PolicyRule{APIGroups: []string{"apiextensions.k8s.io"}, Resources: []string{"customresourcedefinitions"}, Verbs: []string{"get", "list", "watch"}},
	)
	if err != nil {
		return nil, err
	}
	p := &program{bin: bin, kubeconfig: filepath.Join(dir, "kubeconfig"), log: filepath.Join(dir, "provider.log")}
	return p, localcluster.WriteKubeconfig(p.kubeconfig, cfg)
}

// start starts the provider. A data race ends it, which fails every test that
// waits for something.
func (p *program) start() error {
	cmd := exec.Command(p.bin, "--debug", //nolint:noctx // Built by us; stop ends it.
		"--metrics-address=0", "--probe-address=0",
		"--poll-interval=500ms", "--backoff-base=100ms", "--backoff-max=500ms")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig, "GORACE=halt_on_error=1 exitcode=66")
	var err error
	p.process, err = process.Start("the provider", p.log, cmd)
	return err
}

// stop stops the provider. One that had ended by itself is an error.
func (p *program) stop() error {
	if err := p.process.Err(); err != nil {
		return err
	}
	return p.process.Stop(grace)
}

// kill ends the provider as a crash does.
func (p *program) kill() error {
	if err := syscall.Kill(p.process.PID(), syscall.SIGKILL); err != nil {
		return fmt.Errorf("cannot kill the provider: %w", err)
	}
	<-p.process.Done()
	return nil
}

// races returns an error if the race detector has ever reported something.
func (p *program) races() error {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return fmt.Errorf("cannot read the provider's log: %w", err)
	}
	if at := bytes.Index(content, []byte("DATA RACE")); at >= 0 {
		return fmt.Errorf("the provider has a data race:\n%s", content[at:min(len(content), at+4000)])
	}
	return nil
}
