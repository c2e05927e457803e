// SPDX-License-Identifier: Apache-2.0

package main

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
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

var errBoom = errors.New("boom")

// object returns an object of v1 of a group, the core group if that is empty.
func object(group, kind, namespace, name string, spec map[string]any) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	obj.SetAPIVersion(strings.TrimPrefix(group+"/v1", "/"))
	obj.SetKind(kind)
	obj.SetNamespace(namespace)
	obj.SetName(name)
	return obj
}

func TestTell(t *testing.T) {
	var done []string
	does := func(name string, err error) step {
		return step{name: name, do: func(context.Context) error {
			done = append(done, name)
			return err
		}}
	}
	cases := map[string]struct {
		reason   string
		steps    []step
		want     error
		wantDone []string
	}{
		"All":   {reason: "Steps are done in their order.", steps: []step{does("a", nil), does("b", nil)}, wantDone: []string{"a", "b"}},
		"Fails": {reason: "The first that fails is the last.", steps: []step{does("a", errBoom), does("b", nil)}, want: errBoom, wantDone: []string{"a"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			done = nil
			var out bytes.Buffer
			err := (&demo{out: &out, began: time.Now()}).tell(t.Context(), tc.steps...)
			if !errors.Is(err, tc.want) {
				t.Errorf("\n%s\ntell: want error %v, got: %v", tc.reason, tc.want, err)
			}
			if diff := cmp.Diff(tc.wantDone, done); diff != "" {
				t.Errorf("\n%s\ntell: steps done: -want, +got:\n%s", tc.reason, diff)
			}
			for _, name := range tc.wantDone {
				if !strings.Contains(out.String(), "] "+name+"\n") {
					t.Errorf("\n%s\ntell: step %q is not announced in:\n%s", tc.reason, name, out.String())
				}
			}
		})
	}
}

