// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestPollInterval has resources with intervals of their own, under a provider
// that polls hardly ever: those are read, one without is not. The log of
// requests has the times. The test stops the provider.
func TestPollInterval(t *testing.T) {
	f := newFixture(t)
	ten, floor, never := f.tenant(clusterScope), f.tenant(namespacedScope), f.tenant(namespacedScope)
	device := f.sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: "edge-2"})
	restart(t, provider.stop, func() {}, "--poll-interval=1h", "--poll-jitter=0")
	defer restart(t, provider.stop, func() {})

	for interval, tn := range map[string]*tenant{"10s": ten, "1s": floor} {
		arguments := map[string]any{}
		if tn == floor {
			arguments["addressFamily"] = "ipv6"
		}
		u := tn.manifest(arguments, nil)
		u.SetAnnotations(map[string]string{external.AnnotationPollInterval: interval})
		tn.apply(u)
		tn.awaitReady(u)
	}
	never.ready(map[string]any{"deviceId": device.ID}, nil)
	asleep := f.looks(never.token)
	f.settleFor(1, ten.token, floor.token)
	for what, key := range map[string]packetsim.Token{"10s": ten.token, "1s": floor.token} {
		if gap := f.longestGap(key); gap < external.MinPollInterval {
			t.Errorf("with the interval %s the session was left alone for %s, want %s", what, gap, external.MinPollInterval)
		}
	}
	if n := f.looks(never.token) - asleep; n > 1 { // It may just have become Ready.
		t.Errorf("a session without an interval of its own was read %d times", n)
	}
}

// TestPollIntervalLonger has a resource that is polled less often than others.
func TestPollIntervalLonger(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	slow, usual := f.tenant(namespacedScope), f.tenant(clusterScope)
	u := slow.manifest(nil, nil)
	u.SetAnnotations(map[string]string{external.AnnotationPollInterval: "1h"})
	slow.apply(u)
	slow.awaitReady(u)
	usual.ready(map[string]any{"addressFamily": "ipv6"}, nil)
	before := f.looks(slow.token)
	f.settleFor(10, usual.token)
	if n := f.looks(slow.token) - before; n > 1 { // It may just have become Ready.
		t.Errorf("a session with the interval 1h was read %d times", n)
	}
}

// longestGap is the longest time between two reads of sessions with a key.
func (f *fixture) longestGap(key packetsim.Token) time.Duration {
	var last time.Time
	var longest time.Duration
	for _, r := range f.sim.Requests(packetsim.Filter{Method: http.MethodGet}) {
		if r.TokenID != key.ID {
			continue
		}
		if !last.IsZero() {
			longest = max(longest, r.Time.Sub(last))
		}
		last = r.Time
	}
	return longest
}
