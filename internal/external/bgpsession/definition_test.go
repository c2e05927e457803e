// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const deviceID = "d0000000-0000-4000-8000-000000000001"

func TestDefinition(t *testing.T) {
	d := Definition(Options{})
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
			if got := d.Incomplete(tc.a); (got == "") != (tc.lacks == "") || !strings.HasPrefix(got, tc.lacks) {
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
	if again, _ := d.Recreate(false, State{}); !again || d.Window != 10*time.Minute {
		t.Errorf("a session is made anew; got %t, and %s until another one is made elsewhere", again, d.Window)
	}
	if got := Definition(Options{Window: time.Second}).Window; got != time.Second {
		t.Errorf("the window is an option: got %s", got)
	}
}

// TestRetrace has an attempt on another device looked for, unless what was
// recorded of it is no key.
func TestRetrace(t *testing.T) {
	cases := map[string]struct{ reason, key, want string }{
		"Key":      {reason: "device and family are looked for", key: deviceID + "/ipv6", want: deviceID + "/ipv6"},
		"NoFamily": {reason: "without a family there is nothing to look for", key: deviceID + "/"},
		"NoDevice": {reason: "nor without a device", key: "../ipv4"},
		"NoKey":    {reason: "nor with an id alone", key: deviceID},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Definition(Options{}).Retrace(Arguments{AddressFamily: "ipv4"}, tc.key)
			if diff := cmp.Diff(Arguments{AddressFamily: "ipv4", Attempted: tc.want}, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if lacking := incomplete(got) != ""; lacking == (tc.want != "") {
				t.Errorf("%s: something is lacking: %t", tc.reason, lacking)
			}
		})
	}
}

// TestAsObserved has a reference lead to another device than the session is on.
func TestAsObserved(t *testing.T) {
	asked := Arguments{DeviceID: "D2", AddressFamily: "ipv4", DefaultRoute: ptr.To(true)}
	want := Arguments{DeviceID: "D1", AddressFamily: "ipv6", DefaultRoute: ptr.To(true)}
	got := Definition(Options{}).AsObserved(asked, State{DeviceID: "D1", AddressFamily: "ipv6"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("where it was seen counts: -want +got:\n%s", diff)
	}
}

func TestConnections(t *testing.T) {
	d := Definition(Options{})
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	one, ok := d.Connect(c, "owner").(*operations)
	if !ok || one.endpoint != "http://127.0.0.1/v1/" {
		t.Fatalf("got %+v", one)
	}
	two, ok := d.Connect(c, "owner").(*operations)
	if !ok || two.shared != one.shared {
		t.Error("two connections of the kind share nothing")
	}
	one.remember("S4", packet.Neighbor{}, start)
	d.Forget("http://127.0.0.1/v2/", "S4")
	if !one.remembers("S4") {
		t.Error("the session of another endpoint was forgotten")
	}
	d.Forget("http://127.0.0.1/v1/", "s4")
	if one.remembers("S4") {
		t.Error("the session was not forgotten")
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
