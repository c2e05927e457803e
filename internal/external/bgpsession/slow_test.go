// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TestSlowNeighbors reports a session of an endpoint that answers for nothing
// but sessions, again and again, within a reconciliation's minute.
func TestSlowNeighbors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := with(&fakeAPI{slow: true}, Options{StatusAge: time.Hour, Clock: clocktesting.NewFakePassiveClock(start)})
		for _, want := range []time.Duration{2 * extraTimeout, extraTimeout} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			began := time.Now()
			r := o.Report(ctx, four, external.View[State]{Manages: true, Publishes: true})
			if got := time.Since(began); got != want || ctx.Err() != nil || r.State.ID != "S4" {
				t.Errorf("got %+v after %s, want it after %s, with time left for what is to be written: %v", r.State, got, want, ctx.Err())
			}
			cancel()
		}
	})
}

// TestSlowDiscovery waits for a discovery that is not answered.
func TestSlowDiscovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newCounting(nil, nil)
		a.discoverFn = func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
		o := with(&a.fakeAPI, Options{StatusAge: time.Hour})
		for _, want := range []time.Duration{extraTimeout, 0} {
			began := time.Now()
			o.Report(t.Context(), packet.Session{ID: "S4", DeviceID: "D1", AddressFamily: "ipv4"}, external.View[State]{Manages: true})
			if got := time.Since(began); got != want {
				t.Errorf("the report took %s, want %s", got, want)
			}
		}
	})
}
