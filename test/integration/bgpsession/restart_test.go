// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"errors"
	"net"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// The tests in this file stop the provider: they do not run in parallel with
// others.

// restart has the provider ended in one way or the other, and starts it again,
// perhaps with other flags, after what is to happen meanwhile.
func restart(t *testing.T, end func() error, meanwhile func(), flags ...string) {
	t.Helper()
	if err := end(); err != nil {
		t.Fatal(err)
	}
	// Also if the test fails meanwhile, others need the provider.
	defer func() {
		if err := provider.start(flags...); err != nil {
			t.Fatal(err)
		}
	}()
	meanwhile()
}

func TestRestart(t *testing.T) {
	f := newFixture(t)
	// One session each: a device has one per address family.
	a, b := f.tenant(clusterScope), f.tenant(namespacedScope)
	ua, ub := a.ready(nil, nil), b.ready(map[string]any{"addressFamily": "ipv6"}, nil)
	restart(t, provider.stop, func() {
		// What changed meanwhile is mended, and nothing else is done.
		id := a.stored(ua).Status.AtProvider.ID
		if err := f.sim.UpdateSession(*id, func(s *packetsim.BGPSession) { s.DefaultRoute = ptr.To(true) }); err != nil {
			t.Fatal(err)
		}
	})
	f.settle(a.token, b.token)
	a.awaitReady(ua)
	b.awaitReady(ub)
	f.wantChanges("a restart repeats nothing", map[string]int{"POST": 2, "PUT": 1})
}

// TestRestartKeepsClaims has a loser ask again at once after a restart, when
// nobody remembers who came first.
func TestRestartKeepsClaims(t *testing.T) {
	f := newFixture(t)
	first, second := f.tenant(namespacedScope), f.tenant(clusterScope)
	winner := first.ready(nil, nil)
	loser := second.apply(second.manifest(map[string]any{"defaultRoute": true}, nil))
	conflict := condition("Ready", corev1.ConditionFalse, string(external.ReasonConflict))
	second.awaitSession("losing", loser, conflict)
	restart(t, provider.stop, func() {})
	f.settle(first.token, second.token)
	first.awaitReady(winner)
	second.awaitSession("having lost", loser, conflict)
	f.wantChanges("the winner stays the winner", map[string]int{"POST": 1})
}

// TestAPIDownAtStart has the provider start while nobody listens at the base
// URL.
func TestAPIDownAtStart(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t)
	f.url = "http://" + address + f.sim.Prefix() + "/"
	a, b := f.tenant(clusterScope), f.tenant(namespacedScope)
	ua, ub := a.manifest(nil, nil), b.manifest(map[string]any{"addressFamily": "ipv6"}, nil)
	restart(t, provider.stop, func() {
		a.apply(ua)
		b.apply(ub)
	})
	a.awaitSession("failing", ua, condition("Synced", corev1.ConditionFalse, "ReconcileError"))
	b.awaitSession("failing", ub, condition("Synced", corev1.ConditionFalse, "ReconcileError"))
	f.serve(address)
	a.awaitReady(ua)
	b.awaitReady(ub)
	f.wantChanges("each session is made once", map[string]int{"POST": 2})
}

// serve has the API listen at one more address.
func (f *fixture) serve(address string) {
	f.t.Helper()
	listener, err := new(net.ListenConfig).Listen(f.t.Context(), "tcp", address)
	if err != nil {
		f.t.Fatalf("cannot listen for packetsim: %v", err)
	}
	server := &http.Server{Handler: f.sim, ReadHeaderTimeout: patience}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	// Not a Cleanup: what was applied earlier is deleted later, through it.
	f.closers = append(f.closers, func() error {
		err := server.Close()
		if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
			err = errors.Join(err, stopped)
		}
		return err
	})
}
