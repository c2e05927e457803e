// SPDX-License-Identifier: Apache-2.0

package references

import (
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLostOnOtherDevice has the answer to a creation be lost, and the reference
// name another device before the session can be seen on the first. It is found
// there, no second one is made, and none is left behind.
func TestLostOnOtherDevice(t *testing.T) {
	t.Parallel()
	const route = "/devices/{id}/bgp/sessions"
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		s := newStack(tn, byName)
		other := s.machine("edge-2", byName)
		s.apply(other)
		s.ready()
		s.AwaitReady(other)
		first, second := s.id(s.device), s.id(other)

		blind := s.Sim.Fault(packetsim.Fault{Method: http.MethodGet, Route: route, Stale: true})
		lost := s.Sim.Fault(packetsim.OhSnap(http.MethodPost, route, 1))
		u := s.speaker("follows", "ipv6", s.device, always(byName))
		s.apply(u)
		on.AwaitFault(t, lost)
		s.Patch(u, `{"spec":{"forProvider":{"deviceIdRef":{"name":"`+other.GetName()+`"}}}}`)
		s.AwaitResource("waiting", u, stage.All(asked("deviceId", second), stage.Condition("Ready", corev1.ConditionFalse, "CreationUnconfirmed")))
		s.Settle(packetsim.Filter{Method: http.MethodGet, Path: "/devices/" + first + "/bgp/sessions"})
		blind.Remove()
		s.AwaitResource("refusal", u, stage.Condition("Ready", corev1.ConditionFalse, "ExternalNameMismatch", "its deviceId is "+first+" and not "+second))
		sessions := s.Sim.Sessions()
		if len(sessions) != 2 || sessions[0].DeviceID != first || sessions[1].DeviceID != first {
			t.Errorf("want the sessions of the first device alone, got %+v", sessions)
		}
		s.Delete(u)
		s.AwaitGone(u)
		if left := s.Sim.Sessions(); len(left) != 1 || left[0].AddressFamily != "ipv4" {
			t.Errorf("want nothing to be left of the attempt, got %+v", left)
		}
		s.applied = s.applied[:len(s.applied)-1]
		s.deleteAll(s.applied)
	})
}
