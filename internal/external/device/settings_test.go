// SPDX-License-Identifier: Apache-2.0

package device

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// settled is a device with a value in each setting.
func settled() Machine {
	return Machine{Device: packet.Device{
		ID: deviceID, Hostname: "edge-1", Description: "at the edge", BillingCycle: "hourly", Tags: []string{"a", "b", mark},
		UserData: "#!/bin/sh\necho hunter2\n", CustomData: packet.CustomData{"password": "hunter2"},
		Locked: true, AlwaysPXE: true, IPXEScriptURL: "https://boot.example/a",
	}}
}

// asIs asks for a device as settled returns it.
func asIs() Arguments {
	return Arguments{
		Hostname: "edge-1", Description: "at the edge", BillingCycle: "hourly", Tags: []string{"b", "a", "a"},
		UserData: ptr.To("#!/bin/sh\necho hunter2"), CustomData: `{ "password": "hunter2" }`,
		Locked: ptr.To(true), AlwaysPXE: true, IPXEScriptURL: "https://boot.example/a",
	}
}

func TestSettings(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		want   []external.Difference
		change packet.UpdateDevice
	}{
		"Same": {reason: "neither the order of tags nor space around data are a difference", a: asIs()},
		"Unset": {
			reason: "what the API chooses and what protects from loss is left alone; the rest has its default",
			want: []external.Difference{
				{Field: "description", Want: `""`, Got: `"at the edge"`},
				{Field: "tags", Want: `[]`, Got: `["a" "b"]`},
				{Field: "customData", Want: "the one asked for", Got: "another one"},
				{Field: "alwaysPxe", Want: "false", Got: "true"},
				{Field: "ipxeScriptUrl", Want: `""`, Got: `"https://boot.example/a"`},
			},
			change: packet.UpdateDevice{
				Description: ptr.To(""), Tags: &[]string{mark}, CustomData: ptr.To[packet.CustomData](nil),
				AlwaysPXE: ptr.To(false), IPXEScriptURL: ptr.To(""),
			},
		},
		"Changed": {
			reason: "all settings can be changed, and the mark stays",
			a: Arguments{
				Hostname: "edge-2", Description: "elsewhere", BillingCycle: "monthly", Tags: []string{"c"},
				UserData: ptr.To("#cloud-config"), CustomData: `{"password":"hunter3"}`,
				Locked: ptr.To(false), IPXEScriptURL: "https://boot.example/b",
			},
			want: []external.Difference{
				{Field: "hostname", Want: `"edge-2"`, Got: `"edge-1"`},
				{Field: "description", Want: `"elsewhere"`, Got: `"at the edge"`},
				{Field: "billingCycle", Want: `"monthly"`, Got: `"hourly"`},
				{Field: "tags", Want: `["c"]`, Got: `["a" "b"]`},
				{Field: "userData", Want: "the one asked for", Got: "another one"},
				{Field: "customData", Want: "the one asked for", Got: "another one"},
				{Field: "locked", Want: "false", Got: "true"},
				{Field: "alwaysPxe", Want: "false", Got: "true"},
				{Field: "ipxeScriptUrl", Want: `"https://boot.example/b"`, Got: `"https://boot.example/a"`},
			},
			change: packet.UpdateDevice{
				Hostname: ptr.To("edge-2"), Description: ptr.To("elsewhere"), BillingCycle: ptr.To("monthly"), Tags: &[]string{"c", mark},
				UserData: ptr.To[packet.Secret]("#cloud-config"), CustomData: &packet.CustomData{"password": "hunter3"},
				Locked: ptr.To(false), AlwaysPXE: ptr.To(false), IPXEScriptURL: ptr.To("https://boot.example/b"),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := differences(tc.a, settled())
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			for _, d := range got {
				if strings.Contains(d.Want+d.Got, "hunter") {
					t.Errorf("a difference tells a secret: %+v", d)
				}
			}
			if diff := cmp.Diff(tc.change, change(tc.a, settled(), got)); diff != "" {
				t.Errorf("%s: update: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestChangeMendsWhatCounts has an update leave alone what is not to be mended.
func TestChangeMendsWhatCounts(t *testing.T) {
	a := asIs()
	a.Hostname, a.Description = "edge-2", "elsewhere"
	got := change(a, settled(), differences(a, settled())[:1])
	if diff := cmp.Diff(packet.UpdateDevice{Hostname: ptr.To("edge-2")}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("only what counts is mended: -want +got:\n%s", diff)
	}
}

func TestBrokenCustomDataIsADifference(t *testing.T) {
	a := asIs()
	a.CustomData = "{"
	if got := differences(a, settled()); len(got) != 1 || got[0].Field != "customData" {
		t.Errorf("want the update to be tried, which says what is wrong; got %+v", got)
	}
}
