// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestDamagedData opens folders that cannot be used.
func TestDamagedData(t *testing.T) {
	// edit changes the bytes of the file.
	edit := func(f func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, file string) {
			t.Helper()
			b, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, f(b), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	// change changes what bbolt keeps in it.
	change := func(f func(*bbolt.Tx) error) func(*testing.T, string) {
		return func(t *testing.T, file string) {
			t.Helper()
			db, err := bbolt.Open(file, 0o600, nil)
			if err == nil {
				err = errors.Join(db.Update(f), db.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	page := os.Getpagesize()
	cases := map[string]struct {
		reason string
		damage func(*testing.T, string)
		want   string
	}{
		"NoDatabase": {"A file of something else.", edit(func([]byte) []byte { return []byte(strings.Repeat("hello ", 2000)) }), "is damaged, or not packetsim's"},
		"Zeros":      {"A file that a crashed file system left empty.", edit(func(b []byte) []byte { return make([]byte, len(b)) }), "is damaged, or not packetsim's"},
		"CutOff":     {"A file that lost its end.", edit(func(b []byte) []byte { return b[:2*page] }), "is damaged, or not packetsim's"},
		"Garbage": {"A file with other data behind its first two pages.", edit(func(b []byte) []byte {
			for i := 2 * page; i < len(b); i++ {
				b[i] = 0xA5
			}
			return b
		}), "is damaged, or not packetsim's"},
		"Row": {"A record that cannot be read.", change(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("projects")).Put([]byte("x"), []byte("{"))
		}), "cannot decode projects x"},
		"Version": {"A file of the future.", change(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte(versionBucket)).Put([]byte(versionKey), []byte("99"))
		}), `has version "99" and this packetsim knows "1"; use the packetsim that wrote it`},
		"NoVersion": {"A bbolt file of another program.", change(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(versionBucket)) }), "and no version"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := New(Config{Data: dir, Seed: DemoSeed()})
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			file := filepath.Join(dir, "packetsim.db")
			tc.damage(t, file)

			if s, err = New(Config{Data: dir}); err == nil {
				s.Close()
				t.Fatalf("%s: want an error", tc.reason)
			}
			for _, want := range []string{tc.want, file, "move it away to begin anew"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: want %q in the error, got %v", tc.reason, want, err)
				}
			}
		})
	}
}

func TestDataInUse(t *testing.T) {
	dir := t.TempDir()
	s, err := New(Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := New(Config{Data: dir}); err == nil || !strings.Contains(err.Error(), "another process has it open; stop that one, or choose another folder") {
		t.Errorf("a folder in use: want an error that says so, got %v", err)
	}
	file := filepath.Join(dir, "packetsim.db")
	if _, err := New(Config{Data: file}); err == nil || !strings.Contains(err.Error(), "cannot make data folder") {
		t.Errorf("a file for a folder: want an error that says so, got %v", err)
	}
}

// TestTornWrite damages the page that a crash in the midst of the last write
// would have damaged: the state before that write comes back.
func TestTornWrite(t *testing.T) {
	dir := t.TempDir()
	s, err := New(Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"before", "torn"} {
		if _, err := s.InsertProject(Project{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	var last int
	if err := s.disk.db.View(func(tx *bbolt.Tx) error { last = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	s.Close()
	// A commit ends with one of two pages, which name its transaction in turn.
	f, err := os.OpenFile(filepath.Join(dir, "packetsim.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(make([]byte, 32), int64(last%2*os.Getpagesize()+48))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}

	if s, err = New(Config{Data: dir}); err != nil {
		t.Fatalf("a torn write: want the state before it, got %v", err)
	}
	t.Cleanup(s.Close)
	if got := s.Projects(); len(got) != 1 || got[0].Name != "before" {
		t.Errorf("a torn write: want the project of the write before it, got %+v", got)
	}
}

// TestDiskFails lets the disk refuse writes for a while.
func TestDiskFails(t *testing.T) {
	dir := t.TempDir()
	var told []string
	s, err := New(Config{Data: dir, Report: func(err error) { told = append(told, err.Error()) }})
	if err != nil {
		t.Fatal(err)
	}
	post := func(name string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, DefaultPrefix+"/projects", strings.NewReader(`{"name":"`+name+`"}`))
		r.Header.Set("X-Auth-Token", DefaultToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	if w := post("before"); w.Code != http.StatusCreated {
		t.Fatalf("want 201, got %d", w.Code)
	}
	// A database that is open for reading only refuses writes as a full disk does.
	working := s.disk.db
	if err := working.Close(); err != nil {
		t.Fatal(err)
	}
	if s.disk.db, err = bbolt.Open(s.disk.file, 0o600, &bbolt.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"first", "second"} {
		if w := post(name); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "cannot keep state") {
			t.Errorf("a write that cannot be kept: want 500 and the reason, got %d %s", w.Code, w.Body)
		}
	}
	if err := s.Health(); err == nil || !strings.Contains(err.Error(), "cannot keep state") {
		t.Errorf("health while nothing can be kept: want the reason, got %v", err)
	}
	if _, err := s.InsertProject(Project{Name: "third"}); err == nil {
		t.Error("an insert that cannot be kept: want an error")
	}
	if got := s.Projects(); len(got) != 1 || got[0].Name != "before" {
		t.Errorf("while nothing can be kept: want the project that was acknowledged, got %+v", got)
	}
	if len(told) != 1 || !strings.Contains(told[0], s.disk.file) {
		t.Errorf("want one report that names the file, got %q", told)
	}
	if err := s.disk.db.Close(); err != nil {
		t.Fatal(err)
	}
	if s.disk.db, err = bbolt.Open(s.disk.file, 0o600, nil); err != nil {
		t.Fatal(err)
	}
	if w := post("after"); w.Code != http.StatusCreated {
		t.Errorf("the disk is back: want 201, got %d %s", w.Code, w.Body)
	}
	if err := s.Health(); err != nil {
		t.Errorf("health once the disk is back: want none, got %v", err)
	}
	var want, got []string
	for _, p := range s.Projects() {
		want = append(want, p.Name)
	}
	s.Close()
	if s, err = New(Config{Data: dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, p := range s.Projects() {
		got = append(got, p.Name)
	}
	if !slices.Equal(got, want) || !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("want the projects that were acknowledged, before a restart and after it, got %q and %q", want, got)
	}
}
