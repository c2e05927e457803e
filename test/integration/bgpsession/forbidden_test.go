// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// sessionRoute is the route of a single session.
const sessionRoute = "/bgp/sessions/{id}"

// forbid answers 403 on a route, or on all of them if it is empty.
func (f *fixture) forbid(route string) *packetsim.ActiveFault {
	return f.sim.Fault(packetsim.Fault{
		Name: "forbidden", Route: route, Status: http.StatusForbidden, Errors: []string{"You are not authorized to view this"},
	})
}

// meets waits until a fault has met so many further requests.
func (f *fixture) meets(fault *packetsim.ActiveFault, n int) {
	f.t.Helper()
	before := fault.Hits()
	await(f.t.Context(), f.t, "requests that meet the fault", func(context.Context) error {
		if got := fault.Hits() - before; got < n {
			return fmt.Errorf("%d of %d so far", got, n)
		}
		return nil
	})
}

// TestForbidden has the API answer 403 about what lives: the permission is
// lost, and neither the session nor its resource is. Also a deletion waits.
func TestForbidden(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, route string }{
		"Session":    {reason: "403 for a session that is listed is a lost permission", route: sessionRoute},
		"Everything": {reason: "403 for everything is a lost permission"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				u := tn.ready(nil, nil)
				session := tn.only()
				fault := tn.forbid(tc.route)
				tn.awaitSession("refusal", u, all(
					condition("Synced", corev1.ConditionFalse, "ReconcileError"),
					condition("Established", corev1.ConditionUnknown, ""),
					condition("Ready", corev1.ConditionTrue, ""),
				))
				tn.meets(fault, 10)
				tn.wantChanges(tc.reason, map[string]int{"POST": 1})
				fault.Remove()
				tn.awaitReady(u)

				fault = tn.forbid(tc.route)
				if err := kube.Delete(t.Context(), u.DeepCopy()); err != nil {
					t.Fatal(err)
				}
				tn.meets(fault, 10)
				if gone(u)(t.Context()) == nil {
					t.Errorf("%s: its resource was let go", tc.reason)
				}
				tn.wantChanges(tc.reason+", also for a deletion", map[string]int{"POST": 1})
				if diff := cmp.Diff(session, tn.only(), ignoreTimes); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
				}
				fault.Remove()
				await(t.Context(), t, "deletion", gone(u))
				tn.wantChanges("with the permission it is deleted", map[string]int{"POST": 1, "DELETE": 1})
			})
		})
	}
}

// TestForbiddenThenGone has a device answer 403 and then 404 while its
// session's resource is being deleted, as one does that is taken away.
func TestForbiddenThenGone(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		fault := tn.forbid("")
		if err := kube.Delete(t.Context(), u.DeepCopy()); err != nil {
			t.Fatal(err)
		}
		tn.meets(fault, 10)
		if gone(u)(t.Context()) == nil {
			t.Error("the resource was let go before its session was known to be gone")
		}
		tn.sim.RemoveDevice(tn.device.ID)
		fault.Remove()
		await(t.Context(), t, "deletion", gone(u))
		tn.wantChanges("what is gone needs no deletion", map[string]int{"POST": 1})
	})
}

// TestForbiddenDevice has a session asked for on a device that answers 403, as
// one does that could not be provisioned.
func TestForbiddenDevice(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		if err := tn.sim.FailDevice(tn.device.ID); err != nil {
			t.Fatal(err)
		}
		u := tn.apply(tn.manifest(nil, nil))
		tn.awaitSession("refusal", u, condition("Ready", corev1.ConditionFalse, string(external.ReasonForbidden)))
		before := len(tn.sim.Requests())
		await(t.Context(), t, "further reconciliations", func(context.Context) error {
			if n := len(tn.sim.Requests()) - before; n < 5 {
				return fmt.Errorf("%d requests so far", n)
			}
			return nil
		})
		tn.wantNoWrites("403 creates nothing", tn.token)
		tn.delete(u)
		tn.wantNoWrites("403 deletes nothing", tn.token)
	})
}
