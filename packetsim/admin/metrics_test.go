// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestMetrics(t *testing.T) {
	b := newBench(t, packetsim.Config{
		Clock:     clocktesting.NewFakeClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
		RateLimit: packetsim.RateLimit{Requests: 5, Per: time.Hour},
	})
	for _, f := range []packetsim.Fault{
		{Name: "limited", Route: "/organizations", Times: 1, Status: http.StatusTooManyRequests},
		{Route: "/projects", Times: 1, Status: http.StatusBadGateway},
		{Name: "slow", Route: "/ssh-keys", Hang: true},
		{Name: "count", Route: "/devices/{id}"},
		{Name: "again", Route: "/devices/{id}"},
	} {
		b.Fault(f)
	}
	b.call(t, http.MethodGet, "/user", "")
	b.call(t, http.MethodGet, "/devices/{device}", "")
	b.call(t, http.MethodGet, "/organizations", "")
	b.call(t, http.MethodGet, "/projects", "")
	b.call(t, "BREW", "/user", "")
	b.call(t, http.MethodGet, "/user", "")

	r := b.ask(t, http.MethodGet, "/metrics", "")
	for _, want := range []string{
		`packetsim_requests_total{method="GET",route="/user",status="200"} 1`,
		`packetsim_requests_total{method="GET",route="/user",status="429"} 1`,
		`packetsim_requests_total{method="GET",route="/devices/{id}",status="200"} 1`,
		`packetsim_requests_total{method="GET",route="/projects",status="502"} 1`,
		`packetsim_requests_total{method="other",route="none",status="404"} 1`,
		`packetsim_request_duration_seconds_count{method="GET",route="/user"} 2`,
		`packetsim_requests_in_flight 0`,
		`packetsim_faults_fired_total{fault="limited"} 1`,
		`packetsim_faults_fired_total{fault="fault-2"} 1`,
		`packetsim_faults_fired_total{fault="count"} 1`,
		`packetsim_faults_fired_total{fault="again"} 1`,
		`packetsim_faults 5`,
		`packetsim_rate_limited_requests_total{cause="limit"} 1`,
		`packetsim_rate_limited_requests_total{cause="fault"} 1`,
		`packetsim_projects 1`,
		`packetsim_devices{state="active"} 1`,
		`packetsim_bgp_sessions{address_family="ipv4",status="up"} 1`,
		`go_goroutines `,
	} {
		if !strings.Contains(r.body, "\n"+want) {
			t.Errorf("want %s", want)
		}
	}
	if t.Failed() {
		t.Log(r.body)
	}
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
		t.Errorf("want the text format, got %s", got)
	}
}

// TestServersCountForThemselves has two servers in one process.
func TestServersCountForThemselves(t *testing.T) {
	busy, idle := newBench(t, packetsim.Config{}), newBench(t, packetsim.Config{})
	busy.call(t, http.MethodGet, "/user", "")
	if r := idle.ask(t, http.MethodGet, "/metrics", ""); strings.Contains(r.body, "packetsim_requests_total{") {
		t.Errorf("want no request counted for the idle server, got %s", r.body)
	}
}

// TestCutConnectionsAreCounted cuts a connection instead of answering.
func TestCutConnectionsAreCounted(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	b.Fault(packetsim.Fault{Route: "/user", Cut: packetsim.CutSilent})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL+"user", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", b.Token)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Fatalf("want the connection cut, got %d", resp.StatusCode)
	}
	if r := b.ask(t, http.MethodGet, "/metrics", ""); !strings.Contains(r.body, `packetsim_requests_total{method="GET",route="/user",status="cut"}`) {
		t.Errorf("want the cut connection counted, got %s", r.body)
	}
	if got := into[log](t, b.ask(t, http.MethodGet, "/api/requests?status=cut", "")); got.Matching == 0 {
		t.Error("want the cut connection in the log")
	}
}
