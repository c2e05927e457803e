// SPDX-License-Identifier: Apache-2.0

package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{
		"":               "",
		"status":         "status",
		"deviceId":       "device_id",
		"md5Enabled":     "md5_enabled",
		"routesIn":       "routes_in",
		"publicIpv4Type": "public_ipv4_type",
	} {
		if got := SnakeCase(name); got != want {
			t.Errorf("SnakeCase(%q): got %q, want %q", name, got, want)
		}
	}
}

func TestSchema(t *testing.T) {
	inner := &schema.Resource{Schema: map[string]*schema.Schema{
		"peer_as": {Type: schema.TypeInt, Description: "Number.", Optional: true},
	}}
	cases := map[string]struct {
		reason string
		field  Field
		want   *schema.Schema
	}{
		"String": {
			reason: "An argument is optional even if it must be given: the rule for it is ours.",
			field:  String("theField", "A.").Must(),
			want:   &schema.Schema{Type: schema.TypeString, Description: "A.", Optional: true},
		},
		"Bool": {
			reason: "An output is computed and no argument.",
			field:  Bool("theField", "A.").Output(),
			want:   &schema.Schema{Type: schema.TypeBool, Description: "A.", Computed: true},
		},
		"Strings": {
			reason: "A list of strings says what it lists.",
			field:  Strings("theField", "A."),
			want:   &schema.Schema{Type: schema.TypeList, Description: "A.", Optional: true, Elem: &schema.Schema{Type: schema.TypeString}},
		},
		"Object": {
			reason: "A single object is a list of at most one.",
			field:  Object("theField", "A.", Int("peerAs", "Number.")),
			want:   &schema.Schema{Type: schema.TypeList, MaxItems: 1, Description: "A.", Optional: true, Elem: inner},
		},
		"Objects": {
			reason: "A list of objects is of any length.",
			field:  Objects("theField", "A.", Int("peerAs", "Number.")),
			want:   &schema.Schema{Type: schema.TypeList, Description: "A.", Optional: true, Elem: inner},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := map[string]*schema.Schema{
				"the_field": tc.want,
				// What every kind reports.
				"endpoint": {Type: schema.TypeString, Description: "Address of the Packet API at which the object was last observed.", Computed: true},
			}
			if diff := cmp.Diff(want, Kind{Fields: []Field{tc.field}}.Schema(Cluster).Schema); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSchemaPanicsOnUnknownTypes(t *testing.T) {
	const want = "field odd has an unknown type 99"
	k := Kind{Fields: []Field{{Name: "odd", Type: 99}}}
	if got := panics(func() { k.Schema(Cluster) }); got != want {
		t.Errorf("got a panic with %v, want %q", got, want)
	}
}
