// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestBackoff has an API fail late, so that each attempt to create would write
// another time into the annotation that says it was lost. The test restarts
// the provider with a long back-off.
func TestBackoff(t *testing.T) {
	f := newFixture(t)
	steady, failing := f.tenant(namespacedScope), f.tenant(namespacedScope)
	restart(t, provider.stop, func() {}, "--poll-interval=1s", "--backoff-base=5m", "--backoff-max=5m")
	defer restart(t, provider.stop, func() {})
	steady.ready(nil, nil)
	f.sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Delay: 1200 * time.Millisecond, Status: http.StatusInternalServerError, Errors: []string{"Oh snap"}})
	// Written out, because the first write of the provider would add it, which
	// is a new generation and an attempt more.
	initial := map[string]any{"initProvider": map[string]any{}}
	u := failing.apply(failing.manifest(map[string]any{"addressFamily": "ipv6"}, initial))
	failing.awaitSession("failing", u, condition("Synced", corev1.ConditionFalse, "ReconcileError"))
	// One that is polled each second tells the time.
	f.settleFor(5, steady.token)
	f.wantChanges("a creation that was lost waits for the back-off", map[string]int{"POST": 2})
}
