// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

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

// TestNotAnnounced shows that what would cut a server off, or reach nobody, is
// logged, and neither announced nor bound.
func TestNotAnnounced(t *testing.T) {
	items := map[string]struct{ reason, want string }{
		"2604:1380:4111::/64": {"there is nobody to tell of IPv6", "there is no session of IPv6"},
		"2001:db8::%\"\n/128": {"what follows the sign would reach BIRD as it is", "it names an interface"},
		"127.0.0.1/32":        {"everybody has it", "it has 127.0.0.0/8"},
		"126.0.0.0/7":         {"so it is in part", "it has 127.0.0.0/8"},
		"169.254.0.0/24":      {"it is of one link", "it has 169.254.0.0/16"},
		"239.0.0.0/8":         {"it is no unicast", "it has 224.0.0.0/4"},
		"169.254.255.1/32":    {"it is a router's own", "it has 169.254.0.0/16"},
		"10.112.0.1/32":       {"it is the server's own", "it has 10.112.0.1/32"},
		"10.112.0.0/32":       {"it is the gateway's", "it has 10.112.0.0/32"},
		"10.0.0.0/8":          {"both are in it", "it has 10.112.0.0/32"},
		"147.92.0.1/32":       {"the server is managed by it", "it has 147.92.0.1/32"},
	}
	announce := make([]any, 0, len(items))
	for item := range items {
		announce = append(announce, item)
	}
	m := newMachine(t, "sv15", "", []string{"ipv4"}, announce)
	out, err := m.configure()
	if err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	logged := map[string]bool{}
	for line := range strings.Lines(out) {
		for item, tc := range items {
			quoted := "'" + strings.ReplaceAll(item, "\n", `\n`) + "': "
			if strings.HasPrefix(line, "not announced: "+quoted) {
				logged[item] = strings.Contains(line, tc.want)
			}
		}
	}
	for item, tc := range items {
		if !logged[item] {
			t.Errorf("%s: %s: want the log to say %q, got:\n%s", item, tc.reason, tc.want, out)
		}
	}
	if want := "protocol static announced4 { ipv4;  }\n"; !strings.Contains(m.config(), want) {
		t.Errorf("want none of it to be announced, got:\n%s", m.config())
	}
	if diff := cmp.Diff([]string{"chown", reload}, m.ran()); diff != "" {
		t.Errorf("programs that it called: -want, +got:\n%s", diff)
	}
}

// TestSessionsGone shows that a server without sessions forgets them, their
// password, and what it announced.
func TestSessionsGone(t *testing.T) {
	m := newMachine(t, "sv15", "Ex4mplePassword", []string{"ipv4"}, []any{"147.75.40.2/32"})
	if out, err := m.configure(); err != nil {
		t.Fatalf("the script failed: %v\n%s", err, out)
	}
	m.ran()
	for _, s := range m.sim.Snapshot(packetsim.Scope{}).Projects[0].Devices[0].Sessions {
		m.sim.RemoveSession(s.ID)
	}
	for _, want := range [][]string{{"chown", reload, "ip address del 147.75.40.2/32 dev lo"}, nil} {
		out, err := m.configure()
		if err != nil {
			t.Fatalf("the script failed: %v\n%s", err, out)
		}
		if !strings.Contains(out, "'147.75.40.2/32': there is no session of IPv4") {
			t.Errorf("want the log to say what is no longer announced, got:\n%s", out)
		}
		if diff := cmp.Diff(want, m.ran()); diff != "" {
			t.Errorf("programs that it called: -want, +got:\n%s", diff)
		}
	}
	golden(t, "No session, no password.", "none", m.config())
}
