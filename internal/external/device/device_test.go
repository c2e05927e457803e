// SPDX-License-Identifier: Apache-2.0

package device

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestDefinition(t *testing.T) {
	d := Definition(Options{})
	if d.Key != nil || d.KeyOf != nil || !d.InProject || d.Undeletable != "" || d.Window != 10*time.Minute {
		t.Errorf("a device has a mark and no key, belongs to a project, and is not made twice within ten minutes: got %+v", d)
	}
	if got := Definition(Options{Window: time.Hour}).Window; got != time.Hour {
		t.Errorf("got window %s, want that of the options", got)
	}
	if got := d.ID(Machine{Device: packet.Device{ID: deviceID}}); got != deviceID {
		t.Errorf("id of a device: %q", got)
	}
	if m := (Machine{Device: packet.Device{Tags: []string{"a", mark}}}); !d.Marked(m, "me") || d.Marked(m, "you") {
		t.Error("a device carries the mark of the resource that made it")
	}
	if got := d.Incomplete(Arguments{ProjectID: projectID}); got != "" {
		t.Errorf("the project suffices to look for the mark: got %q", got)
	}
	if got := d.Incomplete(Arguments{Plan: "c3.small.x86"}); !strings.HasPrefix(got, "spec.forProvider.projectId is not known") {
		t.Errorf("without a project: got %q", got)
	}
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	o, ok := d.Connect(c, "me").(*operations)
	if !ok || o.mark != mark || o.api != api(c) || o.clock == nil {
		t.Errorf("got operations %+v", o)
	}
}

func TestRecreate(t *testing.T) {
	cases := map[string]struct {
		reason string
		asked  bool
		last   State
		want   bool
		remedy string
	}{
		"Failed":      {reason: "what was never seen active is not made anew", last: State{State: "provisioning"}, remedy: "it failed to provision, which is not tried again; delete this resource and create another"},
		"FailedAsked": {reason: "not even where that is asked for", asked: true, last: State{State: "failed"}, remedy: "delete this resource and create another"},
		"Unknown":     {reason: "nor if nothing is known of it", asked: true, remedy: "delete this resource and create another"},
		"Gone":        {reason: "what somebody took away is made anew only where that is asked for", last: State{ActiveAt: "then"}, remedy: `set the annotation packet.crossplane.io/recreate to "true"`},
		"Asked":       {reason: "which it is", asked: true, last: State{ActiveAt: "then"}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, remedy := Definition(Options{}).Recreate(tc.asked, tc.last)
			if got != tc.want || !strings.Contains(remedy, tc.remedy) || (tc.remedy == "") != (remedy == "") {
				t.Errorf("%s: got %t, %q", tc.reason, got, remedy)
			}
		})
	}
}

func TestMismatch(t *testing.T) {
	theirs := Machine{Device: packet.Device{ProjectID: projectID, Plan: "c3.small.x86", Metro: "sv", Facility: "sv15", OperatingSystem: "ubuntu_22_04"}}
	ours := theirs
	ours.Ours = true
	cases := map[string]struct {
		reason string
		a      Arguments
		m      Machine
		want   string
	}{
		"Same":        {reason: "the device that is asked for matches, whatever the case", a: Arguments{ProjectID: strings.ToUpper(projectID), Plan: "c3.small.x86", Metro: "SV"}, m: theirs},
		"Unset":       {reason: "arguments that are not set match all", m: theirs},
		"Any":         {reason: "any place is as good as another", a: Arguments{Metro: "any"}, m: theirs},
		"ID":          {reason: "a place may be given by its id, which the device does not tell", a: Arguments{Metro: deviceID, Facility: deviceID, Plan: deviceID}, m: theirs},
		"Reinstalled": {reason: "a reinstallation changes the operating system", a: Arguments{OperatingSystem: "debian_12"}, m: theirs},
		"Different": {
			reason: "all that differs is named", a: Arguments{ProjectID: deviceID, Plan: "m3.large.x86", Metro: "da", Facility: "da11"}, m: theirs,
			want: "its projectId is " + projectID + " and not " + deviceID + ", its plan is c3.small.x86 and not m3.large.x86, its metro is sv and not da, its facility is sv15 and not da11",
		},
		"Renamed": {reason: "what was made as asked for may be called otherwise", a: Arguments{ProjectID: projectID, Plan: "old-name", Metro: "da"}, m: ours},
		"Moved":   {reason: "but a project is a project", a: Arguments{ProjectID: deviceID}, m: ours, want: "its projectId is " + projectID + " and not " + deviceID},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, mismatch(tc.a, tc.m)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