func TestReadManifests(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.yaml":     "# Two objects.\nkind: B1\n---\n# Nothing but a comment.\n---\nkind: B2\n",
		"a.yaml":     "kind: A\n",
		"notes.md":   "kind: Text\n",
		"sub/c.yaml": "kind: C\n",
		"other.json": `{"kind": "JSON"}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	objs, err := readManifests(dir, filepath.Join(dir, "other.json"))
	if err != nil {
		t.Fatalf("readManifests: %v", err)
	}
	var got []string
	for _, obj := range objs {
		got = append(got, obj.GetKind())
	}
	if diff := cmp.Diff([]string{"A", "B1", "B2", "C", "JSON"}, got); diff != "" {
		t.Errorf("kinds read, of folders only from .yaml files: -want, +got:\n%s", diff)
	}
	if _, err := readManifests(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that does not exist: want that error, got: %v", err)
	}
}

func TestRank(t *testing.T) {
	order := []*unstructured.Unstructured{
		object("", "Namespace", "", "n", nil),
		object("", "Secret", "n", "s", nil),
		object("packet.crossplane.io", "ProviderConfig", "", "default", map[string]any{}),
		object("packet.crossplane.io", "BgpSession", "", "s", map[string]any{"forProvider": map[string]any{}}),
	}
	for i := range order[1:] {
		if rank(order[i]) >= rank(order[i+1]) {
			t.Errorf("want %s before %s", describe(order[i]), describe(order[i+1]))
		}
	}
}

func TestRedirect(t *testing.T) {
	d := &demo{endpoint: "http://127.0.0.1:1/metal/v1/"}
	cases := map[string]struct {
		reason string
		kind   string
		want   any
	}{
		"ProviderConfig":        {reason: "A configuration points to packetsim.", kind: "ProviderConfig", want: d.endpoint},
		"ClusterProviderConfig": {reason: "So does one for the whole cluster.", kind: "ClusterProviderConfig", want: d.endpoint},
		"Other":                 {reason: "Anything else is left alone.", kind: "BgpSession", want: "http://example"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			obj := object("packet.crossplane.io", tc.kind, "", "x", map[string]any{"baseUrl": "http://example"})
			if err := d.redirect(obj); err != nil {
				t.Fatalf("\n%s\nredirect: %v", tc.reason, err)
			}
			if diff := cmp.Diff(map[string]any{"baseUrl": tc.want}, obj.Object["spec"]); diff != "" {
				t.Errorf("\n%s\nredirect: spec: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCondition(t *testing.T) {
	obj := object("packet.crossplane.io", "BgpSession", "", "x", nil)
	obj.Object["status"] = map[string]any{"conditions": []any{
		map[string]any{"type": "Ready", "status": "True", "reason": "Available"},
		map[string]any{"type": "Synced", "status": "False", "reason": "ReconcileError", "message": "boom"},
	}}
	cases := map[string]struct{ reason, condition, wantStatus, wantWhy string }{
		"Reason":  {reason: "Without a message the reason is all there is.", condition: "Ready", wantStatus: "True", wantWhy: "Available"},
		"Message": {reason: "The message follows the reason.", condition: "Synced", wantStatus: "False", wantWhy: "ReconcileError: boom"},
		"Missing": {reason: "What is not there is unknown.", condition: "Established", wantStatus: "Unknown", wantWhy: "there is no such condition yet"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			status, why := condition(obj, tc.condition)
			if diff := cmp.Diff([]string{tc.wantStatus, tc.wantWhy}, []string{status, why}); diff != "" {
				t.Errorf("\n%s\ncondition: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCheckRequests(t *testing.T) {
	const id = "00000000-0000-4000-8000-00000000abcd"
	line := func(method string) string {
		return `{"method":"` + method + `","path":"/bgp/sessions/` + id + `"}` + "\n"
	}
	cases := map[string]struct {
		reason  string
		log     string
		wantErr string
	}{
		"Expected": {reason: "One PUT is what an update takes; reads do not count.", log: line("GET") + line("PUT") + line("GET")},
		"Other":    {reason: "Requests about other objects do not count.", log: line("PUT") + `{"method":"DELETE","path":"/bgp/sessions/other"}` + "\n"},
		"None":     {reason: "Without a PUT nothing was updated.", log: line("GET"), wantErr: `-`},
		"Twice":    {reason: "Two are one too many.", log: line("PUT") + line("PUT"), wantErr: "PUT"},
		"Replaced": {reason: "A session that is deleted was not updated in place.", log: line("PUT") + line("DELETE"), wantErr: "DELETE"},
		"Broken":   {reason: "A log that cannot be read proves nothing.", log: "boom\n", wantErr: "cannot read packetsim's request log"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			obj := object("packet.crossplane.io", "BgpSession", "", "x", map[string]any{"forProvider": map[string]any{}})
			obj.Object["status"] = map[string]any{"atProvider": map[string]any{"id": id}}
			d := &demo{out: &bytes.Buffer{}, dir: t.TempDir(), managed: []*unstructured.Unstructured{obj}}
			if err := os.WriteFile(d.requestLog(), []byte(tc.log), 0o600); err != nil {
				t.Fatal(err)
			}
			err := d.checkUpdates(t.Context())
			if (err == nil) != (tc.wantErr == "") || err != nil && !strings.Contains(err.Error(), tc.wantErr) {
				t.Errorf("\n%s\ncheckUpdates: want error with %q, got: %v", tc.reason, tc.wantErr, err)
			}
		})
	}
}

func TestArgument(t *testing.T) {
	cases := map[string]struct {
		reason string
		obj    *unstructured.Unstructured
		want   string
	}{
		"Cluster": {
			reason: "The group tells the scopes apart.",
			obj:    object("packet.crossplane.io", "BgpSession", "", "a", nil), want: "bgpsession.packet.crossplane.io/a",
		},
		"Namespaced": {
			reason: "A namespaced object needs its namespace.",
			obj:    object("packet.m.crossplane.io", "BgpSession", "team", "a", nil), want: "bgpsession.packet.m.crossplane.io/a -n team",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, argument(tc.obj)); diff != "" {
				t.Errorf("\n%s\nargument: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
