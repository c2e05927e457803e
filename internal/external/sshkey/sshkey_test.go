// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Two public keys and their fingerprints.
const (
	one      = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"
	two      = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC"
	projectA = "0A1B2C3D-0000-4000-8000-00000000000a"
	userA    = "0a1b2c3d-0000-4000-8000-00000000000e"
)

var hashOne, hashTwo = hash(one), hash(two)

func hash(line string) string {
	h, err := packet.Fingerprint(line)
	if err != nil {
		panic(err)
	}
	return h
}

func TestDefinition(t *testing.T) {
	d := Definition(Options{})
	if again, _ := d.Recreate(false, State{}); !again || d.Undeletable != "" {
		t.Errorf("a key is made anew; got %t, %q", again, d.Undeletable)
	}
	if got := Definition(Options{Window: time.Minute}).Window; d.Window != 10*time.Minute || got != time.Minute {
		t.Errorf("windows: got %s by default and %s", d.Window, got)
	}
	if got := d.ID(packet.SSHKey{ID: "K1"}); got != "K1" {
		t.Errorf("id of a key: %q", got)
	}
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: "http://127.0.0.1/v1", Token: "key"})
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := d.Connect(c, "me").(*operations); !ok || o.api != c {
		t.Errorf("got %+v", o)
	}
	if got := d.Incomplete(Arguments{Label: "edge"}); !strings.HasPrefix(got, "spec.forProvider.publicKey is not known: ") {
		t.Errorf("a public key is necessary: got %q", got)
	}
	if got := d.Incomplete(Arguments{PublicKey: one}); got != "" {
		t.Errorf("a public key is enough: got %q", got)
	}
}

// An attempt with another public key is looked for, unless what was recorded of
// it is no key.
func TestRetrace(t *testing.T) {
	lower := strings.ToLower(projectA)
	cases := map[string]struct {
		reason, key string
		want        string
	}{
		"Project": {reason: "a key of a project", key: lower + "/" + hashOne, want: lower + "/" + hashOne},
		"User":    {reason: "a key of the user", key: "user/" + hashOne, want: "user/" + hashOne},
		"NoHash":  {reason: "without a fingerprint there is nothing to look for", key: "user/"},
		"NoOwner": {reason: "nor without an owner", key: "../" + hashOne},
		"NoKey":   {reason: "nor with an id alone", key: lower},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := retrace(Arguments{Label: "edge"}, tc.key)
			if diff := cmp.Diff(Arguments{Label: "edge", Attempted: tc.want}, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if lacking := incomplete(got) != ""; lacking == (tc.want != "") {
				t.Errorf("%s: something is lacking: %t", tc.reason, lacking)
			}
		})
	}
}

// TestAsObserved has another owner asked for than the key has.
func TestAsObserved(t *testing.T) {
	cases := map[string]struct {
		reason string
		last   State
		want   string
	}{
		"Project": {reason: "a key of a project is looked for there", last: State{ID: "K1", ProjectID: projectA, OwnerID: projectA}, want: projectA},
		"User":    {reason: "a user's key is in none", last: State{ID: "K1", OwnerID: userA}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Definition(Options{}).AsObserved(Arguments{ProjectID: userA, PublicKey: one}, tc.last)
			if diff := cmp.Diff(Arguments{ProjectID: tc.want, PublicKey: one}, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	d := Definition(Options{})
	cases := map[string]struct {
		reason string
		got    string
		want   string
	}{
		"Project":     {"a key of a project is unique in it, whatever the case of its id and the comment", d.Key(Arguments{ProjectID: projectA, PublicKey: " " + one + " me\n"}), strings.ToLower(projectA) + "/" + hashOne},
		"User":        {"which user it will be is not known from the arguments", d.Key(Arguments{PublicKey: one}), "user/" + hashOne},
		"None":        {"without a public key there is no key", d.Key(Arguments{ProjectID: projectA}), ""},
		"Broken":      {"a public key that cannot be read is none", d.Key(Arguments{ProjectID: projectA, PublicKey: "ssh-ed25519"}), ""},
		"OfProject":   {"that of an object is the same", d.KeyOf(packet.SSHKey{ProjectID: projectA, Fingerprint: hashOne}), strings.ToLower(projectA) + "/" + hashOne},
		"OfUser":      {"keys of different users are different ones", d.KeyOf(packet.SSHKey{UserID: userA, Fingerprint: hashOne}), userA + "/" + hashOne},
		"Reported":    {"what was reported identifies it, too", d.KeyOfState(State{OwnerID: projectA, Fingerprint: hashOne}), strings.ToLower(projectA) + "/" + hashOne},
		"NotReported": {"before the first report there is none", d.KeyOfState(State{}), ""},
		"NoOwner":     {"a key without an owner cannot be told from others", d.KeyOfState(State{Fingerprint: hashOne}), ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, tc.got, tc.want)
			}
		})
	}
}

func TestMismatch(t *testing.T) {
	ofProject, ofUser := packet.SSHKey{ProjectID: strings.ToLower(projectA)}, packet.SSHKey{UserID: userA}
	cases := map[string]struct {
		reason string
		a      Arguments
		k      packet.SSHKey
		want   string
	}{
		"Project":       {reason: "a key of the project is the one, whatever the case", a: Arguments{ProjectID: projectA}, k: ofProject},
		"User":          {reason: "a key of the user is the one", a: Arguments{Label: "edge"}, k: ofUser},
		"Imported":      {reason: "without arguments any will do", k: ofProject},
		"OtherProject":  {reason: "another project is named", a: Arguments{ProjectID: userA}, k: ofProject, want: "its projectId is " + strings.ToLower(projectA) + " and not " + userA},
		"UserOfProject": {reason: "a user's key is none of the project", a: Arguments{ProjectID: projectA}, k: ofUser, want: "its projectId is unset and not " + projectA},
		"ProjectOfUser": {reason: "a project's key is none of the user, and must not become one when it is made anew", a: Arguments{Label: "edge"}, k: ofProject, want: "it belongs to the project " + strings.ToLower(projectA) + "; set projectId to that"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := mismatch(tc.a, tc.k); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	k := packet.SSHKey{Label: "edge", Fingerprint: hashOne}
	cases := map[string]struct {
		reason string
		a      Arguments
		want   []external.Difference
	}{
		"Same":    {reason: "neither space nor a comment makes another key", a: Arguments{Label: "edge", PublicKey: one + "  me@example \n"}},
		"Unset":   {reason: "what is not set is not compared"},
		"Label":   {reason: "another label is a difference", a: Arguments{Label: "old", PublicKey: one}, want: []external.Difference{{Field: "label", Want: `"old"`, Got: `"edge"`}}},
		"Rotated": {reason: "another key is told by fingerprints", a: Arguments{Label: "edge", PublicKey: two}, want: []external.Difference{{Field: "publicKey", Want: hashTwo, Got: hashOne}}},
		"Broken":  {reason: "a key that cannot be read is a difference, and not quoted", a: Arguments{PublicKey: "hunter2"}, want: []external.Difference{{Field: "publicKey", Want: "one that can be read", Got: hashOne}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, differences(tc.a, k)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
