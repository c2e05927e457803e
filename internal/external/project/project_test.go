// SPDX-License-Identifier: Apache-2.0

package project

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const (
	organization = "0a1b2c3d-0000-4000-8000-00000000000a"
	payment      = "0a1b2c3d-0000-4000-8000-00000000000b"
)

func TestDefinition(t *testing.T) {
	d := Definition(Options{Window: time.Minute})
	if d.Key != nil || d.KeyOf != nil || d.Window != time.Minute || d.Undeletable != "" {
		t.Errorf("a project is found by its mark, and deleted: got %+v", d)
	}
	if got := Definition(Options{}).Window; got != 10*time.Minute {
		t.Errorf("a creation needs time to be seen, also by default: got %s", got)
	}
	if again, remedy := d.Recreate(true, State{}); again || !strings.Contains(remedy, "delete this resource and create another") {
		t.Errorf("a project that vanished is not made anew, even if that is asked for: got %t, %q", again, remedy)
	}
	if p := (packet.Project{CustomData: packet.CustomData{markKey: "me"}}); !d.Marked(p, "me") || d.Marked(p, "you") || d.Marked(packet.Project{}, "") {
		t.Error("a project carries the mark of the resource that made it")
	}
	if got := d.ID(packet.Project{ID: "P1"}); got != "P1" {
		t.Errorf("id of a project: %q", got)
	}
	if got := d.Incomplete(Arguments{Name: "edge"}); got != "" {
		t.Errorf("a name is enough: got %q", got)
	}
	if got := d.Incomplete(Arguments{}); !strings.HasPrefix(got, "spec.forProvider.name is not known: ") {
		t.Errorf("a name is necessary: got %q", got)
	}
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := d.Connect(c, "me").(*operations); !ok || o.owner != "me" || o.api != c {
		t.Errorf("got %+v", o)
	}
}

func TestMismatch(t *testing.T) {
	cases := map[string]struct {
		reason string
		asked  string
		want   string
	}{
		"Same":  {reason: "ids that differ in case only are the same", asked: strings.ToUpper(organization)},
		"Unset": {reason: "without an organization any will do"},
		"Other": {reason: "another organization is named", asked: payment, want: "its organizationId is " + organization + " and not " + payment},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := mismatch(Arguments{Name: "other", OrganizationID: tc.asked}, packet.Project{Name: "edge", OrganizationID: organization})
			if got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		p      packet.Project
		want   []external.Difference
	}{
		"None": {
			reason: "what the API chose is no difference",
			a:      Arguments{Name: "edge"},
			p:      packet.Project{Name: "edge", OrganizationID: organization, PaymentMethodID: payment, CustomData: packet.CustomData{markKey: "me"}},
		},
		"Same": {
			reason: "order, repetition, case of ids and form of JSON do not matter",
			a: Arguments{
				Name: "edge", PaymentMethodID: strings.ToUpper(payment), BackendTransfer: ptr.To(true),
				Tags: []string{"b", "a", "b"}, CustomData: "{ \"n\": 1.0,\n\"m\": {\"y\": null, \"x\": [1]} }",
			},
			p: packet.Project{
				Name: "edge", PaymentMethodID: payment, BackendTransfer: true, Tags: []string{"a", "b"},
				CustomData: packet.CustomData{markKey: "me", "m": map[string]any{"x": []any{1.0}, "y": nil}, "n": 1.0},
			},
		},
		"Defaults": {
			reason: "unset is enforced: no backend transfer, no tags, no custom data",
			a:      Arguments{Name: "edge"},
			p:      packet.Project{Name: "edge", BackendTransfer: true, Tags: []string{"a"}, CustomData: packet.CustomData{"a": 1.0}},
			want: []external.Difference{
				{Field: "backendTransfer", Want: "false", Got: "true"},
				{Field: "tags", Want: `[]`, Got: `["a"]`},
				{Field: "customData", Want: "as written", Got: `different at "a"`},
			},
		},
		"All": {
			reason: "all that differs is told, and no value of custom data",
			a: Arguments{
				Name: "edge", PaymentMethodID: payment, BackendTransfer: ptr.To(true), Tags: []string{"b"},
				CustomData: `{"a":"hunter2","b":null,"c":3,"d":[],"same":1}`,
			},
			p: packet.Project{Name: "old", PaymentMethodID: organization, CustomData: packet.CustomData{"a": "hunter3", "e": 1.0, "same": 1.0}},
			want: []external.Difference{
				{Field: "name", Want: `"edge"`, Got: `"old"`},
				{Field: "paymentMethodId", Want: payment, Got: organization},
				{Field: "backendTransfer", Want: "true", Got: "false"},
				{Field: "tags", Want: `["b"]`, Got: `[]`},
				{Field: "customData", Want: "as written", Got: `different at "a", "b", "c" and 2 more`},
			},
		},
		"NoObject": {
			reason: "custom data that cannot be used is a difference, of which the update says more",
			a:      Arguments{CustomData: "[]"},
			want:   []external.Difference{{Field: "customData", Want: "a JSON object", Got: "not comparable"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, differences(tc.a, tc.p)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
