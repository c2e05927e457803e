// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

// BenchmarkLook asks what the page asks every second, and what
// Prometheus asks, of a server with 20,000 sessions in one project.
func BenchmarkLook(b *testing.B) {
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
	for range 10_000 {
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
	h := admin.Handler(s)
	for name, path := range map[string]string{"Page": "/api/state?projects=50&devices=100", "All": "/api/state", "Metrics": "/metrics"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("want 200, got %d", w.Code)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
