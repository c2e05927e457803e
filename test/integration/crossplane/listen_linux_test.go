// SPDX-License-Identifier: Apache-2.0

package crossplane

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// TestListen shows that nobody on the network can reach the programs: an
// installation serves metrics and probes on all addresses.
func TestListen(t *testing.T) {
	for _, c := range []*localcluster.Companion{core.Core, function} {
		if ports := listening(t, c.PID()); len(ports) > 0 {
			t.Errorf("the program with the log %s listens on %v", c.Log(), ports)
		}
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("cannot listen: %v", err)
	}
	defer l.Close()
	if ports := listening(t, os.Getpid()); len(ports) != 1 {
		t.Errorf("want to see the one port that the test itself listens on, got %v", ports)
	}
}

// listening returns the addresses and ports that a process accepts TCP
// connections on, in the kernel's notation.
func listening(t *testing.T, pid int) []string {
	t.Helper()
	const listen = "0A"
	sockets := openSockets(t, pid)
	var found []string
	for _, name := range []string{"tcp", "tcp6"} {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, name))
		if err != nil {
			t.Fatalf("cannot read the sockets: %v", err)
		}
		for line := range strings.Lines(string(content)) {
			f := strings.Fields(line)
			if f[3] == listen && slices.Contains(sockets, "socket:["+f[9]+"]") {
				found = append(found, f[1])
			}
		}
	}
	return found
}

func openSockets(t *testing.T, pid int) []string {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatalf("cannot read the open files: %v", err)
	}
	var sockets []string
	for _, e := range entries {
		// One that was closed meanwhile does not listen.
		if target, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			sockets = append(sockets, target)
		}
	}
	return sockets
}
