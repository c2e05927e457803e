// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestLogIsBounded has the log remember large requests.
func TestLogIsBounded(t *testing.T) {
	l := newRequestLog(1000, nil, nil)
	body := strings.Repeat("x", maxBody)
	const sent = 200
	for range sent {
		l.add(Request{Body: body})
	}
	if n := len(l.entries); n*maxBody > maxLogged || n < maxLogged/maxBody/2 || l.held != n*maxBody {
		t.Errorf("after %d bodies of %d bytes: want at most %d bytes held, got %d entries and a count of %d", sent, maxBody, maxLogged, n, l.held)
	}
	for range 3000 {
		l.add(Request{Path: "/user"})
	}
	if n := len(l.entries); n > 1000 || l.held != n*len("/user") {
		t.Errorf("after small requests: want at most 1000 entries, got %d and a count of %d bytes", n, l.held)
	}
}

func TestLogHidesUserData(t *testing.T) {
	var written strings.Builder
	s, err := New(Config{LogTo: &written})
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"userdata=%23s3cret", "a=b&user%64ata=%23s3cret"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, DefaultPrefix+"/userdata/validate?"+query, http.NoBody)
		r.Header.Set("X-Auth-Token", DefaultToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		last := s.Requests()[len(s.Requests())-1]
		if w.Code != http.StatusNoContent || strings.Contains(last.Query+written.String(), "s3cret") {
			t.Errorf("%s: want 204 and no user data in the log, got %d, %q and %s", query, w.Code, last.Query, written.String())
		}
	}
}

// A brokenFile fails to be written as long as it has an error.
type brokenFile struct{ err error }

func (f *brokenFile) Write(b []byte) (int, error) { return len(b), f.err }

func TestLogReportsOnce(t *testing.T) {
	errBoom := errors.New("boom")
	file := &brokenFile{errBoom}
	var told []error
	l := newRequestLog(10, file, func(err error) { told = append(told, err) })
	for _, err := range []error{errBoom, errBoom, nil, errBoom} {
		file.err = err
		l.add(Request{})
	}
	if len(told) != 2 || !errors.Is(told[0], errBoom) {
		t.Errorf("two outages: want two reports of %v, got %v", errBoom, told)
	}
}

// TestLogStyle reads the names of the written log: they are in camel case, as
// are those of faults and seeds.
func TestLogStyle(t *testing.T) {
	var written strings.Builder
	s, err := New(Config{LogTo: &written})
	if err != nil {
		t.Fatal(err)
	}
	send(t, s, http.MethodGet, "/user", "")
	for _, name := range []string{`"tokenId":"`, `"durationNs":`} {
		if !strings.Contains(written.String(), name) {
			t.Errorf("want %s in the log, got %s", name, written.String())
		}
	}
	if strings.Contains(written.String(), "_") {
		t.Errorf("want no names with underscores, got %s", written.String())
	}
}
