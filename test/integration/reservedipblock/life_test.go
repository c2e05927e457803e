// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLife reserves a block with all arguments, changes in place what can be,
// takes it back, and deletes the block.
func TestLife(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		ref := map[string]any{"name": "addresses"}
		if !s.Namespaced {
			ref["namespace"] = s.Name
		}
		u := s.Apply(s.block(map[string]any{
			"details": "services", "tags": []any{"b", "a"}, "customData": `{"team": "edge", "size": 1}`,
		}, map[string]any{"writeConnectionSecretToRef": ref}))
		s.AwaitReady(u)
		s.Settle(reads)
		s.WantChanges("a block is reserved by one request", map[string]int{post: 1})
		block, mark := s.only(), "crossplane-uid:"+string(s.Stored(u).UID)
		s.AwaitResource("recording it", u, stage.All(stage.ExternalName(block.ID), stage.CreationSettled))
		if diff := cmp.Diff([]string{"b", "a", mark}, block.Tags); diff != "" {
			t.Errorf("the block is marked: -want, +got:\n%s", diff)
		}
		prefix := block.Network + "/30"
		want := map[string]any{
			"id": block.ID, "endpoint": s.Sim.URL, "projectId": s.project.ID, "type": "public_ipv4", "quantity": int64(4), "metro": "sv",
			"details": "services", "tags": []any{"b", "a"}, "customData": `{"size":1,"team":"edge"}`, "state": "created",
			"address": block.Address, "network": block.Network, "netmask": "255.255.255.252", "gateway": block.Gateway, "cidr": int64(30), "prefix": prefix,
			"addressFamily": int64(4), "public": true, "createdAt": block.CreatedAt.UTC().Format(time.RFC3339),
		}
		if diff := cmp.Diff(want, s.Stored(u).Status.AtProvider); diff != "" {
			t.Errorf("status.atProvider: -want, +got:\n%s", diff)
		}
		secret := map[string]string{
			"id": block.ID, "address": block.Address, "network": block.Network, "netmask": "255.255.255.252", "gateway": block.Gateway,
			"cidr": "30", "prefix": prefix, "addressFamily": "4",
		}
		if diff := cmp.Diff(secret, s.SecretData("addresses")); diff != "" {
			t.Errorf("connection secret: -want, +got:\n%s", diff)
		}

		// Neither another order nor another form of the JSON is a change.
		s.Patch(u, `{"spec":{"forProvider":{"tags":["a","b"],"customData":"{\"size\":1.0,\n\"team\":\"edge\"}"}}}`)
		s.AwaitReady(u)
		s.Settle(reads)
		s.WantChanges("what means the same is no change", map[string]int{post: 1})

		s.Patch(u, `{"spec":{"forProvider":{"details":null,"tags":null,"customData":"{\"team\":\"core\"}"}}}`)
		s.AwaitReady(u)
		s.Settle(reads)
		s.WantChanges("all is changed by one request", map[string]int{post: 1, patch: 1})
		now := s.only()
		if diff := cmp.Diff([]string{mark}, now.Tags); diff != "" || now.Details != "" {
			t.Errorf("of the tags the mark stays: details %q: -want, +got:\n%s", now.Details, diff)
		}
		if diff := cmp.Diff(map[string]any{"team": "core"}, map[string]any(now.CustomData)); diff != "" {
			t.Errorf("custom data: -want, +got:\n%s", diff)
		}

		// What somebody else adds is taken away.
		s.Call("PATCH", "/ips/"+block.ID, `{"tags":["stray","`+mark+`"]}`, nil)
		s.Settle(reads)
		if diff := cmp.Diff([]string{mark}, s.only().Tags, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("what is unset is enforced: -want, +got:\n%s", diff)
		}

		s.Delete(u)
		s.AwaitGone(u)
		s.wantNone()
	})
}

// TestGlobal reserves a block that belongs to no place.
func TestGlobal(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.Manifest("ReservedIpBlock", "anycast", map[string]any{"projectId": s.project.ID, "type": "global_ipv4", "quantity": int64(1)}, nil))
		s.AwaitReady(u)
		s.AwaitResource("telling the address", u, stage.All(stage.AtProvider("cidr", 32), stage.AtProvider("metro", nil)))
	})
}

