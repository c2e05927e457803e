// SPDX-License-Identifier: Apache-2.0

package device

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestCreationArguments asks for everything that can be asked for when a device
// is made.
func TestCreationArguments(t *testing.T) {
	t.Parallel()
	end := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		reason string
		// arguments are asked for beside the usual ones.
		arguments func(tm *team) map[string]any
		want      func(tm *team, d *packetsim.Device)
		status    map[string]any
	}{
		"SpotMarket": {
			reason: "one that is rented on the spot market, boots from the network, and ends by itself",
			arguments: func(*team) map[string]any {
				return map[string]any{
					"operatingSystem": "custom_ipxe", "description": "at the edge", "billingCycle": "daily", "tags": []any{"b", "a"},
					"userData": "#!/bin/sh\ntrue", "customData": `{"rack":"one"}`, "alwaysPxe": true, "ipxeScriptUrl": "https://boot.example/a",
					"locked": true, "spotInstance": true, "spotPriceMax": "0.5", "terminationTime": "2030-01-31T12:00:00Z",
				}
			},
			want: func(_ *team, d *packetsim.Device) {
				d.OperatingSystem, d.Description, d.BillingCycle, d.Tags = "custom_ipxe", "at the edge", "daily", []string{"b", "a"}
				d.UserData, d.CustomData, d.AlwaysPXE, d.IPXEScriptURL = "#!/bin/sh\ntrue", map[string]any{"rack": "one"}, true, "https://boot.example/a"
				d.Locked, d.SpotInstance, d.SpotPriceMax, d.TerminationTime = true, true, 0.5, &end
			},
			status: map[string]any{"spotInstance": true, "spotPriceMax": "0.5", "terminationTime": "2030-01-31T12:00:00Z", "locked": true, "billingCycle": "daily"},
		},
		"Keys": {
			reason: "one of a facility, that a project's key and a user may log in to, with addresses of its own",
			arguments: func(tm *team) map[string]any {
				return map[string]any{
					"noSshKeys": nil, "projectSshKeyIds": []any{tm.key()}, "userSshKeyIds": []any{tm.user()}, "metro": nil, "facility": "ny5",
					"ipAddresses": []any{map[string]any{"type": "private_ipv4", "cidr": int64(28)}, map[string]any{"type": "public_ipv6", "cidr": int64(125)}},
				}
			},
			want: func(tm *team, d *packetsim.Device) {
				d.Facility, d.Metro = "ny5", "ny"
				d.SSHKeyIDs = tm.keys()
				d.Subnets = []packetsim.Subnet{{Family: 4, CIDR: 28}, {Family: 6, Public: true, CIDR: 125}}
			},
			status: map[string]any{"facility": "ny5", "metro": "ny"},
		},
		"Hardware": {
			reason: "one of the machines that are kept for the project",
			arguments: func(tm *team) map[string]any {
				return map[string]any{"hardwareReservationId": tm.hardware().ID}
			},
			want: func(*team, *packetsim.Device) {},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
				t.Helper()
				u := tm.Apply(tm.device(tc.arguments(tm), nil))
				tm.AwaitReady(u)
				tm.settle()
				got := tm.only()
				want := packetsim.Device{
					ProjectID: tm.project.ID, Hostname: "edge-1", State: packetsim.DeviceActive, Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04",
					Metro: "sv", Facility: "sv15", BillingCycle: "hourly", HardwareID: got.HardwareID,
					Subnets: []packetsim.Subnet{{Family: 4, Public: true, CIDR: 31}, {Family: 6, Public: true, CIDR: 127}, {Family: 4, CIDR: 31}},
				}
				tc.want(tm, &want)
				want.Tags = append(want.Tags, "crossplane-uid:"+string(u.GetUID()))
				unasked := cmpopts.IgnoreFields(packetsim.Device{}, "ID", "RootPassword", "CreatedBy", "CreatedAt", "UpdatedAt", "Steps")
				if diff := cmp.Diff(want, got, unasked, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
				}
				if asked, _ := tm.Stored(u).Spec.ForProvider["hardwareReservationId"].(string); asked != got.HardwareID {
					t.Errorf("%s: want hardware %q, got %q", tc.reason, asked, got.HardwareID)
				}
				for field, value := range tc.status {
					tm.AwaitResource("status", u, stage.AtProvider(field, value))
				}
				if n := len(tm.Sim.Requests(packetsim.Filter{Method: "PUT"})); n != 0 {
					t.Errorf("%s: want it made by one request, got %d that change it", tc.reason, n)
				}
				if got.Locked {
					tm.Patch(u, `{"spec":{"forProvider":{"locked":false}}}`)
				}
				tm.Delete(u)
				tm.AwaitGone(u)
			})
		})
	}
}

// key makes an SSH key of the project.
func (tm *team) key() string {
	tm.T.Helper()
	made := stage.Made{}
	tm.Call("POST", "/projects/"+tm.project.ID+"/ssh-keys",
		`{"label":"admin","key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMx0fWMzBbpQ1EWTZHEP0eEzTlzpbGJeu4RLr7GtC2e admin@example.com"}`, &made)
	return made.ID
}

// keys are those of the project and of the API's user.
func (tm *team) keys() []string {
	tm.T.Helper()
	var all []string
	for _, path := range []string{"/projects/" + tm.project.ID + "/ssh-keys", "/ssh-keys"} {
		answer := struct {
			Keys []stage.Made `json:"ssh_keys"` //nolint:tagliatelle // The API's name.
		}{}
		tm.Call("GET", path, "", &answer)
		for _, k := range answer.Keys {
			all = append(all, k.ID)
		}
	}
	return all
}

// user is the API's user.
func (tm *team) user() string {
	tm.T.Helper()
	user := stage.Made{}
	tm.Call("GET", "/user", "", &user)
	return user.ID
}

// hardware keeps a machine for the project.
func (tm *team) hardware() packetsim.HardwareReservation {
	tm.T.Helper()
	h, err := tm.Sim.InsertHardware(packetsim.HardwareReservation{ProjectID: tm.project.ID})
	if err != nil {
		tm.T.Fatal(err)
	}
	return h
}

// TestDeletedWhileLost deletes a resource whose creation is not known to have
// ended: the device that appears later is deleted as well.
func TestDeletedWhileLost(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		stale := tm.staleLists()
		fault := tm.Sim.Fault(packetsim.OhSnap("POST", postRoute, 1))
		u := tm.Apply(tm.device(nil, nil))
		tm.AwaitFault(t, fault)
		waits := stage.Condition("Ready", corev1.ConditionFalse, string(external.ReasonCreationUnconfirmed))
		tm.AwaitResource("waiting", u, waits)
		tm.Delete(u)
		for range 2 {
			tm.advance(time.Minute)
			tm.settleList()
		}
		tm.AwaitResource("waiting still", u, waits)
		tm.only()
		stale.Remove()
		tm.AwaitGone(u)
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
		tm.WantChanges("one was made and deleted", map[string]int{post: 1, remove: 1})
	})
}
