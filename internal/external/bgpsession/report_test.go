// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestDefinition(t *testing.T) {
	d := Definition(clocktesting.NewFakePassiveClock(start))
	keys := map[string]struct {
		reason string
		a      Arguments
		want   string
		lacks  string
	}{
		"Complete": {reason: "device and family are the key", a: Arguments{DeviceID: "d1", AddressFamily: "ipv4"}, want: "d1/ipv4"},
		"Case":     {reason: "ids that differ in case only are the same", a: Arguments{DeviceID: "D1", AddressFamily: "ipv4"}, want: "d1/ipv4"},
		"NoDevice": {reason: "without a device there is no key", a: Arguments{AddressFamily: "ipv4"}, lacks: "spec.forProvider.deviceId is not known"},
		"NoFamily": {reason: "without a family there is no key", a: Arguments{DeviceID: "d1"}, lacks: "spec.forProvider.addressFamily is not known"},
	}
	for name, tc := range keys {
		t.Run(name, func(t *testing.T) {
			if got := d.Key(tc.a); got != tc.want {
				t.Errorf("%s: key %q, want %q", tc.reason, got, tc.want)
			}
			if got := d.Incomplete(tc.a); tc.lacks != "" && (len(got) < len(tc.lacks) || got[:len(tc.lacks)] != tc.lacks) {
				t.Errorf("%s: %q, want it to begin with %q", tc.reason, got, tc.lacks)
			}
		})
	}
	if got := d.KeyOf(four); got != "d1/ipv4" {
		t.Errorf("key of a session: %q", got)
	}
	if got := d.ID(four); got != "S4" {
		t.Errorf("id of a session: %q", got)
	}
	if d.Connect(nil) == nil || !d.Recreate || d.Window != 0 {
		t.Errorf("a session is made anew without waiting; got %t, %s", d.Recreate, d.Window)
	}
	if c := d.Unreadable(); len(c) != 1 || c[0].Type != TypeEstablished || c[0].Status != corev1.ConditionUnknown || c[0].Reason != "Unreadable" {
		t.Errorf("conditions of an unreadable session: %+v", c)
	}
}

