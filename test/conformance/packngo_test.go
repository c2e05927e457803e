// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// An outcome is what became of one acceptance test.
type outcome struct {
	name   string
	result string // passed, failed or excluded
	reason string
	took   time.Duration
}

// TestConformance runs every acceptance test of packngo that is not excluded,
// each in a process and against a server of its own: the tests delete each
// other's projects, and most of their time is spent asleep.
func TestConformance(t *testing.T) {
	suite, dir := buildSuite(t)
	names := listTests(t, suite, dir)
	for _, listed := range slices.Concat(slices.Collect(maps.Keys(excluded)), slices.Collect(maps.Keys(slow)), slices.Collect(maps.Keys(bareHrefs))) {
		if !slices.Contains(names, listed) {
			t.Errorf("packngo has no test %s; take it out of excluded_test.go", listed)
		}
	}

	contract := newContract(t)
	results := make([]outcome, len(names))
	slots := make(chan struct{}, 16)
	var wg sync.WaitGroup
	running := &progress{running: map[string]bool{}}
	for i, name := range names {
		if reason, out := excluded[name]; out {
			results[i] = outcome{name: name, result: "excluded", reason: reason}
			continue
		}
		wg.Go(func() {
			if !slow[name] {
				slots <- struct{}{}
				defer func() { <-slots }()
			}
			running.start(name)
			defer running.end(name)
			results[i] = runTest(t, contract, suite, dir, name)
		})
	}
	running.wait(t, &wg)

	count := map[string]int{}
	for _, r := range results {
		count[r.result]++
		t.Logf("%-8s %-45s %6.1fs  %s", r.result, r.name, r.took.Seconds(), r.reason)
		if r.result == "failed" {
			t.Errorf("%s failed:\n%s", r.name, r.reason)
		}
	}
	t.Logf("packngo acceptance tests: %d passed, %d failed, %d excluded", count["passed"], count["failed"], count["excluded"])
	tour(t, contract)
	contract.report(t)
}

// buildSuite builds packngo's test binary and returns its name, and the folder
// it is to run in. packngo is copied, because its tests need its own go.sum.
func buildSuite(t *testing.T) (suite, dir string) {
	t.Helper()
	src := strings.TrimSpace(command(t, "", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/packethost/packngo"))
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(src)); err != nil {
		t.Fatalf("cannot copy packngo: %v", err)
	}
	suite = filepath.Join(dir, "packngo.test")
	command(t, dir, "go", "test", "-mod=mod", "-c", "-o", suite, ".")
	return suite, dir
}

func listTests(t *testing.T, suite, dir string) []string {
	t.Helper()
	return strings.Fields(command(t, dir, suite, "-test.list", "^TestAcc"))
}

// command runs a program and returns its output.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func runTest(t *testing.T, contract *contract, suite, dir, name string) outcome {
	t.Helper()
	srv, err := packetsim.New(packetsim.Config{BareHrefs: bareHrefs[name]})
	if err != nil {
		t.Errorf("cannot make server: %v", err)
		return outcome{name: name, result: "failed"}
	}
	url := contract.serve(t, srv)
	cmd := exec.CommandContext(t.Context(), suite, "-test.v", "-test.run", "^"+name+"$", "-test.timeout", "8m")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PACKNGO_TEST_ACTUAL_API=1", "PACKET_AUTH_TOKEN="+packetsim.DefaultToken, "PACKET_API_URL="+url)
	started := time.Now()
	out, err := cmd.CombinedOutput()
	o := outcome{name: name, result: "passed", took: time.Since(started)}
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+name)) {
		o.result, o.reason = "failed", fmt.Sprintf("%v\n%s", err, out)
	}
	return o
}
