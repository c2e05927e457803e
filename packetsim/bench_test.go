// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// BenchmarkList100kSessions lists 100,000 sessions of one project in one answer.
func BenchmarkList100kSessions(b *testing.B) {
	s, err := packetsim.New(packetsim.Config{})
	if err != nil {
		b.Fatal(err)
	}
	p, err := s.InsertProject(packetsim.Project{Name: "large"})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.SetBGPConfig(packetsim.BGPConfig{ProjectID: p.ID}); err != nil {
		b.Fatal(err)
	}
	for range 50_000 {
		d, err := s.InsertDevice(packetsim.Device{ProjectID: p.ID})
		if err != nil {
			b.Fatal(err)
		}
		for _, family := range []string{"ipv4", "ipv6"} {
			if _, err := s.InsertSession(packetsim.BGPSession{DeviceID: d.ID, AddressFamily: family}); err != nil {
				b.Fatal(err)
			}
		}
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, packetsim.DefaultPrefix+"/projects/"+p.ID+"/bgp/sessions", nil)
	r.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("want 200, got %d", w.Code)
		}
		b.SetBytes(int64(w.Body.Len()))
	}
}
