// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
)

// lease is what replicas elect their leader by.
const lease = "crossplane-leader-election-provider-packet"

// A replica is one of several providers.
type replica struct {
	*process.Process

	// probe, metrics and pprof are addresses.
	probe, metrics, pprof string
}

// newReplica starts a provider that takes part in the election of a leader, and
// has profiles if asked for.
func newReplica(t *testing.T, name string, profiles bool) *replica {
	t.Helper()
	r := &replica{probe: freeAddress(t), metrics: freeAddress(t), pprof: "0"}
	if profiles {
		r.pprof = freeAddress(t)
	}
	cmd := exec.Command(provider.bin, "--debug", "--poll-interval=250ms", //nolint:noctx // Built by us; the test ends it.
		"--leader-election-namespace="+systemNamespace,
		"--metrics-address="+r.metrics, "--probe-address="+r.probe, "--pprof-address="+r.pprof)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+provider.kubeconfig, "GORACE=halt_on_error=1 exitcode=66")
	var err error
	if r.Process, err = process.Start("the "+name+" replica", provider.log, cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.Err() == nil {
			if err := r.Stop(grace); err != nil {
				t.Error(err)
			}
		}
	})
	return r
}

// TestReplicas has two providers, of which one works and the other reconciles
// nothing. When the first is killed the other takes over once the lease has run
// out, and when it is stopped at once.
// The test stops the provider that others use.
func TestReplicas(t *testing.T) {
	f := newFixture(t)
	tn := f.tenant(namespacedScope)
	restart(t, provider.stop, func() {
		first := newReplica(t, "first", true)
		provider.process = first.Process
		leader := awaitLeader(t, "")
		second := newReplica(t, "second", false)
		first.answers(t, first.probe+"/healthz", first.probe+"/readyz", first.pprof+"/debug/pprof/cmdline")
		second.answers(t, second.probe+"/healthz", second.probe+"/readyz")
		u := tn.ready(nil, nil)
		if now := awaitLeader(t, ""); now != leader {
			t.Errorf("%s leads although %s does its work", now, leader)
		}
		if n := first.reconciled(t); n == 0 {
			t.Error("the leader has not counted what it reconciled")
		}
		if n := second.reconciled(t); n > 0 {
			t.Errorf("one that does not lead has reconciled %v times", n)
		}

		if err := syscall.Kill(first.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-first.Done()
		provider.process = second.Process
		next := awaitLeader(t, leader)
		tn.settle(tn.token)
		tn.awaitReady(u)
		if n := second.reconciled(t); n == 0 {
			t.Error("the new leader has reconciled nothing")
		}

		third := newReplica(t, "third", false)
		third.answers(t, third.probe+"/readyz")
		provider.process = third.Process
		if err := second.Stop(grace); err != nil {
			t.Fatal(err)
		}
		awaitLeader(t, next)
		tn.settle(tn.token)
		if err := third.Stop(grace); err != nil {
			t.Fatal(err)
		}
	})
	tn.wantChanges("a change of the leader repeats nothing", map[string]int{"POST": 1})
}

// awaitLeader waits for a leader other than the last, and returns it.
func awaitLeader(t *testing.T, last string) string {
	t.Helper()
	leader := ""
	await(t.Context(), t, "election", func(ctx context.Context) error {
		l := &coordinationv1.Lease{}
		if err := kube.Get(ctx, types.NamespacedName{Namespace: systemNamespace, Name: lease}, l); err != nil {
			return err
		}
		if leader = ptr.Deref(l.Spec.HolderIdentity, ""); leader == "" || leader == last {
			return fmt.Errorf("the leader is %q", leader)
		}
		return nil
	})
	return leader
}

// reconciled is how often a replica has reconciled something, by its metrics.
func (r *replica) reconciled(t *testing.T) float64 {
	t.Helper()
	total := 0.0
	for line := range strings.Lines(r.answer(t, r.metrics+"/metrics")) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "controller_runtime_reconcile_total{") || len(fields) != 2 {
			continue
		}
		n, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			t.Fatalf("cannot read the metric %q: %v", line, err)
		}
		total += n
	}
	return total
}

// answers waits until all addresses answer.
func (r *replica) answers(t *testing.T, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		r.answer(t, address)
	}
}

// answer waits until an address answers, and returns what it says.
func (r *replica) answer(t *testing.T, address string) string {
	t.Helper()
	var said []byte
	url := "http://" + address
	await(t.Context(), t, "an answer of "+url, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return errors.Join(err, r.Err())
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, resp.Status)
		}
		said, err = io.ReadAll(resp.Body)
		return err
	})
	return string(said)
}

// freeAddress is one where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}
