// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestRateLimit(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, RateLimit: packetsim.RateLimit{Requests: 6, Per: time.Minute, Burst: 2}})
	w.AddToken(packetsim.Token{Token: "other"})
	limits := func(r reply) []string {
		return []string{r.header.Get("X-RateLimit-Limit"), r.header.Get("X-RateLimit-Remaining"), r.header.Get("X-RateLimit-Reset"), r.header.Get("Retry-After")}
	}
	// epoch is 1714550400; one request comes back every ten seconds.
	steps := []struct {
		reason string
		wait   time.Duration
		token  string
		path   string
		status int
		want   []string
	}{
		{"a full bucket", 0, w.Token, "/user", 200, []string{"2", "1", "1714550410", ""}},
		{"the last request", 0, w.Token, "/user", 200, []string{"2", "0", "1714550420", ""}},
		{"an empty bucket", 0, w.Token, "/user", 429, []string{"2", "0", "1714550420", "10"}},
		{"an error has the headers too", 0, "other", "/nope", 404, []string{"2", "1", "1714550410", ""}},
		{"another token has its own", 0, "other", "/user", 200, []string{"2", "0", "1714550420", ""}},
		{"a request without a token", 0, "", "/user", 401, []string{"2", "1", "1714550410", ""}},
		{"one with an unknown token", 0, "nope", "/user", 401, []string{"2", "0", "1714550420", ""}},
		{"they share a bucket", 0, "nope2", "/user", 429, []string{"2", "0", "1714550420", "10"}},
		{"too early", 9500 * time.Millisecond, w.Token, "/user", 429, []string{"2", "0", "1714550420", "1"}},
		{"in time", 500 * time.Millisecond, w.Token, "/user", 200, []string{"2", "0", "1714550430", ""}},
		{"after a long pause the bucket is full, and not more", time.Hour, w.Token, "/user", 200, []string{"2", "1", "1714554020", ""}},
	}
	for _, s := range steps {
		c.Step(s.wait)
		r, err := try(t, w.Sim, s.token, http.MethodGet, s.path, "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.want, limits(r)); r.status != s.status || diff != "" {
			t.Errorf("%s: want %d, got %d; limit, remaining, reset, retry-after -want, +got:\n%s", s.reason, s.status, r.status, diff)
		}
		if r.status == http.StatusTooManyRequests && r.body != `{"errors":["Too many requests"]}` {
			t.Errorf("%s: want a JSON error, got %s", s.reason, r.body)
		}
	}
}

func TestRateLimitAndFaults(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, RateLimit: packetsim.RateLimit{Requests: 1, Per: time.Minute}})
	f := w.Fault(packetsim.BadGateway("", "", 0))
	path := "/devices/" + w.device.ID + "/bgp/sessions"
	if r := do(t, w.Sim, http.MethodPost, path, `{}`); r.status != http.StatusBadGateway || r.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("a fault: want 502 and the headers, got %d %v", r.status, r.header)
	}
	if r := do(t, w.Sim, http.MethodPost, path, `{"address_family":"ipv4"}`); r.status != http.StatusTooManyRequests {
		t.Errorf("an empty bucket: want 429, got %d", r.status)
	}
	if f.Hits() != 1 || len(w.Sessions()) != 0 {
		t.Errorf("a request beyond the limit: want it to meet no fault and to make no session, got %d hits and %d sessions", f.Hits(), len(w.Sessions()))
	}
}

func TestRateLimitOff(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	if r := do(t, w.Sim, http.MethodGet, "/user", ""); r.header.Get("X-RateLimit-Limit") != "" {
		t.Errorf("no limit: want no headers, got %v", r.header)
	}
}

func TestBadRateLimit(t *testing.T) {
	cases := map[string]struct {
		reason string
		limit  packetsim.RateLimit
		want   string
	}{
		"NoRequests": {"A limit of nothing would answer nothing.", packetsim.RateLimit{Per: time.Minute}, "requests is 0"},
		"NoTime":     {"A number alone is no rate.", packetsim.RateLimit{Requests: 1}, "per is 0s"},
		"Backwards":  {"Time goes forward.", packetsim.RateLimit{Requests: 1, Per: -time.Second}, "per is -1s"},
		"Burst":      {"A bucket holds something.", packetsim.RateLimit{Requests: 1, Per: time.Second, Burst: -1}, "burst is negative"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := packetsim.New(packetsim.Config{RateLimit: tc.limit}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: want %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}
