// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestReport(t *testing.T) {
	cases := map[string]struct {
		reason  string
		block   packet.Reservation
		want    State
		details map[string]string
	}{
		"Created": {
			reason: "all that is known is told, the mark excepted", block: block,
			want: State{
				ID: "R1", ProjectID: "P1", Type: "public_ipv4", Quantity: 4, Metro: "sv", Facility: "sv15", Details: "edge", Tags: []string{"a", "b"},
				CustomData: `{"team":"edge"}`, State: "created", Address: "147.75.40.0", Network: "147.75.40.0", Netmask: "255.255.255.252",
				Gateway: "147.75.40.0", CIDR: 30, Prefix: "147.75.40.0/30", AddressFamily: 4, Public: true, CreatedAt: "2026-07-01T12:00:00Z",
			},
			details: map[string]string{
				"id": "R1", "address": "147.75.40.0", "network": "147.75.40.0", "netmask": "255.255.255.252", "gateway": "147.75.40.0",
				"cidr": "30", "prefix": "147.75.40.0/30", "addressFamily": "4",
			},
		},
		"Pending": {
			reason: "a block without addresses has none to tell", block: packet.Reservation{ID: "R1", State: "pending", AddressFamily: "ipv6"},
			want: State{ID: "R1", State: "pending", AddressFamily: 6},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := (&operations{}).Report(t.Context(), tc.block, external.View[State]{})
			if diff := cmp.Diff(tc.want, got.State); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			var details map[string]string
			for k, v := range got.Details {
				if details == nil {
					details = map[string]string{}
				}
				details[k] = string(v)
			}
			if diff := cmp.Diff(tc.details, details); diff != "" {
				t.Errorf("%s: details: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReady(t *testing.T) {
	cases := map[string]struct{ reason, state, want, says string }{
		"Created": {reason: "the addresses can be used", state: "created"},
		"Pending": {reason: "people have to approve", state: "pending", want: "Pending", says: "waits for the approval"},
		"Denied":  {reason: "people said no", state: "denied", want: "Denied", says: "denied the block"},
		"Unknown": {reason: "what is not known is quoted", state: "odd", want: "NotCreated", says: `the state "odd"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ready(packet.Reservation{State: tc.state})
			switch {
			case tc.want == "" && got != nil:
				t.Errorf("%s: got %+v", tc.reason, got)
			case tc.want != "" && (got == nil || string(got.Reason) != tc.want || got.Status != "False" || !strings.Contains(got.Message, tc.says)):
				t.Errorf("%s: got %+v, want %s with %q", tc.reason, got, tc.want, tc.says)
			}
		})
	}
}
