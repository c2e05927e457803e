// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

// counts returns the values of a metric by "method route code"; of a histogram
// its number of observations.
func counts(t *testing.T, r prometheus.Gatherer, name string) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			key := strings.Join([]string{labels["method"], labels["route"], labels["code"]}, " ")
			out[key] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

func TestMetrics(t *testing.T) {
	answers := []http.HandlerFunc{
		cut, answering(500, ""), answering(200, sessionBody), // GET
		answering(422, `{"errors":["no"]}`), // POST
		cut, cutBody, answering(204, ""),    // DELETE
	}
	a := startAPI(t, answers...)
	o := testOptions()
	reg := prometheus.NewPedanticRegistry()
	o.Registerer = reg
	c := newTestClient(t, a.URL, o)
	if err := get(t.Context(), c); err != nil {
		t.Errorf("GetSession(...): %v", err)
	}
	if err := post(t.Context(), c); !IsInvalid(err) {
		t.Errorf("CreateSession(...): %v", err)
	}
	if err := del(t.Context(), c); err != nil {
		t.Errorf("DeleteSession(...): %v", err)
	}
	if _, err := c.GetSession(t.Context(), "nonsense"); !IsInvalid(err) {
		t.Errorf("GetSession(...): %v", err)
	}

	want := map[string]float64{
		"GET /bgp/sessions/{id} error":        1,
		"GET /bgp/sessions/{id} 500":          1,
		"GET /bgp/sessions/{id} 200":          1,
		"POST /devices/{id}/bgp/sessions 422": 1,
		"DELETE /bgp/sessions/{id} error":     2,
		"DELETE /bgp/sessions/{id} 204":       1,
	}
	for _, name := range []string{"packet_api_requests_total", "packet_api_request_duration_seconds"} {
		if diff := cmp.Diff(want, counts(t, reg, name)); diff != "" {
			t.Errorf("%s: each try should count\n-want, +got:\n%s", name, diff)
		}
	}
}

func TestMetricsCountWhatNetHTTPRepeats(t *testing.T) {
	ok := answering(200, sessionBody)
	answers := []http.HandlerFunc{ok, cut, ok}
	a := startAPI(t, answers...)
	o := testOptions()
	reg := prometheus.NewPedanticRegistry()
	o.Registerer = reg
	c := newTestClient(t, a.URL, o)
	for range 2 {
		if err := get(t.Context(), c); err != nil {
			t.Fatalf("GetSession(...): %v", err)
		}
	}
	got := counts(t, reg, "packet_api_requests_total")
	want := map[string]float64{"GET /bgp/sessions/{id} 200": 2, "GET /bgp/sessions/{id} error": 1}
	if diff := cmp.Diff(want, got); diff != "" || len(a.requests()) != 3 {
		t.Errorf("three requests were sent (%d seen)\n-want, +got:\n%s", len(a.requests()), diff)
	}
}

func TestMetricsAreRegisteredOnce(t *testing.T) {
	o := testOptions()
	reg := prometheus.NewRegistry()
	o.Registerer = reg
	a := startAPI(t, answering(http.StatusOK, sessionBody))
	for range 2 {
		if err := get(t.Context(), newTestClient(t, a.URL, o)); err != nil {
			t.Fatalf("GetSession(...): %v", err)
		}
	}
	want := map[string]float64{"GET /bgp/sessions/{id} 200": 2}
	if diff := cmp.Diff(want, counts(t, reg, "packet_api_requests_total")); diff != "" {
		t.Errorf("two Connections should share the registered metrics\n-want, +got:\n%s", diff)
	}
}
