// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// discoveries counts the requests that have the API ask its routers.
func (f *fixture) discoveries() int {
	n := 0
	for _, r := range f.sim.Requests(packetsim.Filter{Method: http.MethodPost}) {
		if strings.HasSuffix(r.Route, "/bgp/discover") {
			n++
		}
	}
	return n
}

// TestDiscovery has the routers asked for a session that is new.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		tn.ready(nil, nil)
		tn.settleFor(10, tn.token)
		if n := tn.discoveries(); n != 1 {
			t.Errorf("a new session has the routers asked %d times, want once", n)
		}
	})
}

// TestDiscoveryOfOldStatus has a status grow old that only discovery renews.
// The test stops the provider.
func TestDiscoveryOfOldStatus(t *testing.T) {
	f := newFixtureWith(t, packetsim.Timings{Refresh: 6 * time.Hour, Discover: time.Millisecond})
	tn := f.tenant(namespacedScope)
	restart(t, provider.kill, func() {}, "--bgp-status-age=1s")
	defer restart(t, provider.kill, func() {})
	u := tn.ready(nil, nil)
	if err := f.sim.SetSessionSpeaker(f.only().ID, packetsim.Speaker{Status: "down"}); err != nil {
		t.Fatal(err)
	}
	tn.awaitSession("what the routers say now", u, condition("Established", "", "Down"))
	await(t.Context(), t, "further discoveries", func(context.Context) error {
		if n := f.discoveries(); n < 2 {
			return fmt.Errorf("%d so far", n)
		}
		return nil
	})
	f.wantChanges("discovery changes nothing", map[string]int{"POST": 1})
}
