// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMetadataFails shows that a server keeps what it has as long as the
// metadata service does not tell otherwise, and goes on once it does.
func TestMetadataFails(t *testing.T) {
	says := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	const session = `"bgp_neighbors":[{"address_family":4,"multihop":true,"md5_enabled":false,"peer_ips":["169.254.255.1"],` +
		`"peer_as":65530,"customer_as":65000,"customer_ip":"10.112.0.1"}]`
	cases := map[string]struct {
		reason string
		answer http.HandlerFunc
	}{
		"Error":   {"The service fails.", says(http.StatusInternalServerError, `{}`)},
		"Missing": {"The service does not know the device.", says(http.StatusNotFound, `{"error":"Not found"}`)},
		"Cut":     {"The answer is cut off.", says(http.StatusOK, `{"bgp_neighbors":[],"customdata":`)},
		"Empty":   {"There is no answer.", says(http.StatusOK, "")},
		"Refused": {"The connection breaks.", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		"Timeout": {"The service does not answer in time.", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"Network": {"The device has no network yet.", says(http.StatusOK, "{"+session+"}")},
		"Private": {"The device has no private IPv4 address yet.", says(http.StatusOK, "{"+session+`,"network":{"addresses":[`+
			`{"address":"147.92.0.1","gateway":"147.92.0.0","address_family":4,"public":true,"management":true}]}}`)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // One waits for as long as the script does.
			m := newMachine(t, "sv15", "Ex4mplePassword", []string{"ipv4"}, []any{"147.75.40.2/32"})
			for _, then := range [][]string{{"chown", bind, reload}, {bind}} {
				files, text := m.files(t), m.config()
				m.answer.Store(&tc.answer)
				if out, err := m.configure(); err == nil {
					t.Errorf("%s\nwant the script to fail, got:\n%s", tc.reason, out)
				}
				if diff := cmp.Diff(files, m.files(t)); diff != "" || text != m.config() {
					t.Errorf("%s\nwant nothing to be written, got:\n%s%s", tc.reason, diff, m.config())
				}
				if ran := m.ran(); ran != nil {
					t.Errorf("%s\nwant nothing to be called, got %v", tc.reason, ran)
				}
				m.answer.Store(nil)
				if out, err := m.configure(); err != nil {
					t.Fatalf("%s\nwant the script to go on, got %v:\n%s", tc.reason, err, out)
				}
				if diff := cmp.Diff(then, m.ran()); diff != "" {
					t.Errorf("%s\nprograms that it called then: -want, +got:\n%s", tc.reason, diff)
				}
			}
			if left, err := filepath.Glob(filepath.Join(filepath.Dir(m.file), "*.new")); err != nil || left != nil {
				t.Errorf("%s\nwant no file with a password to be left, got %v, %v", tc.reason, left, err)
			}
		})
	}
}

// TestNobodyListens shows the same where nothing listens at all.
func TestNobodyListens(t *testing.T) {
	m := newMachine(t, "sv15", "", []string{"ipv4"}, nil)
	m.close()
	if out, err := m.configure(); err == nil {
		t.Errorf("want the script to fail, got:\n%s", out)
	}
	if _, err := os.Stat(m.file); !os.IsNotExist(err) || m.ran() != nil {
		t.Errorf("want nothing to be done, got: %v", err)
	}
}
