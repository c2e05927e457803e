// SPDX-License-Identifier: Apache-2.0

package device

import (
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestDeleteWhileProvisioning has a deletion wait for what the API lets nobody
// interrupt.
func TestDeleteWhileProvisioning(t *testing.T) {
	t.Parallel()
	inBothScopes(t, slow(), func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.Apply(tm.device(nil, nil))
		tm.AwaitResource("queueing", u, stage.AtProvider("state", "queued"))
		tm.Delete(u)
		waits := stage.Condition(external.TypeDeletable, corev1.ConditionFalse, "Provisioning", "deleted as soon as")
		tm.AwaitResource("waiting", u, waits)
		tm.advance(5 * time.Minute)
		tm.Settle(packetsim.Filter{Method: http.MethodDelete, Route: deviceRoute, Status: http.StatusUnprocessableEntity})
		tm.AwaitResource("waiting still", u, waits)
		tm.only()
		tm.advance(5 * time.Minute)
		tm.Await(t.Context(), t, "deletion at the API", tm.changed(func(d packetsim.Device) bool { return d.State == packetsim.DeviceDeprovisioning }))
		tm.advance(time.Minute)
		tm.AwaitGone(u)
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
	})
}

// TestLocked has somebody protect a device from its deletion.
func TestLocked(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.ready(nil, nil)
		if err := tm.Sim.UpdateDevice(tm.only().ID, func(d *packetsim.Device) { d.Locked = true }); err != nil {
			t.Fatal(err)
		}
		tm.AwaitResource("showing the lock", u, stage.All(stage.Ready, stage.AtProvider("locked", true)))
		tm.Delete(u)
		tm.AwaitResource("waiting", u, stage.Condition(external.TypeDeletable, corev1.ConditionFalse, "Locked", "set spec.forProvider.locked to false, or unlock it"))
		tm.Settle(packetsim.Filter{Method: http.MethodDelete, Route: deviceRoute})
		if !tm.only().Locked {
			t.Error("the lock was lifted although nobody asked for it")
		}
		tm.Patch(u, `{"spec":{"forProvider":{"locked":false}}}`)
		tm.AwaitGone(u)
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
	})
}
