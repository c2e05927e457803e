// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestLogIsBounded has the log remember large requests.
func TestLogIsBounded(t *testing.T) {
	l := newRequestLog(1000, nil)
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
