// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const owner = "5d3c2b1a-0000-4000-8000-000000000001"

var (
	at    = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	block = packet.Reservation{
		ID: "R1", ProjectID: "P1", Type: "public_ipv4", State: "created", AddressFamily: "ipv4", Metro: "sv", Facility: "sv15",
		Address: "147.75.40.0", Network: "147.75.40.0", Gateway: "147.75.40.0", Netmask: "255.255.255.252", CIDR: 30, Quantity: 4, Public: true,
		Details: "edge", Tags: []string{"a", attached.Mark(owner), "b"}, CustomData: packet.CustomData{"team": "edge"}, CreatedAt: at,
	}
	asked = Arguments{
		ProjectID: "P1", Type: "public_ipv4", Quantity: 4, Metro: "sv", Details: "edge", Tags: []string{"b", "a"}, CustomData: `{ "team": "edge" }`,
	}
)

func TestDefinition(t *testing.T) {
	d := Definition(Options{})
	if d.Key != nil || d.KeyOf != nil {
		t.Error("blocks have no key")
	}
	if r := (packet.Reservation{Tags: []string{"a", attached.Mark("me")}}); !d.Marked(r, "me") || d.Marked(r, "you") {
		t.Error("a block carries the mark of the resource that made it")
	}
	if got := d.ID(block); got != "R1" {
		t.Errorf("id of a block: got %q", got)
	}
	if got := d.Incomplete(asked); got != "" {
		t.Errorf("a project is enough: got %q", got)
	}
	if got := d.Incomplete(Arguments{}); !strings.Contains(got, "spec.projectId of the ProviderConfig") {
		t.Errorf("what is lacking is named, with every remedy: got %q", got)
	}
	if again, remedy := d.Recreate(true, State{}); again || !strings.Contains(remedy, "delete this resource and create another") {
		t.Errorf("other addresses are no replacement: got %t, %q", again, remedy)
	}
	if !d.InProject || d.Undeletable != "" {
		t.Errorf("a block is in a project, and can be deleted: got %t, %q", d.InProject, d.Undeletable)
	}
	if got := Definition(Options{Window: time.Minute}).Window; d.Window != 10*time.Minute || got != time.Minute {
		t.Errorf("windows: got %s by default and %s", d.Window, got)
	}
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := d.Connect(c, owner).(*operations); !ok || o.api != api(c) || o.owner != owner {
		t.Errorf("operations of the connection: got %+v", o)
	}
}

func TestMismatch(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		block  packet.Reservation
		want   string
	}{
		"Same":     {reason: "the block that is asked for matches", a: asked, block: block},
		"Case":     {reason: "ids and codes that differ in case only are the same", a: Arguments{ProjectID: "p1", Metro: "SV", Facility: "SV15"}, block: block},
		"Unset":    {reason: "arguments that are not set match all", block: block},
		"Pending":  {reason: "what a block does not say yet matches all", a: asked, block: packet.Reservation{State: "pending"}},
		"Quantity": {reason: "both numbers are named", a: Arguments{Quantity: 8}, block: block, want: "its quantity is 4 and not 8"},
		"All": {
			reason: "all that differs is named", a: Arguments{ProjectID: "P2", Type: "private_ipv4", Metro: "ny", Facility: "ny5", Quantity: 1}, block: block,
			want: "its projectId is P1 and not P2, its type is public_ipv4 and not private_ipv4, its metro is sv and not ny, " +
				"its facility is sv15 and not ny5, its quantity is 4 and not 1",
		},
		"Management": {
			reason: "addresses that come with devices are nobody's to manage", block: packet.Reservation{Management: true},
			want: "it holds the management addresses of devices and goes with them",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, mismatch(tc.a, tc.block)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	changed := func(change func(*Arguments)) Arguments {
		a := asked
		change(&a)
		return a
	}
	text := func(s string) *string { return &s }
	tags := func(tags ...string) *[]string { return &tags }
	cases := map[string]struct {
		reason string
		a      Arguments
		want   []external.Difference
		update packet.UpdateReservation
	}{
		"Same": {reason: "order and space, and the mark, are no difference", a: asked},
		"Details": {
			reason: "details are changed", a: changed(func(a *Arguments) { a.Details = "other" }),
			want: []external.Difference{{Field: "details", Want: `"other"`, Got: `"edge"`}}, update: packet.UpdateReservation{Details: text("other")},
		},
		"Unset": {
			reason: "what is not asked for is taken away, the mark excepted", a: Arguments{},
			want: []external.Difference{
				{Field: "details", Want: `""`, Got: `"edge"`},
				{Field: "tags", Want: `[]`, Got: `["a" "b"]`},
				{Field: "customData", Want: "what the manifest says", Got: "another object"},
			},
			update: packet.UpdateReservation{Details: text(""), Tags: tags(attached.Mark(owner)), CustomData: new(packet.CustomData)},
		},
		"Tags": {
			reason: "tags are replaced as a whole", a: changed(func(a *Arguments) { a.Tags = []string{"c", "a"} }),
			want:   []external.Difference{{Field: "tags", Want: `["a" "c"]`, Got: `["a" "b"]`}},
			update: packet.UpdateReservation{Tags: tags("c", "a", attached.Mark(owner))},
		},
		"CustomData": {
			reason: "custom data may hold passwords and is not told", a: changed(func(a *Arguments) { a.CustomData = `{"team":"hunter2"}` }),
			want:   []external.Difference{{Field: "customData", Want: "what the manifest says", Got: "another object"}},
			update: packet.UpdateReservation{CustomData: &packet.CustomData{"team": "hunter2"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := differences(tc.a, block)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			request, err := update(block, tc.a, got)
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.update, request); diff != "" {
				t.Errorf("%s: request: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCustomDataThatIsNone(t *testing.T) {
	a := asked
	a.CustomData = "hunter2"
	got := differences(a, block)
	if diff := cmp.Diff([]external.Difference{{Field: "customData", Want: "a JSON object", Got: "not as asked for"}}, got); diff != "" {
		t.Errorf("what is no JSON object is never as asked for: -want +got:\n%s", diff)
	}
	_, err := update(block, a, got)
	if text := explained(err); !strings.HasPrefix(text, "Invalid: it is no JSON object") || strings.Contains(text, "hunter2") {
		t.Errorf("that is refused, and not quoted: got %v", err)
	}
}
