// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConfigure(t *testing.T) {
	cases := map[string]struct {
		reason   string
		facility string
		md5      string
		families []string
		announce []any
		ran      []string
	}{
		"ipv4": {
			reason:   "Two routers more than one hop away, with a password, and nothing to announce.",
			facility: "sv15", md5: "Ex4mplePassword", families: []string{"ipv4"},
			ran: []string{"chown", "systemctl reload-or-restart bird"},
		},
		"ipv6": {
			reason:   "IPv6 goes by the gateway of the management address, and needs the private IPv4 address for its router id only.",
			facility: "sv15", families: []string{"ipv6"}, announce: []any{"2604:1380:4111::/64"},
			ran: []string{"chown", "ip address replace 2604:1380:4111::/128 dev lo", "systemctl reload-or-restart bird"},
		},
		"dual-stack": {
			reason:   "What is announced goes to the routers of its family.",
			facility: "sv15", md5: "Ex4mplePassword", families: []string{"ipv6", "ipv4"}, announce: []any{"147.75.40.2/31", "2604:1380:4111::/64"},
			ran: []string{"chown", "ip address replace 147.75.40.2/32 dev lo", "ip address replace 2604:1380:4111::/128 dev lo", "systemctl reload-or-restart bird"},
		},
		"legacy": {
			reason:   "In an old site the gateway is the only router, and is reached directly.",
			facility: "sjc1", families: []string{"ipv4"}, announce: []any{"147.75.40.2/32"},
			ran: []string{"chown", "ip address replace 147.75.40.2/32 dev lo", "systemctl reload-or-restart bird"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, tc.facility, tc.md5, tc.families, tc.announce)
			if out, err := m.configure(); err != nil {
				t.Fatalf("%s\nthe script failed: %v\n%s", tc.reason, err, out)
			}
			golden(t, tc.reason, name, m.config())
			if diff := cmp.Diff(tc.ran, m.ran()); diff != "" {
				t.Errorf("%s\nprograms that it called: -want, +got:\n%s", tc.reason, diff)
			}
			info, err := os.Stat(m.file)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("want a file with a password to be its owner's only, got %v", info.Mode())
			}
		})
	}
}

// TestAgain shows that the timer changes nothing where nothing changed, and
// follows what did.
func TestAgain(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, nil)
	for range 2 {
		if out, err := m.configure(); err != nil {
			t.Fatalf("the script failed: %v\n%s", err, out)
		}
	}
	once := []string{"chown", "systemctl reload-or-restart bird"}
	if diff := cmp.Diff(once, m.ran()); diff != "" {
		t.Errorf("programs called by two runs: -want, +got:\n%s", diff)
	}
	if _, err := m.sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: m.project, MD5: "An0therPassword"}); err != nil {
		t.Fatal(err)
	}
	if out, err := m.configure(); err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	if !strings.Contains(m.config(), `password "An0therPassword"`) {
		t.Errorf("want the new password in the configuration, got:\n%s", m.config())
	}
	if diff := cmp.Diff(once, m.ran()); diff != "" {
		t.Errorf("programs called by a third run: -want, +got:\n%s", diff)
	}
}

// TestNoSession shows that a device that boots before its session exists keeps
// BIRD as it is, and says why. That is no failure.
func TestNoSession(t *testing.T) {
	m := newMachine(t, "sv15", "", nil, nil)
	out, err := m.configure()
	if err != nil || !strings.Contains(out, "there is no BGP session yet") {
		t.Errorf("want a word about what is missing, got %v and:\n%s", err, out)
	}
	if _, err := os.Stat(m.file); !os.IsNotExist(err) {
		t.Errorf("want no configuration, got: %v", err)
	}
	const other = "# Somebody else's.\n"
	write(t, m.file, other)
	if out, err := m.configure(); err != nil || m.config() != other {
		t.Errorf("want the configuration of somebody else to be left alone, got %v and %q:\n%s", err, m.config(), out)
	}
	if ran := m.ran(); ran != nil {
		t.Errorf("want nothing to be called, got %v", ran)
	}
}

// golden compares a configuration with a file, or writes the file.
func golden(t *testing.T, reason, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".conf")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s\n%s: -want, +got:\n%s", reason, file, diff)
	}
}
