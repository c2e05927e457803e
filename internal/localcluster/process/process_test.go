// SPDX-License-Identifier: Apache-2.0

package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// childEnv names the part that the test binary plays when it is the child.
const childEnv = "PROCESS_TEST_CHILD"

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" { //nolint:forbidigo // The test binary is its own child.
		os.Exit(child(part))
	}
	os.Exit(m.Run())
}

func child(part string) int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	fmt.Fprintln(os.Stdout, "up")
	switch part {
	case "polite":
		<-stop
		fmt.Fprintln(os.Stdout, "bye")
		return 0
	case "rude":
		<-stop
		return 3
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		fmt.Fprintln(os.Stdout, "deaf")
		select {}
	case "broken":
		fmt.Fprintln(os.Stdout, "boom")
		return 1
	case "reader":
		_, _ = io.Copy(io.Discard, os.Stdin)
		return 0
	}
	return 2
}

func start(t *testing.T, part, waitFor string) *Process {
	t.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:noctx // Ended below.
	cmd.Env = append(os.Environ(), childEnv+"="+part)
	p, err := Start(part, filepath.Join(t.TempDir(), "logs", part+".log"), cmd)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.Done() })
	waitForLine(t, p.Log(), waitFor)
	return p
}

func waitForLine(t *testing.T, path, want string) {
	t.Helper()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("no line %q in the log: %v", want, t.Context().Err())
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatalf("cannot open the log: %v", err)
		}
		found := false
		for s := bufio.NewScanner(f); s.Scan(); {
			found = found || s.Text() == want
		}
		_ = f.Close()
		if found {
			return
		}
	}
}

func TestStop(t *testing.T) {
	cases := map[string]struct {
		reason  string
		part    string
		up      string
		grace   time.Duration
		wantErr string
	}{
		"Polite": {
			reason: "A process that ends with success when asked to is stopped without an error.",
			part:   "polite", up: "up", grace: time.Minute,
		},
		"Default": {
			reason: "A process that does not handle the signal and is ended by it is stopped without an error.",
			part:   "", up: "", grace: time.Minute,
		},
		"Rude": {
			reason: "A process that ends with a failure after it was asked to stop is an error.",
			part:   "rude", up: "up", grace: time.Minute, wantErr: "rude did not stop cleanly: exit status 3",
		},
		"Deaf": {
			reason: "A process that does not listen is killed after the grace period.",
			part:   "deaf", up: "deaf", grace: 10 * time.Millisecond, wantErr: "deaf did not stop within 10ms and was killed",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var p *Process
			if tc.part == "" {
				var err error
				if p, err = Start("sleep", filepath.Join(t.TempDir(), "log"), exec.Command("sleep", "3600")); err != nil { //nolint:noctx // Stopped below.
					t.Fatalf("\n%s\nStart: %v", tc.reason, err)
				}
			} else {
				p = start(t, tc.part, tc.up)
			}
			err := p.Stop(tc.grace)
			if (err == nil) != (tc.wantErr == "") || err != nil && !strings.Contains(err.Error(), tc.wantErr) {
				t.Errorf("\n%s\nStop: want error with %q, got: %v", tc.reason, tc.wantErr, err)
			}
			if err := p.Stop(tc.grace); err != nil {
				t.Errorf("\n%s\nStop of what has ended: want no error, got: %v", tc.reason, err)
			}
		})
	}
}

func TestKill(t *testing.T) {
	p := start(t, "polite", "up")
	if err := p.Kill(); err != nil {
		t.Fatalf("Kill: %v", err)
	}
	if want := "polite is not running: signal: killed"; !strings.HasPrefix(fmt.Sprint(p.Err()), want) {
		t.Errorf("Err of a killed process: want %q, got: %v", want, p.Err())
	}
	if err := p.Kill(); err != nil {
		t.Errorf("Kill of what has ended: want no error, got: %v", err)
	}
}

func TestErrQuotesLog(t *testing.T) {
	running := start(t, "polite", "up")
	if err := running.Err(); err != nil {
		t.Errorf("Err of a running process: want nil, got: %v", err)
	}

	broken := start(t, "broken", "boom")
	<-broken.Done()
	want := fmt.Sprintf("broken is not running: exit status 1; the end of its log (%s):\nup\nboom", broken.Log())
	if diff := cmp.Diff(want, fmt.Sprint(broken.Err())); diff != "" {
		t.Errorf("Err of a process that has failed: -want, +got:\n%s", diff)
	}
}

func TestStandardInputEndsWithUs(t *testing.T) {
	p := start(t, "reader", "up")
	if err := p.stdin.Close(); err != nil {
		t.Fatalf("cannot close the pipe: %v", err)
	}
	<-p.Done()
	if p.err != nil {
		t.Errorf("want the process to end with success, got: %v", p.err)
	}
}

func TestStartFailure(t *testing.T) {
	_, err := Start("nothing", filepath.Join(t.TempDir(), "log"), exec.Command(filepath.Join(t.TempDir(), "nothing"))) //nolint:noctx // It does not start.
	if err == nil || !strings.HasPrefix(err.Error(), "cannot start nothing: ") {
		t.Errorf("want an error that names the program, got: %v", err)
	}
}

func TestTail(t *testing.T) {
	long := strings.Repeat("x", tailBytes) + "\nlast\n"
	cases := map[string]struct {
		reason  string
		content string
		want    string
	}{
		"Few":   {reason: "All lines of a short file are its tail.", content: "a\nb\n", want: "a\nb"},
		"Many":  {reason: "Of a longer file only the last lines are.", content: "a\nb\nc\nd\n", want: "b\nc\nd"},
		"Cut":   {reason: "A line that is not read from its beginning is left out.", content: long, want: "last"},
		"Empty": {reason: "An empty file has an empty tail.", content: "", want: ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := tail(path, 3)
			if err != nil {
				t.Fatalf("\n%s\ntail: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\ntail: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
