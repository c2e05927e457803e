// SPDX-License-Identifier: Apache-2.0

package device

import (
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestFailedProvisioning has a device fail, answer 403, and then 404. Even who
// asks for a vanished device to be made anew gets no second machine.
func TestFailedProvisioning(t *testing.T) {
	t.Parallel()
	inBothScopes(t, slow(), func(t *testing.T, tm *team) {
		t.Helper()
		manifest := tm.device(nil, nil)
		manifest.SetAnnotations(map[string]string{external.AnnotationRecreate: "true"})
		u := tm.Apply(manifest)
		tm.AwaitResource("queueing", u, stage.AtProvider("state", "queued"))
		tm.advance(2 * time.Minute)
		tm.AwaitResource("provisioning", u, stage.AtProvider("state", "provisioning"))
		if err := tm.Sim.FailDevice(tm.only().ID); err != nil {
			t.Fatal(err)
		}
		tm.AwaitResource("reporting the failure", u, stage.All(
			stage.Condition("Ready", corev1.ConditionFalse, "Failed", "failed to provision"), stage.AtProvider("state", "failed"),
		))
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
			tm.advance(time.Minute)
			tm.Settle(packetsim.Filter{Method: http.MethodGet, Route: deviceRoute, Status: status})
			tm.AwaitResource("reporting the failure still", u, stage.All(
				stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonVanished), "failed to provision", "create another"),
				stage.AtProvider("state", "failed"),
			))
		}
		told := 0
		for text, n := range tm.reports(u.GetUID()) {
			if strings.HasSuffix(text, " failed") {
				told += n
			}
		}
		if told != 1 {
			t.Errorf("want the failure told once as an event, got %d", told)
		}
		tm.Delete(u)
		tm.AwaitGone(u)
		tm.WantChanges("a device that failed to provision is not made again", map[string]int{post: 1})
	})
}

// TestLostPermission has a key lose its project: nothing is known of the device,
// and nothing is done.
func TestLostPermission(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.ready(nil, nil)
		tm.Patch(u, `{"metadata":{"annotations":{"`+external.AnnotationRecreate+`":"true"}}}`)
		fault := tm.Sim.Fault(packetsim.LostToken("key-of-the-project", 0))
		tm.AwaitResource("noticing", u, stage.All(
			stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "not allowed"), stage.Condition("Ready", corev1.ConditionTrue, ""),
		))
		tm.Settle(packetsim.Filter{Method: http.MethodGet, Route: deviceRoute, Status: http.StatusForbidden})
		fault.Remove()
		tm.AwaitResource("being back", u, stage.All(stage.Ready, stage.ExternalName(tm.only().ID)))
		tm.WantChanges("a lost permission changes nothing", map[string]int{post: 1})
	})
}

// TestVanished has a device taken away that was in use.
func TestVanished(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.ready(nil, nil)
		old := tm.only().ID
		tm.Sim.RemoveDevice(old)
		tm.AwaitResource("noticing", u, stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonVanished), external.AnnotationRecreate))
		tm.settle()
		tm.WantChanges("what vanished is not made anew unasked", map[string]int{post: 1})
		tm.Patch(u, `{"metadata":{"annotations":{"`+external.AnnotationRecreate+`":"true"}}}`)
		tm.AwaitResource("making another", u, stage.Ready)
		tm.settle()
		tm.WantChanges("but where that is asked for, once", map[string]int{post: 2})
		if id := tm.only().ID; id == old {
			t.Error("want another device")
		}
	})
}

// TestRefused has the API refuse a creation for what it says or for what is not
// there. It is tried again until it succeeds.
func TestRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]packetsim.Fault{
		"InsufficientSpace": {Status: http.StatusUnprocessableEntity, Errors: []string{"The specified project contains insufficient public IPv4 space to complete the request. Please e-mail support@equinixmetal.com."}},
		"NoCapacity":        {Status: http.StatusUnprocessableEntity, Errors: []string{"The facility sv15 has no provisionable c3.small.x86 servers matching your criteria"}},
		"NoReservation":     {Status: http.StatusServiceUnavailable, Errors: []string{"There are no available hardware reservations for selected plan and facility"}},
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
				t.Helper()
				fault.Method, fault.Route = http.MethodPost, postRoute
				active := tm.Sim.Fault(fault)
				u := tm.Apply(tm.device(nil, nil))
				tm.AwaitResource("refusal", u, stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "cannot create the device", fault.Errors[0]))
				tm.Settle(packetsim.Filter{Method: http.MethodPost, Route: postRoute})
				active.Remove()
				tm.AwaitResource("success", u, stage.Ready)
				tm.only()
			})
		})
	}
}

// TestNoKeys has the API refuse a device into which nobody could log in.
func TestNoKeys(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.Apply(tm.device(map[string]any{"noSshKeys": nil, "projectSshKeyIds": []any{"00000000-0000-4000-8000-000000000001"}}, nil))
		tm.AwaitResource("refusal", u, stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "must have at least one SSH key or explicitly send no_ssh_keys option"))
		tm.Settle(packetsim.Filter{Method: http.MethodPost, Route: postRoute, Status: http.StatusUnprocessableEntity})
		tm.Delete(u)
		tm.AwaitGone(u)
	})
}
