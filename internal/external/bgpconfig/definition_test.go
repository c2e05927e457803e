// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Passwords that the API takes.
const (
	password = packet.Secret("Sup3rSecretPw")
	rotated  = packet.Secret("An0therSecret")
)

var (
	at    = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	local = packet.BGPConfig{ID: "B1", ProjectID: "P1", Status: "enabled", DeploymentType: "local", ASN: 65000, MD5: password}
)

func TestDefinition(t *testing.T) {
	d := Definition()
	if got := d.Key(Arguments{ProjectID: "P1"}); got != "p1" {
		t.Errorf("ids that differ in case only are the same: got key %q", got)
	}
	if got := d.Key(Arguments{}); got != "" {
		t.Errorf("without a project there is no key: got %q", got)
	}
	if got := d.KeyOf(local); got != "p1" {
		t.Errorf("key of a configuration: got %q", got)
	}
	if got := d.ID(local); got != "B1" {
		t.Errorf("id of a configuration: got %q", got)
	}
	if got := d.Incomplete(Arguments{ProjectID: "P1"}); got != "" {
		t.Errorf("a project is enough: got %q", got)
	}
	if got := d.Incomplete(Arguments{}); !strings.HasPrefix(got, "spec.forProvider.projectId is not known: set it") {
		t.Errorf("what is lacking is named, with the remedy: got %q", got)
	}
	if again, _ := d.Recreate(false, State{}); !again || d.Window != 0 {
		t.Errorf("a configuration is made anew without waiting; got %t, %s", again, d.Window)
	}
	if !strings.Contains(d.Undeletable, "cannot delete it") {
		t.Errorf("that it stays is said: got %q", d.Undeletable)
	}
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := d.Connect(c, "owner").(*operations); !ok || o.api != api(c) {
		t.Errorf("operations of the connection: got %+v", o)
	}
}

func TestMismatch(t *testing.T) {
	cases := map[string]struct {
		reason string
		a      Arguments
		want   string
	}{
		"Same":  {reason: "the configuration that is asked for matches, whatever the case of the id", a: Arguments{ProjectID: "p1", DeploymentType: "local", ASN: 65000}},
		"Unset": {reason: "arguments that are not set match all", a: Arguments{}},
		"ASN":   {reason: "both numbers are named", a: Arguments{ASN: 65001}, want: "its asn is 65000 and not 65001"},
		"All": {
			reason: "all that differs is named", a: Arguments{ProjectID: "P2", DeploymentType: "global", ASN: 64500},
			want: "its projectId is P1 and not P2, its deploymentType is local and not global, its asn is 65000 and not 64500",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, mismatch(tc.a, local)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	remove := []external.Difference{{Field: "md5Disabled", Want: "true", Got: "false"}}
	cases := map[string]struct {
		reason string
		a      Arguments
		has    packet.Secret
		want   []external.Difference
	}{
		"Same":     {reason: "the password that is asked for is no difference", a: Arguments{MD5: ptr.To(password)}, has: password},
		"Rotated":  {reason: "another password is one", a: Arguments{MD5: ptr.To(rotated)}, has: password, want: []external.Difference{{Field: "md5", Want: "the value that md5SecretRef names", Got: "another value"}}},
		"First":    {reason: "so is none where one is asked for", a: Arguments{MD5: ptr.To(password)}, want: []external.Difference{{Field: "md5", Want: "the value that md5SecretRef names", Got: "not set"}}},
		"Unsaid":   {reason: "who says nothing about the password leaves it", has: password},
		"Disabled": {reason: "who asks for none has it removed", a: Arguments{MD5Disabled: true}, has: password, want: remove},
		"None":     {reason: "none is none", a: Arguments{MD5Disabled: true}},
		"Both":     {reason: "a password counts more than none at creation", a: Arguments{MD5: ptr.To(password), MD5Disabled: true}, has: password},
		"UseCase":  {reason: "what cannot be read is not compared", a: Arguments{UseCase: "anycast"}, has: password},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := differences(tc.a, packet.BGPConfig{MD5: tc.has})
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			for _, d := range got {
				if text := d.Want + d.Got; strings.Contains(text, string(password)) || strings.Contains(text, string(rotated)) {
					t.Errorf("%s: a password is told: %q", tc.reason, text)
				}
			}
		})
	}
}
