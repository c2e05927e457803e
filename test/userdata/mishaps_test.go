// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"os"
	"path/filepath"
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

// TestFileAgain shows that BIRD is told whenever the file was written, even if
// it once had the same: what it has may be another's.
func TestFileAgain(t *testing.T) {
	once := []string{"chown", reload}
	cases := map[string]struct {
		reason string
		// meanwhile is what happens after the first run.
		meanwhile func(t *testing.T, m *machine)
	}{
		"edited": {
			reason: "somebody edited the file and had BIRD read it",
			meanwhile: func(t *testing.T, m *machine) {
				t.Helper()
				write(t, m.file, "log syslog all;\n")
			},
		},
		"forth and back": {
			reason: "BIRD may have read a change although it did not say so",
			meanwhile: func(t *testing.T, m *machine) {
				t.Helper()
				setPassword(t, m, "An0therPassword")
				works := m.fails(t, "systemctl")
				if _, err := m.configure(); err == nil {
					t.Error("want the script to fail where BIRD cannot be told")
				}
				works()
				setPassword(t, m, "Ex4mplePassword")
			},
		},
		"removed": {
			reason: "somebody removed the file",
			meanwhile: func(t *testing.T, m *machine) {
				t.Helper()
				if err := os.Remove(m.file); err != nil {
					t.Fatal(err)
				}
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, "sv15", "Ex4mplePassword", []string{"ipv4"}, nil)
			if out, err := m.configure(); err != nil {
				t.Fatalf("the script failed: %v\n%s", err, out)
			}
			text := m.config()
			tc.meanwhile(t, m)
			m.ran()
			for _, want := range [][]string{once, nil} {
				if out, err := m.configure(); err != nil {
					t.Fatalf("%s\nthe script failed: %v\n%s", tc.reason, err, out)
				}
				if diff := cmp.Diff(want, m.ran()); diff != "" {
					t.Errorf("%s\nprograms that it called: -want, +got:\n%s", tc.reason, diff)
				}
			}
			if diff := cmp.Diff(text, m.config()); diff != "" {
				t.Errorf("%s\nconfiguration: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNoBIRD shows that an installation that failed is tried again.
func TestNoBIRD(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, nil)
	if err := os.Rename(filepath.Join(m.bin, "bird"), filepath.Join(m.bin, "bird.package")); err != nil {
		t.Fatal(err)
	}
	works := m.fails(t, "apt-get")
	if _, err := m.configure(); err == nil || m.files(t) != nil {
		t.Errorf("want the script to fail without BIRD, and to write nothing, got %v and %v", err, m.files(t))
	}
	works()
	m.ran()
	for _, want := range [][]string{
		{"dpkg --configure -a", "apt-get update noninteractive", "apt-get install -y bird2 noninteractive", "chown", reload}, nil,
	} {
		if out, err := m.configure(); err != nil {
			t.Fatalf("the script failed: %v\n%s", err, out)
		}
		if diff := cmp.Diff(want, m.ran()); diff != "" {
			t.Errorf("programs that it called: -want, +got:\n%s", diff)
		}
	}
}

func setPassword(t *testing.T, m *machine, md5 string) {
	t.Helper()
	if _, err := m.sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: m.project, MD5: md5}); err != nil {
		t.Fatal(err)
	}
}
