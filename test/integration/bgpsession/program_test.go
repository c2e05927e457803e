// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"

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

// keyVariable is an environment variable of the provider with the key
// keyInEnvironment.
const (
	keyVariable      = "TEST_PACKET_KEY"
	keyInEnvironment = keyPrefix + "the-environment"
)

// A program is the provider, which can be stopped and started again.
type program struct {
	bin, kubeconfig, log string
	// account is how the provider connects; kubeconfig says the same.
	account *rest.Config
	// metrics is the address of the metrics, and scraped the file that
	// collects what they were whenever the provider was ended.
	metrics, scraped string
	process          *process.Process
}

func newProvider(ctx context.Context, dir, bin string) (*program, error) {
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
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot find a port for the metrics: %w", err)
	}
	p := &program{
		bin: bin, kubeconfig: filepath.Join(dir, "kubeconfig"), log: filepath.Join(dir, "provider.log"), account: cfg,
		metrics: listener.Addr().String(), scraped: filepath.Join(dir, "metrics.txt"),
	}
	return p, errors.Join(listener.Close(), localcluster.WriteKubeconfig(p.kubeconfig, cfg))
}

// start starts the provider, with flags that replace or add to the usual ones.
// A data race ends it, which fails every test that waits for something.
func (p *program) start(flags ...string) error {
	cmd := exec.Command(p.bin, append([]string{ //nolint:noctx // Built by us; stop ends it.
		"--debug", "--no-leader-election", "--metrics-address=" + p.metrics, "--probe-address=0", "--max-reconcile-rate=500",
		"--poll-interval=250ms", "--backoff-base=100ms", "--backoff-max=250ms", "--api-timeout=3s",
	}, flags...)...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig, keyVariable+"="+keyInEnvironment, "GORACE=halt_on_error=1 exitcode=66")
	var err error
	p.process, err = process.Start("the provider", p.log, cmd)
	return err
}

// stop stops the provider. One that had ended by itself is an error.
func (p *program) stop() error {
	if err := p.process.Err(); err != nil {
		return err
	}
	return errors.Join(p.scrape(), p.process.Stop(grace))
}

// scrape adds the present metrics to the file that collects them. A provider
// that has just started serves none yet.
func (p *program) scrape() error {
	var resp *http.Response
	var missing error
	err := wait.PollUntilContextTimeout(context.Background(), period, grace, true, func(ctx context.Context) (bool, error) {
		req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, "http://"+p.metrics+"/metrics", http.NoBody)
		if err != nil {
			return false, err
		}
		resp, missing = http.DefaultClient.Do(req) //nolint:bodyclose // Closed below.
		return missing == nil, p.process.Err()
	})
	if err != nil {
		return fmt.Errorf("cannot read the provider's metrics: %w: %w", err, missing)
	}
	defer resp.Body.Close()
	f, err := os.OpenFile(p.scraped, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	return errors.Join(err, f.Close())
}

// kill ends the provider as a crash does.
func (p *program) kill() error {
	if err := p.scrape(); err != nil {
		return err
	}
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
