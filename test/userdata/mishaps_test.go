// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const (
	bind   = "ip address replace 147.75.40.2/32 dev lo"
	reload = "systemctl reload-or-restart bird"
)

// TestMishap shows that what could not be done is done by the next run, and
// that no password is left lying about.
func TestMishap(t *testing.T) {
	cases := map[string]struct {
		reason  string
		program string
		// goesOn says that the rest is done all the same. files are there after
		// the failure; then is what the next run calls, and later any other.
		goesOn      bool
		files       []string
		then, later []string
	}{
		"chown": {
			reason: "a file that BIRD cannot read replaces nothing", program: "chown",
			then: []string{"chown", bind, reload}, later: []string{bind},
		},
		"bird": {
			reason: "a configuration that BIRD refuses replaces nothing", program: "bird",
			then: []string{"chown", bind, reload}, later: []string{bind},
		},
		"systemctl": {
			reason: "BIRD is told of a configuration until it has it", program: "systemctl",
			files: []string{"bird.conf"}, then: []string{bind, reload}, later: []string{bind},
		},
		"ip": {
			reason: "an address that cannot be bound keeps no session from coming up", program: "ip", goesOn: true,
			files: []string{"bird.conf"}, then: []string{bind}, later: []string{bind},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, "sv15", "Ex4mplePassword", []string{"ipv4"}, []any{"147.75.40.2/32"})
			works := m.fails(t, tc.program)
			if out, err := m.configure(); (err == nil) != tc.goesOn {
				t.Errorf("%s\nwant the script to go on: %t, got: %v\n%s", tc.reason, tc.goesOn, err, out)
			}
			if diff := cmp.Diff(tc.files, m.files(t)); diff != "" {
				t.Errorf("%s\nfiles after the failure: -want, +got:\n%s", tc.reason, diff)
			}
			m.ran()
			works()
			for _, want := range [][]string{tc.then, tc.later} {
				if out, err := m.configure(); err != nil {
					t.Fatalf("%s\nthe script failed again: %v\n%s", tc.reason, err, out)
				}
				if diff := cmp.Diff(want, m.ran()); diff != "" {
					t.Errorf("%s\nprograms that it called: -want, +got:\n%s", tc.reason, diff)
				}
			}
			if diff := cmp.Diff([]string{"bird.conf"}, m.files(t)); diff != "" {
				t.Errorf("%s\nfiles: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLeftOver shows that what a loss of power left is replaced and not
// followed: the folder belongs to BIRD, the script runs as root.
func TestLeftOver(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, nil)
	other := filepath.Join(t.TempDir(), "other")
	write(t, other, "precious")
	if err := os.Symlink(other, m.file+".new"); err != nil {
		t.Fatal(err)
	}
	if out, err := m.configure(); err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	if diff := cmp.Diff([]string{"bird.conf"}, m.files(t)); diff != "" {
		t.Errorf("files: -want, +got:\n%s", diff)
	}
	text, err := os.ReadFile(other)
	if err != nil || string(text) != "precious" {
		t.Errorf("want another's file to be left alone, got %q, %v", text, err)
	}
}

// TestWithdraw shows that a server no longer answers at what it no longer
// announces.
func TestWithdraw(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4", "ipv6"}, []any{"147.75.40.2/32", "2604:1380:4111::/64"})
	for _, step := range []struct {
		reason   string
		announce []any
		want     []string
	}{
		{
			reason:   "both are bound before they are announced",
			announce: []any{"147.75.40.2/32", "2604:1380:4111::/64"},
			want:     []string{"chown", bind, "ip address replace 2604:1380:4111::/128 dev lo", reload},
		},
		{
			reason:   "what is withdrawn is released once it is no longer announced",
			announce: []any{"147.75.40.2/32"},
			want:     []string{"chown", bind, reload, "ip address del 2604:1380:4111::/128 dev lo"},
		},
		{
			reason:   "it is released once",
			announce: []any{"147.75.40.2/32"},
			want:     []string{bind},
		},
		{
			reason: "the last one, too, can be withdrawn",
			want:   []string{"chown", reload, "ip address del 147.75.40.2/32 dev lo"},
		},
		{
			reason: "then nothing is left to do",
		},
	} {
		m.announce(t, step.announce...)
		if out, err := m.configure(); err != nil {
			t.Fatalf("%s\nthe script failed: %v\n%s", step.reason, err, out)
		}
		if diff := cmp.Diff(step.want, m.ran()); diff != "" {
			t.Errorf("%s\nprograms that it called: -want, +got:\n%s", step.reason, diff)
		}
	}
}

// TestWithdrawLater shows that an address is released although BIRD could not
// be told at once.
func TestWithdrawLater(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, []any{"147.75.40.2/32"})
	if out, err := m.configure(); err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	m.announce(t)
	works := m.fails(t, "systemctl")
	if _, err := m.configure(); err == nil {
		t.Error("want the script to fail where BIRD cannot be told")
	}
	works()
	m.ran()
	if out, err := m.configure(); err != nil {
		t.Fatalf("the script failed again: %v\n%s", err, out)
	}
	if diff := cmp.Diff([]string{reload, "ip address del 147.75.40.2/32 dev lo"}, m.ran()); diff != "" {
		t.Errorf("programs that it called: -want, +got:\n%s", diff)
	}
}

// TestMistake shows that a mistake in what to announce is logged and leaves the
// rest as it is.
func TestMistake(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, []any{"147.75.40.3/31", "0.0.0.0/0", "all", 5, nil, "147.75.40.2/32", "147.75.40.2/32"})
	out, err := m.configure()
	if err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	for _, want := range []string{
		"not announced: '147.75.40.3/31': 147.75.40.3/31 has host bits set", "not announced: '0.0.0.0/0': it is a default route",
		"not announced: 'all':", "not announced: 5:", "not announced: None:",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want the log to say %q, got:\n%s", want, out)
		}
	}
	if want := "protocol static announced4 { ipv4; route 147.75.40.2/32 blackhole; }\n"; !strings.Contains(m.config(), want) {
		t.Errorf("want what is right to be announced once, got:\n%s", m.config())
	}

	err = m.sim.UpdateDevice(m.device.ID, func(d *packetsim.Device) { d.CustomData = map[string]any{"announce": "147.75.40.2"} })
	if err != nil {
		t.Fatal(err)
	}
	if out, err := m.configure(); err != nil || strings.Contains(out, "not announced") {
		t.Errorf("want a prefix that is not in a list to be taken for one, got %v and:\n%s", err, out)
	}
}
