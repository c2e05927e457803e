// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestReport(t *testing.T) {
	global := packet.BGPConfig{
		ID: "B1", ProjectID: "P1", Status: "enabled", DeploymentType: "global", ASN: 64500, MD5: password, MaxPrefix: 10,
		Ranges: []string{"198.51.100.0/24", "192.0.2.0/24"}, RouteObject: "AS-TEST", CreatedAt: at, RequestedAt: at,
	}
	cases := map[string]struct {
		reason string
		config packet.BGPConfig
		want   State
	}{
		"Global": {
			reason: "all that is known is told, the password excepted", config: global,
			want: State{
				ID: "B1", ProjectID: "P1", Status: "enabled", DeploymentType: "global", ASN: 64500, MaxPrefix: 10, RouteObject: "AS-TEST",
				Ranges: []string{"192.0.2.0/24", "198.51.100.0/24"}, CreatedAt: "2026-07-01T12:00:00Z", RequestedAt: "2026-07-01T12:00:00Z",
			},
		},
		"Bare": {
			reason: "what the API does not say stays empty", config: packet.BGPConfig{ID: "B1", ProjectID: "P1"},
			want: State{ID: "B1", ProjectID: "P1", MD5Disabled: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := (&operations{}).Report(t.Context(), tc.config, external.View[State]{})
			if diff := cmp.Diff(tc.want, got.State); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, string(password)) {
				t.Errorf("%s: the password is told: %s", tc.reason, text)
			}
		})
	}
}

func TestReady(t *testing.T) {
	cases := map[string]struct{ reason, status, want, says string }{
		"Enabled":   {reason: "sessions can be made", status: "enabled"},
		"Requested": {reason: "people have to approve", status: "requested", want: "Requested", says: "have not approved"},
		"Disabled":  {reason: "people have switched it off", status: "disabled", want: "Disabled", says: "Ask the operator's support"},
		"Unknown":   {reason: "what is not known is quoted", status: "odd", want: "NotEnabled", says: `the status "odd"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ready(packet.BGPConfig{Status: tc.status})
			switch {
			case tc.want == "" && got != nil:
				t.Errorf("%s: got %+v", tc.reason, got)
			case tc.want != "" && (got == nil || string(got.Reason) != tc.want || got.Status != "False" || !strings.Contains(got.Message, tc.says)):
				t.Errorf("%s: got %+v, want %s with %q", tc.reason, got, tc.want, tc.says)
			}
		})
	}
}
