// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRoot(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatalf("Root: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "cluster", "local", "go.mod")); err != nil {
		t.Errorf("want a root with the module cluster/local, got %s: %v", root, err)
	}
	t.Chdir(t.TempDir())
	if _, err := Root(); err == nil || !strings.Contains(err.Error(), "is not within the source") {
		t.Errorf("want an error outside of the source, got: %v", err)
	}
}

func TestCacheKey(t *testing.T) {
	module := t.TempDir()
	key := func() string {
		t.Helper()
		k, err := cacheKey(t.Context(), module)
		if err != nil {
			t.Fatalf("cacheKey: %v", err)
		}
		return k
	}
	write(t, filepath.Join(module, "go.mod"), "module example.org/m\n")
	write(t, filepath.Join(module, "main.go"), "package main\n")
	before := key()

	cases := []struct {
		reason, file, content string
		same                  bool
	}{
		{reason: "A test is not part of a program.", file: "main_test.go", content: "package main\n", same: true},
		{reason: "Neither is a text.", file: "README.md", content: "hello\n", same: true},
		{reason: "A new file is.", file: "cmd/x/x.go", content: "package main\n"},
		{reason: "A dependency is.", file: "go.sum", content: "x\n"},
		{reason: "A change of a file is.", file: "main.go", content: "package main // Changed.\n"},
	}
	for _, tc := range cases {
		write(t, filepath.Join(module, tc.file), tc.content)
		after := key()
		if (before == after) != tc.same {
			t.Errorf("%s Want the same key: %t, got %s after %s", tc.reason, tc.same, after, before)
		}
		before = after
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, time.Minute, nil)
	if err != nil {
		t.Fatalf("lock: %v", err)
	}

	waiting := make(chan struct{})
	report := func(p Progress) {
		if p.Elapsed == 0 {
			close(waiting)
		}
	}
	second := make(chan error, 1)
	go func() {
		unlock, err := lock(t.Context(), path, time.Minute, report)
		if err == nil {
			unlock()
		}
		second <- err
	}()
	<-waiting
	select {
	case err := <-second:
		t.Fatalf("the second got the lock that the first holds, error: %v", err)
	default:
	}
	unlock()
	if err := <-second; err != nil {
		t.Errorf("want the second to get the lock after the first, got: %v", err)
	}
}

func TestLockGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, time.Minute, nil)
	if err != nil {
		t.Fatalf("lock: %v", err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lock(ctx, path, time.Minute, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("want the wait to end with its context, got: %v", err)
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-keepUnused - time.Hour)
	for _, name := range []string{"devcluster-new", "devcluster-old", "kubectl-old"} {
		write(t, filepath.Join(dir, name), "")
		if strings.HasSuffix(name, "old") {
			if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := prune(dir, "devcluster"); err != nil {
		t.Fatalf("prune: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if diff := cmp.Diff([]string{"devcluster-new", "kubectl-old"}, left); diff != "" {
		t.Errorf("only the program's own old builds go: -want, +got:\n%s", diff)
	}
}

func TestStamps(t *testing.T) {
	const kubernetes = " -X k8s.io/component-base/version."
	cases := map[string]struct {
		reason string
		got    string
		want   string
	}{
		"Kubernetes": {
			reason: "Clients read the major and the minor version too.",
			got:    stampKubernetes("v1.35.3"), want: kubernetes + "gitVersion=v1.35.3" + kubernetes + "gitMajor=1" + kubernetes + "gitMinor=35",
		},
		"Crossplane": {
			reason: "Crossplane has one variable, in its runtime.",
			got:    stampCrossplane("v2.4.0"), want: " -X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=v2.4.0",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("\n%s\nlinker flags: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReportTo(t *testing.T) {
	var out bytes.Buffer
	report := ReportTo(&out)
	report(Progress{Step: "building it", Estimate: 5 * time.Minute})
	report(Progress{Step: "building it", Elapsed: 10 * time.Second, Estimate: 5 * time.Minute})
	report(Progress{Step: "building it", Elapsed: 12340 * time.Millisecond, Done: true})
	want := "building it (up to 5m0s)\nbuilding it: 10s of up to 5m0s\nbuilding it: done after 12.3s\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("ReportTo: -want, +got:\n%s", diff)
	}
}

func TestBegin(t *testing.T) {
	var got []Progress
	end := Report(func(p Progress) { got = append(got, p) }).begin("it", time.Minute)
	end()
	want := []Progress{{Step: "it", Estimate: time.Minute}, {Step: "it", Estimate: time.Minute, Done: true}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Progress{}, "Elapsed")); diff != "" {
		t.Errorf("a step is reported at its begin and its end: -want, +got:\n%s", diff)
	}
	Report(nil).begin("it", time.Minute)() // Reports to nobody.
}

func TestReadAudit(t *testing.T) {
	const log = `{"stage":"ResponseComplete","verb":"update","user":{"username":"me"},"objectRef":{"apiGroup":"packet.crossplane.io","resource":"bgpsessions","subresource":"status","name":"a"},"responseStatus":{"code":200}}
{"stage":"ResponseComplete","verb":"update","user":{"username":"other"},"objectRef":{"resource":"secrets"},"responseStatus":{"code":200}}
{"stage":"ResponseStarted","verb":"watch","user":{"username":"me"},"objectRef":{"resource":"secrets"},"responseStatus":{"code":200}}
{"stage":"ResponseComplete","verb":"get","user":{"username":"me"},"responseStatus":{"code":403}}
{"stage":"ResponseCompl`
	got, err := readAudit(strings.NewReader(log), "me")
	if err != nil {
		t.Fatalf("readAudit: %v", err)
	}
	want := []Request{
		{User: "me", Verb: "update", Group: "packet.crossplane.io", Resource: "bgpsessions", Subresource: "status", Name: "a", Code: 200},
		{User: "me", Verb: "get", Code: 403},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a user's answered requests, without the line that is not complete: -want, +got:\n%s", diff)
	}
	if _, err := readAudit(strings.NewReader("boom\n"), "me"); err == nil {
		t.Error("want an error for a log that is none")
	}
}

func TestIsWrite(t *testing.T) {
	cases := map[string]struct {
		reason string
		r      Request
		want   bool
	}{
		"Update":       {reason: "An update changes something.", r: Request{Verb: "update", Resource: "secrets"}, want: true},
		"Collection":   {reason: "So does the deletion of many.", r: Request{Verb: "deletecollection", Resource: "secrets"}, want: true},
		"Watch":        {reason: "A watch does not.", r: Request{Verb: "watch", Resource: "secrets"}},
		"Lease":        {reason: "A lease is renewed however little there is to do.", r: Request{Verb: "update", Group: "coordination.k8s.io", Resource: "leases"}},
		"Event":        {reason: "An event is a message.", r: Request{Verb: "create", Resource: "events"}},
		"NewEvent":     {reason: "Also one of the newer API.", r: Request{Verb: "create", Group: "events.k8s.io", Resource: "events"}},
		"ForeignEvent": {reason: "Another group's kind of that name is an object like any other.", r: Request{Verb: "create", Group: "example.org", Resource: "events"}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.r.isWrite(); got != tc.want {
				t.Errorf("\n%s\nisWrite: want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
