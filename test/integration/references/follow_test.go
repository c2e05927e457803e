// SPDX-License-Identifier: Apache-2.0

package references

import (
	"fmt"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// sessionReads are the requests by which the provider looks at a session.
var sessionReads = packetsim.Filter{Method: http.MethodGet, Route: "/bgp/sessions/{id}"}

// TestFollowNewDevice has a device taken away and made anew. The session whose
// reference is always resolved follows to it; the other stays with the id that
// it was given.
func TestFollowNewDevice(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		s := newStack(tn, byName)
		s.device.SetAnnotations(map[string]string{external.AnnotationRecreate: "true"})
		s.session = s.speaker("follows", "ipv4", s.device, always(byName))
		stays := s.speaker("stays", "ipv6", s.device, byName)
		s.apply(stays)
		s.ready()
		s.AwaitReady(stays)
		old, session := s.id(s.device), s.id(s.session)

		s.Sim.RemoveDevice(old)
		s.AwaitResource("another device", s.device, stage.All(stage.Ready, func(r *stage.Resource) error {
			if r.Status.AtProvider["id"] == old {
				return fmt.Errorf("the device is still %s", old)
			}
			return nil
		}))
		now := s.id(s.device)
		s.AwaitResource("following", s.session, stage.All(
			stage.Ready, asked("deviceId", now), stage.AtProvider("deviceId", now), stage.CreationSettled,
		))
		s.AwaitResource("staying", stays, stage.All(
			asked("deviceId", old), stage.Condition("Ready", corev1.ConditionFalse, "DeviceNotFound", old),
		))
		s.Settle(packetsim.Filter{Method: http.MethodGet, Path: "/devices/" + old})
		sessions := s.Sim.Sessions()
		if len(sessions) != 1 || sessions[0].ID == session || sessions[0].DeviceID != now || sessions[0].AddressFamily != "ipv4" {
			t.Errorf("want one new session on the new device, got %+v", sessions)
		}
		s.AwaitResource("recording it", s.session, stage.ExternalName(sessions[0].ID))
		s.WantChanges("the new session is made, and that of who stays is not", map[string]int{
			postProject: 1, postKey: 1, postBlock: 1, postConfig: 1, postDevice: 2, postSession: 3,
		})
		s.deleteAll(s.applied)
	})
}

// TestFollowOtherDevice has a reference name another device while the session of
// the first one is there: it is not left behind, and no second one is made,
// before it is known to be gone. Without being asked to, a session follows
// nowhere.
func TestFollowOtherDevice(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		s := newStack(tn, byName)
		other := s.machine("edge-2", byName)
		s.session = s.speaker("follows", "ipv4", s.device, always(byName))
		stays := s.speaker("stays", "ipv6", s.device, byName)
		s.apply(other, stays)
		s.ready()
		s.AwaitReady(other)
		s.AwaitReady(stays)
		old, first, second := s.id(s.session), s.id(s.device), s.id(other)
		made := map[string]int{postProject: 1, postKey: 1, postBlock: 1, postConfig: 1, postDevice: 2, postSession: 2}

		for _, u := range []*unstructured.Unstructured{s.session, stays} {
			s.Patch(u, `{"spec":{"forProvider":{"deviceIdRef":{"name":"`+other.GetName()+`"}}}}`)
		}
		s.AwaitResource("refusal", s.session, stage.All(
			asked("deviceId", second), stage.ExternalName(old),
			stage.Condition("Ready", corev1.ConditionFalse, "ExternalNameMismatch", old, "its deviceId is "+first+" and not "+second),
		))
		s.AwaitReady(stays)
		s.Settle(sessionReads)
		s.AwaitResource("staying", stays, stage.All(stage.Ready, asked("deviceId", first), stage.AtProvider("deviceId", first)))
		s.WantChanges("nothing is changed while the old session is there", made)

		s.Sim.RemoveSession(old)
		s.AwaitResource("following", s.session, stage.All(stage.Ready, stage.AtProvider("deviceId", second), stage.CreationSettled))
		s.Settle(sessionReads)
		made[postSession]++
		s.WantChanges("one session is made once the old one is gone", made)
		if now, _ := s.Sim.Session(s.id(s.session)); now.ID == old || now.DeviceID != second || now.AddressFamily != "ipv4" {
			t.Errorf("want another session on the second device, got %+v", now)
		}
		s.deleteAll(s.applied)
	})
}

// TestChangeIndependently has one of a device's references lead to another id,
// and one of them get longer: what the others stand for stays, and the device
// as it is.
func TestChangeIndependently(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		s := newStack(tn, always(byName))
		s.ready()
		device, project, block, old := s.id(s.device), s.id(s.project), s.id(s.block), s.id(s.key)
		addresses := func(r *stage.Resource) error {
			list, _ := r.Spec.ForProvider["ipAddresses"].([]any)
			if len(list) == 3 {
				if one, _ := list[0].(map[string]any); fmt.Sprint(one["reservationIds"]) == "["+block+"]" {
					return nil
				}
			}
			return fmt.Errorf("want the addresses to come from %s, got %v", block, list)
		}
		rest := stage.All(stage.Ready, asked("projectId", project), addresses)
		s.AwaitResource("being resolved", s.device, stage.All(rest, asked("projectSshKeyIds", []any{old})))

		s.Call(http.MethodDelete, "/ssh-keys/"+old, "", nil)
		s.AwaitResource("another key", s.key, stage.All(stage.Ready, func(r *stage.Resource) error {
			if r.Status.AtProvider["id"] == old {
				return fmt.Errorf("the key is still %s", old)
			}
			return nil
		}))
		now := s.id(s.key)
		s.AwaitResource("following to the key", s.device, stage.All(rest, asked("projectSshKeyIds", []any{now})))

		second := s.manifest("SshKey", "second", map[string]any{
			"projectId": project, "label": "second", "publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPBcEVLOvxL8X0IDFuzdF/ACQ4PlKvC7rqdMbrPM15mH second@example.com",
		})
		s.apply(second)
		s.AwaitReady(second)
		ref := `{"name":"%s","policy":{"resolve":"Always"}}`
		s.Patch(s.device, `{"spec":{"forProvider":{"projectSshKeyIdsRefs":[`+fmt.Sprintf(ref+","+ref, s.key.GetName(), second.GetName())+`]}}}`)
		s.AwaitResource("two keys", s.device, stage.All(rest, asked("projectSshKeyIds", []any{now, s.id(second)})))
		s.Settle(packetsim.Filter{Method: http.MethodGet, Route: "/devices/{id}"})
		s.AwaitResource("staying so", s.device, stage.All(rest, stage.ExternalName(device), asked("projectSshKeyIds", []any{now, s.id(second)})))
		s.WantChanges("keys count when a device is made: it is left as it is", map[string]int{
			postProject: 1, postKey: 3, postBlock: 1, postConfig: 1, postDevice: 1, postSession: 1, "DELETE /ssh-keys/{id}": 1, // The DELETE is ours.
		})
		s.deleteAll(s.applied)
	})
}