// TestFacility reserves a block in one facility.
func TestFacility(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.Manifest("ReservedIpBlock", "services", map[string]any{"projectId": s.project.ID, "type": "public_ipv4", "quantity": int64(2), "facility": "ny5"}, nil))
		s.AwaitReady(u)
		s.AwaitResource("telling the place", u, stage.All(stage.AtProvider("facility", "ny5"), stage.AtProvider("quantity", 2), stage.AtProvider("cidr", 31)))
		if block := s.only(); block.Facility != "ny5" || block.Type != "public_ipv4" {
			t.Errorf("want a public block in the facility, got %+v", block)
		}
		s.WantChanges("it is reserved once", map[string]int{post: 1})
	})
}

// TestApproval asks for so many addresses that people have to approve.
func TestApproval(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		approve bool
		want    stage.Check
	}{
		"Approved": {reason: "it becomes ready by itself", approve: true, want: stage.All(stage.Ready, stage.AtProvider("cidr", 27))},
		"Denied":   {reason: "it says so", want: stage.All(stage.Condition("Ready", "False", "Denied", "Ask the operator's support"), stage.AtProvider("state", "denied"))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, s site) {
				t.Helper()
				u := s.Apply(s.block(map[string]any{"quantity": int64(32)}, nil))
				s.AwaitResource("waiting", u, stage.All(
					stage.Condition("Ready", "False", "Pending", "waits for the approval"), stage.Condition("Synced", "True", ""), stage.AtProvider("prefix", nil),
				))
				s.Settle(reads)
				if err := s.Sim.DecideReservation(s.only().ID, tc.approve); err != nil {
					t.Fatal(err)
				}
				s.AwaitResource(tc.reason, u, tc.want)
				s.WantChanges("it is asked for once", map[string]int{post: 1})
			})
		})
	}
}

// TestInUse deletes a block of which a device has an address: a condition names
// the device, and the deletion ends by itself.
func TestInUse(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		device := s.Sim.AddDevice(packetsim.Device{ProjectID: s.project.ID, Hostname: "edge-1", Metro: "sv"})
		u := s.Apply(s.block(nil, nil))
		s.AwaitReady(u)
		block := s.only()
		s.make("/devices/"+device.ID+"/ips", `{"address":"`+block.Address+`/32"}`)
		s.Delete(u)
		says := "addresses of the block " + block.Network + "/30 are in use by device edge-1 (" + device.ID + ")"
		s.AwaitResource("saying by what", u, stage.All(
			stage.Condition("Deletable", "False", "InUse", says), stage.Condition("Synced", "False", "ReconcileError", says),
		))
		s.Settle(packetsim.Filter{Method: "DELETE", Route: "/ips/{id}"})
		s.Sim.RemoveDevice(device.ID)
		s.AwaitGone(u)
		s.wantNone()
	})
}

// TestVanished has a block given back by somebody else: no other is reserved,
// and a condition says what to do.
func TestVanished(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.block(nil, nil))
		s.AwaitReady(u)
		s.Call("DELETE", "/ips/"+s.only().ID, "", nil)
		s.AwaitResource("saying so", u, stage.Condition("Ready", "False", "Vanished", "delete this resource and create another"))
		s.Settle(reads)
		s.WantChanges("no other is reserved", map[string]int{post: 1, remove: 1})
		s.Delete(u)
		s.AwaitGone(u)
	})
}

// TestCustomDataRefused has custom data that is no JSON object.
func TestCustomDataRefused(t *testing.T) {
	t.Parallel()
	const text = "spec.forProvider.customData: it is no JSON object"
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.block(map[string]any{"customData": `["edge"]`}, nil))
		s.AwaitResource("refusal", u, stage.Condition("Ready", "False", "Invalid", text))
		s.Settle(lists)
		s.WantChanges("nothing is reserved", map[string]int{})
		s.Patch(u, `{"spec":{"forProvider":{"customData":null}}}`)
		s.AwaitReady(u)
	})
}
