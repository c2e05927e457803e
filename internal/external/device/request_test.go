// SPDX-License-Identifier: Apache-2.0

package device

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestRequest(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		want   packet.CreateDevice
	}{
		"Least": {
			reason: "what is not asked for is left to the API, but the mark",
			a:      Arguments{ProjectID: projectID, Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv"},
			want:   packet.CreateDevice{Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Tags: []string{mark}},
		},
		"All": {
			reason: "whatever is asked for reaches the API",
			a: Arguments{
				Plan: "c3.small.x86", OperatingSystem: "custom_ipxe", Facility: "sv15",
				ProjectSSHKeyIDs: []string{"k1"}, UserSSHKeyIDs: []string{"k2"}, NoSSHKeys: true,
				IPAddresses: []Address{
					{Type: "public_ipv4", CIDR: 29, ReservationIDs: []string{"r1"}}, {Type: "private_ipv4", CIDR: 31}, {Type: "public_ipv6"},
				},
				HardwareReservationID: "next-available", SpotInstance: true, SpotPriceMax: "0.25", TerminationTime: "2030-01-31T13:00:00+01:00",
				Hostname: "edge-1", Description: "at the edge", BillingCycle: "hourly", Tags: []string{"a"}, UserData: ptr.To("#!/bin/sh"),
				CustomData: `{"a":1}`, Locked: ptr.To(true), AlwaysPXE: true, IPXEScriptURL: "https://boot.example/a",
			},
			want: packet.CreateDevice{
				Plan: "c3.small.x86", OperatingSystem: "custom_ipxe", Facilities: []string{"sv15"},
				ProjectSSHKeyIDs: []string{"k1"}, UserSSHKeyIDs: []string{"k2"}, NoSSHKeys: true,
				Addresses: []packet.CreateAddress{
					{AddressFamily: "ipv4", Public: true, CIDR: 29, ReservationIDs: []string{"r1"}},
					{AddressFamily: "ipv4", CIDR: 31},
					{AddressFamily: "ipv6", Public: true},
				},
				HardwareReservationID: "next-available", SpotInstance: true, SpotPriceMax: 0.25, TerminationTime: time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC),
				Hostname: "edge-1", Description: "at the edge", BillingCycle: "hourly", Tags: []string{"a", mark}, UserData: "#!/bin/sh",
				CustomData: packet.CustomData{"a": json.Number("1")}, Locked: true, AlwaysPXE: true, IPXEScriptURL: "https://boot.example/a",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := request(tc.a, mark)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRequestRefuses(t *testing.T) {
	for argument, a := range map[string]Arguments{
		"customData":      {CustomData: "no JSON"},
		"spotPriceMax":    {SpotPriceMax: "cheap"},
		"terminationTime": {TerminationTime: "2030-13-31T12:00:00Z"},
	} {
		_, err := request(a, mark)
		var refusal *external.Refusal
		if !errors.As(err, &refusal) || refusal.Argument != argument || refusal.Reason != external.ReasonInvalid || refusal.Message == "" {
			t.Errorf("%s: got %+v", argument, err)
		}
	}
}