func TestMismatch(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		want   string
	}{
		"Same":   {reason: "the session that is asked for matches, whatever the case of the id", a: Arguments{DeviceID: "d1", AddressFamily: "ipv4"}},
		"Unset":  {reason: "arguments that are not set match all", a: Arguments{}},
		"Family": {reason: "another family is named", a: Arguments{AddressFamily: "ipv6"}, want: "its addressFamily is ipv4 and not ipv6"},
		"Both": {
			reason: "all that differs is named", a: Arguments{DeviceID: "D2", AddressFamily: "ipv6"},
			want: "its addressFamily is ipv4 and not ipv6, its deviceId is D1 and not D2",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, mismatch(tc.a, four)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	on := []external.Difference{{Field: "defaultRoute", Want: "true", Got: "false"}}
	off := []external.Difference{{Field: "defaultRoute", Want: "false", Got: "true"}}
	cases := map[string]struct {
		reason string
		asked  *bool
		has    bool
		want   []external.Difference
	}{
		"UnsetFalse": {reason: "unset means false"},
		"UnsetTrue":  {reason: "unset is enforced", has: true, want: off},
		"FalseTrue":  {reason: "false is enforced", asked: ptr.To(false), has: true, want: off},
		"TrueFalse":  {reason: "true is enforced", asked: ptr.To(true), want: on},
		"TrueTrue":   {reason: "what is as asked for is no difference", asked: ptr.To(true), has: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := differences(Arguments{DefaultRoute: tc.asked}, packet.Session{DefaultRoute: tc.has})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReport(t *testing.T) {
	old := []Neighbor{{CustomerAS: 1}}
	read := []Neighbor{{CustomerAS: 65000, CustomerIP: "10.0.0.2", PeerAS: 65530, PeerIPs: []string{"169.254.255.1", "169.254.255.2"}, Multihop: true, MD5Enabled: true}}
	neighbors := []packet.Neighbor{
		{AddressFamily: "ipv6", CustomerAS: 2},
		{
			AddressFamily: "ipv4", CustomerAS: 65000, CustomerIP: "10.0.0.2", PeerAS: 65530, PeerIPs: []string{"169.254.255.1", "169.254.255.2"},
			Multihop: true, MD5Enabled: true, MD5Password: "md5-secret",
		},
	}
	details := managed.ConnectionDetails{
		"id": []byte("S4"), "deviceId": []byte("D1"), "addressFamily": []byte("ipv4"), "customerAs": []byte("65000"), "customerIp": []byte("10.0.0.2"),
		"peerAs": []byte("65530"), "peerIps": []byte("169.254.255.1,169.254.255.2"), "multihop": []byte("true"), "md5Enabled": []byte("true"), "md5Password": []byte("md5-secret"),
	}
	known := State{ID: "S4", Status: "up,up", Neighbors: old}
	cases := map[string]struct {
		reason      string
		previous    State
		readBefore  time.Duration
		neighbors   []packet.Neighbor
		err         error
		wantReads   int
		want        []Neighbor
		wantDetails managed.ConnectionDetails
	}{
		"First":         {reason: "neighbours that are not known are read", neighbors: neighbors, wantReads: 1, want: read, wantDetails: details},
		"Fresh":         {reason: "neighbours read a moment ago are kept", previous: known, readBefore: time.Minute, want: old},
		"Due":           {reason: "neighbours are read again after a while", previous: known, readBefore: neighborsInterval, neighbors: neighbors, wantReads: 1, want: read, wantDetails: details},
		"Restart":       {reason: "neighbours are read once after a restart", previous: known, neighbors: neighbors, wantReads: 1, want: read, wantDetails: details},
		"StatusChanged": {reason: "neighbours are read if the status changed", previous: State{ID: "S4", Status: "down", Neighbors: old}, readBefore: time.Minute, neighbors: neighbors, wantReads: 1, want: read, wantDetails: details},
		"OtherSession":  {reason: "neighbours are read for a session made anew", previous: State{ID: "S3", Status: "up,up", Neighbors: old}, readBefore: time.Minute, neighbors: neighbors, wantReads: 1, want: read, wantDetails: details},
		"Unreadable":    {reason: "neighbours that cannot be read keep their last value and leave the secret", previous: known, readBefore: time.Hour, err: errBoom, wantReads: 1, want: old},
		"OtherFamily":   {reason: "neighbours of the other family are not it", previous: known, readBefore: time.Hour, neighbors: neighbors[:1], wantReads: 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			reads := 0
			o := over(&api{neighborsFn: func(string) ([]packet.Neighbor, error) { reads++; return tc.neighbors, tc.err }})
			if tc.readBefore > 0 {
				o.shared.read["S4"] = start.Add(-tc.readBefore)
			}
			got := o.Report(t.Context(), four, tc.previous)
			want := State{ID: "S4", AddressFamily: "ipv4", DeviceID: "D1", Status: "up,up", Neighbors: tc.want}
			if diff := cmp.Diff(want, got.State); diff != "" {
				t.Errorf("%s: state: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.wantDetails, got.Details); diff != "" {
				t.Errorf("%s: details: -want +got:\n%s", tc.reason, diff)
			}
			if reads != tc.wantReads {
				t.Errorf("%s: neighbours were read %d times, want %d", tc.reason, reads, tc.wantReads)
			}
			if len(got.Conditions) != 1 || got.Conditions[0].Reason != "Up" {
				t.Errorf("%s: conditions %+v", tc.reason, got.Conditions)
			}
			if tc.wantDetails != nil && o.shared.due("S4") {
				t.Errorf("%s: neighbours just read are due again", tc.reason)
			}
		})
	}
}

func TestEstablished(t *testing.T) {
	cases := map[string]struct {
		reason string
		status string
		want   corev1.ConditionStatus
		why    string
	}{
		"Up":        {"one router is up", "up", corev1.ConditionTrue, "Up"},
		"AllUp":     {"all routers are up", "up, UP", corev1.ConditionTrue, "Up"},
		"Down":      {"one router is down", "down", corev1.ConditionFalse, "Down"},
		"OneDown":   {"one of several is down", "up,down", corev1.ConditionFalse, "Down"},
		"DownFirst": {"down outweighs unknown", "unknown,down", corev1.ConditionFalse, "Down"},
		"Unknown":   {"a router has not reported", "unknown", corev1.ConditionUnknown, "NotReported"},
		"Partly":    {"one of several has not reported", "up,unknown", corev1.ConditionUnknown, "NotReported"},
		"Empty":     {"nothing was reported", "", corev1.ConditionUnknown, "NotReported"},
		"Other":     {"a word that is not known proves nothing", "upward", corev1.ConditionUnknown, "NotReported"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := established(tc.status)
			if got.Type != TypeEstablished || got.Status != tc.want || string(got.Reason) != tc.why {
				t.Errorf("%s: %q gives %s/%s, want %s/%s", tc.reason, tc.status, got.Status, got.Reason, tc.want, tc.why)
			}
		})
	}
}
