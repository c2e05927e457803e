// SPDX-License-Identifier: Apache-2.0

package device

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestStateOf(t *testing.T) {
	d := packet.Device{
		ID: deviceID, ProjectID: projectID, Hostname: "edge-1", Description: "at the edge", State: "active", ProvisioningPercentage: 41.6,
		Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Facility: "sv15", BillingCycle: "hourly",
		Tags: []string{"b", mark, "a"}, UserData: "hunter2", CustomData: packet.CustomData{"b": 1.0, "a": "x"}, Locked: true, AlwaysPXE: true,
		IPXEScriptURL: "https://boot.example/a", SSHKeyIDs: []string{"k2", "k1"}, RootPassword: "hunter2",
		Addresses: []packet.Address{
			{AddressFamily: "ipv6", Address: "2604::1", Gateway: "2604::", CIDR: 127, Public: true, Management: true},
			{AddressFamily: "ipv4", Address: "147.75.1.3", Gateway: "147.75.1.2", CIDR: 31, Public: true, Management: true},
			{AddressFamily: "ipv4", Address: "10.1.1.3", Gateway: "10.1.1.2", CIDR: 31, Management: true},
			{AddressFamily: "ipv4", Address: "147.75.9.9", Gateway: "147.75.9.9", CIDR: 32, Public: true},
		},
		HardwareReservationID: "h1", SpotInstance: true, SpotPriceMax: 0.25, TerminationTime: start.Add(time.Hour), CreatedAt: start,
	}
	want := State{
		ID: deviceID, ProjectID: projectID, Hostname: "edge-1", Description: "at the edge", State: "active", ProvisioningPercentage: 42,
		Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Facility: "sv15", BillingCycle: "hourly",
		Tags: []string{"b", "a"}, CustomData: `{"a":"x","b":1}`, Locked: true, AlwaysPXE: true,
		IPXEScriptURL: "https://boot.example/a", SSHKeyIDs: []string{"k1", "k2"},
		AccessPublicIPv4: "147.75.1.3", AccessPublicIPv6: "2604::1", AccessPrivateIPv4: "10.1.1.3",
		Network: []Network{
			{Address: "10.1.1.3", Gateway: "10.1.1.2", Family: 4, CIDR: 31, Management: true},
			{Address: "147.75.1.3", Gateway: "147.75.1.2", Family: 4, CIDR: 31, Public: true, Management: true},
			{Address: "147.75.9.9", Gateway: "147.75.9.9", Family: 4, CIDR: 32, Public: true},
			{Address: "2604::1", Gateway: "2604::", Family: 6, CIDR: 127, Public: true, Management: true},
		},
		HardwareReservationID: "h1", SpotInstance: true, SpotPriceMax: "0.25",
		TerminationTime: "2026-07-01T13:00:00Z", CreatedAt: "2026-07-01T12:00:00Z",
	}
	if diff := cmp.Diff(want, stateOf(d)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(State{}, stateOf(packet.Device{})); diff != "" {
		t.Errorf("what the API does not say is not told: -want +got:\n%s", diff)
	}
}

// An outcome is what a report says of the life of a device.
type outcome struct {
	Ready, Message string
	ActiveAt, Step string
	Events         []string
}

func TestReport(t *testing.T) {
	const now, then = "2026-07-01T12:00:00Z", "2026-06-01T12:00:00Z"
	steps := []packet.ProvisioningEvent{
		{Body: "Provisioning started", At: start},
		{Body: "Network configured", At: start},
		{Body: "Configuration written"},
	}
	event := func(text string) string { return "Provisioning of the device " + deviceID + text }
	cases := map[string]struct {
		reason   string
		device   packet.Device
		previous State
		want     outcome
	}{
		"Queued": {
			reason: "a device that waits is not ready", device: packet.Device{State: "queued"},
			want: outcome{Ready: "False/Provisioning", Message: "The device is queued: 0 %."},
		},
		"Provisioning": {
			reason: "what happened is told, what is to come is not", device: packet.Device{State: "provisioning", ProvisioningPercentage: 40, Provisioning: steps},
			want: outcome{
				Ready: "False/Provisioning", Message: "The device is provisioning: 40 %. Last step: Network configured.", Step: "Network configured",
				Events: []string{event(" is at 40 %: Provisioning started"), event(" is at 40 %: Network configured")},
			},
		},
		"Further": {
			reason: "what was told is not told again", device: packet.Device{State: "provisioning", ProvisioningPercentage: 41, Provisioning: steps},
			previous: State{ID: deviceID, ProvisioningStep: "Provisioning started"},
			want: outcome{
				Ready: "False/Provisioning", Message: "The device is provisioning: 41 %. Last step: Network configured.", Step: "Network configured",
				Events: []string{event(" is at 41 %: Network configured")},
			},
		},
		"NoFurther": {
			reason: "nor without news", device: packet.Device{State: "provisioning", ProvisioningPercentage: 42, Provisioning: steps},
			previous: State{ID: deviceID, ProvisioningStep: "Network configured"},
			want:     outcome{Ready: "False/Provisioning", Message: "The device is provisioning: 42 %. Last step: Network configured.", Step: "Network configured"},
		},
		"Active": {
			reason: "the time is kept at which a device was first seen active", device: packet.Device{State: "active"},
			previous: State{ID: deviceID, ProvisioningStep: "Network configured"},
			want:     outcome{ActiveAt: now, Step: "Network configured"},
		},
		"StillActive": {
			reason: "and stays", device: packet.Device{State: "active"}, previous: State{ID: deviceID, ActiveAt: then},
			want: outcome{ActiveAt: then},
		},
		"Another": {
			reason: "what was said of another device says nothing of this one", device: packet.Device{State: "provisioning"},
			previous: State{ID: projectID, ActiveAt: then, ProvisioningStep: "Network configured"},
			want:     outcome{Ready: "False/Provisioning", Message: "The device is provisioning: 0 %."},
		},
		"Off": {
			reason: "a device that is switched off cannot be used, and was provisioned", device: packet.Device{State: "inactive"},
			want: outcome{Ready: "False/NotActive", Message: "The device is inactive.", ActiveAt: now},
		},
		"Failed": {
			reason: "a failure is told, with what to do", device: packet.Device{State: "failed"}, previous: State{ID: deviceID, State: "provisioning"},
			want: outcome{
				Ready: "False/Failed", Message: "The device failed to provision, which is not tried again; delete this resource and create another.",
				Events: []string{event(" failed")},
			},
		},
		"StillFailed": {
			reason: "once", device: packet.Device{State: "failed"}, previous: State{ID: deviceID, State: "failed"},
			want: outcome{Ready: "False/Failed", Message: "The device failed to provision, which is not tried again; delete this resource and create another."},
		},
		"Deprovisioning": {
			reason: "a device that is taken away cannot be used", device: packet.Device{State: "deprovisioning"}, previous: State{ID: deviceID, ActiveAt: then},
			want: outcome{Ready: "False/Deprovisioning", Message: "The device is being deleted at the API.", ActiveAt: then},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.device.ID = deviceID
			r := over(&fakeAPI{}).Report(t.Context(), Machine{Device: tc.device}, external.View[State]{Previous: tc.previous})
			got := outcome{ActiveAt: r.State.ActiveAt, Step: r.State.ProvisioningStep, Events: r.Events}
			if r.Ready != nil {
				got.Ready, got.Message = string(r.Ready.Status)+"/"+string(r.Ready.Reason), r.Ready.Message
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if r.State.State != tc.device.State || len(r.Conditions) > 0 {
				t.Errorf("%s: got state %q and conditions %v", tc.reason, r.State.State, r.Conditions)
			}
		})
	}
}

func TestDetails(t *testing.T) {
	d := packet.Device{ID: deviceID, Hostname: "edge-1", User: "root", SOS: "sos.example"}
	s := State{AccessPublicIPv4: "147.75.1.3", AccessPublicIPv6: "2604::1", AccessPrivateIPv4: "10.1.1.3"}
	rest := managed.ConnectionDetails{
		"id": []byte(deviceID), "hostname": []byte("edge-1"), "user": []byte("root"), "sos": []byte("sos.example"),
		"accessPublicIpv4": []byte("147.75.1.3"), "accessPublicIpv6": []byte("2604::1"), "accessPrivateIpv4": []byte("10.1.1.3"),
	}
	cases := map[string]struct {
		reason   string
		password packet.Secret
		previous string
		want     []byte
		has      bool
	}{
		"Shown":     {reason: "the password is told while the API shows it", password: "hunter2", previous: deviceID, want: []byte("hunter2"), has: true},
		"Forgotten": {reason: "later the Secret keeps what it has", previous: deviceID, has: true},
		"Restored":  {reason: "also if nothing is known of what was said before", has: true},
		"Another":   {reason: "but not the password of another device", previous: projectID},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d.RootPassword = tc.password
			got := details(d, s, tc.previous)
			password, has := got["rootPassword"]
			if has != tc.has || (password == nil) != (tc.want == nil) || !bytes.Equal(password, tc.want) {
				t.Errorf("%s: got password %q, %t", tc.reason, password, has)
			}
			delete(got, "rootPassword")
			if diff := cmp.Diff(rest, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestReportTellsNoSecret has nothing that others may read hold user data or a
// password.
func TestReportTellsNoSecret(t *testing.T) {
	m := Machine{Device: packet.Device{ID: deviceID, State: "failed", UserData: "hunter2", RootPassword: "hunter2"}}
	r := over(&fakeAPI{}).Report(t.Context(), m, external.View[State]{})
	if text := cmp.Diff(State{}, r.State) + strings.Join(r.Events, "") + r.Ready.Message; strings.Contains(text, "hunter2") {
		t.Errorf("a secret is told: %s", text)
	}
}
