// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// newCompanion returns one that carries out a script of the shell, in a folder
// of its own, and is ready when that has made the file ready.
func newCompanion(t *testing.T, script string) *Companion {
	t.Helper()
	dir := t.TempDir()
	c := &Companion{name: "it", log: filepath.Join(dir, "log"), mark: filepath.Join(dir, "ready"), command: func() *exec.Cmd {
		cmd := exec.Command("sh", "-c", script) //nolint:noctx // The test's own; stopped below.
		cmd.Dir = dir
		return cmd
	}}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return c
}

func TestCompanionStart(t *testing.T) {
	cases := map[string]struct {
		reason  string
		script  string
		wantErr string
	}{
		"Ready": {
			reason: "A program that makes its file has started.",
			script: "touch ready; exec sleep 3600",
		},
		"Ends": {
			reason: "One that ends before has not, and the end of its log says why.",
			script: "echo boom; exit 3", wantErr: "it is not running: exit status 3; the end of its log",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := newCompanion(t, tc.script)
			// As if an earlier run had left it.
			write(t, c.mark, "")
			err := c.Start(t.Context())
			if (err == nil) != (tc.wantErr == "") || err != nil && !strings.Contains(err.Error(), tc.wantErr) {
				t.Fatalf("\n%s\nStart: want error with %q, got: %v", tc.reason, tc.wantErr, err)
			}
			if (c.Err() == nil) != (tc.wantErr == "") {
				t.Errorf("\n%s\nErr: want an error with %q, got: %v", tc.reason, tc.wantErr, c.Err())
			}
		})
	}
}

func TestCompanionStartGivesUp(t *testing.T) {
	c := newCompanion(t, "touch up; exec sleep 3600")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := c.Start(ctx)
	if err == nil || !strings.Contains(err.Error(), "it is not ready: context canceled") {
		t.Errorf("want the wait to end with its context, got: %v", err)
	}
	if c.Err() == nil {
		t.Error("want a program that was not ready to be stopped, it runs")
	}
}

func TestCompanionStartsAgain(t *testing.T) {
	c := newCompanion(t, "echo run >>runs; touch ready; exec sleep 3600")
	if err := c.Stop(); err != nil {
		t.Errorf("Stop of what never ran: want no error, got: %v", err)
	}
	for _, end := range []func() error{c.Kill, c.Stop} {
		if err := c.Start(t.Context()); err != nil {
			t.Fatalf("Start: %v", err)
		}
		if err := c.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "it is running") {
			t.Errorf("Start of what runs: want an error that says so, got: %v", err)
		}
		if err := end(); err != nil {
			t.Fatalf("cannot end it: %v", err)
		}
		if c.Err() == nil {
			t.Error("it still runs")
		}
	}
	runs, err := os.ReadFile(filepath.Join(filepath.Dir(c.Log()), "runs"))
	if err != nil || string(runs) != "run\nrun\n" {
		t.Errorf("want two runs, got %q, error: %v", runs, err)
	}
}
