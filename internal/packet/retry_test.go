// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func get(ctx context.Context, c *Client) error {
	_, err := c.GetSession(ctx, sessionID)
	return err
}

func post(ctx context.Context, c *Client) error {
	_, err := c.CreateSession(ctx, deviceID, CreateSession{AddressFamily: "ipv4"})
	return err
}

func put(ctx context.Context, c *Client) error {
	_, err := c.UpdateSession(ctx, sessionID, UpdateSession{DefaultRoute: true})
	return err
}

func del(ctx context.Context, c *Client) error { return c.DeleteSession(ctx, sessionID) }

// times repeats a method's name.
func times(n int, method string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = method
	}
	return out
}

func TestRetries(t *testing.T) {
	const oops = `{"errors":["Oh snap, something went wrong!"]}`
	ok := answering(http.StatusOK, sessionBody)
	gone := answering(http.StatusNoContent, "")
	notFound := answering(http.StatusNotFound, `{"errors":["Not found"]}`)

	type want struct {
		methods   []string
		failed    bool
		class     Class
		ambiguous bool
		waits     []time.Duration
	}
	cases := map[string]struct {
		reason  string
		call    func(context.Context, *Client) error
		answers []http.HandlerFunc
		tries   int
		want    want
	}{
		"GETUntilItSucceeds": {
			reason:  "A GET should be repeated after a cut connection, a 500 and a cut body, waiting twice as long each time.",
			call:    get,
			answers: []http.HandlerFunc{cut, answering(500, oops), cutBody, ok},
			want:    want{methods: times(4, "GET"), waits: []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}},
		},
		"GETGivesUp": {
			reason:  "A GET should not be repeated more often than the options say.",
			call:    get,
			answers: []http.HandlerFunc{answering(503, oops)},
			tries:   3,
			want:    want{methods: times(3, "GET"), failed: true, class: ClassUnavailable, waits: []time.Duration{500 * time.Millisecond, time.Second}},
		},
		"GETOnce": {
			reason:  "Tries of 1 should turn retries off.",
			call:    get,
			answers: []http.HandlerFunc{answering(502, ""), ok},
			tries:   1,
			want:    want{methods: times(1, "GET"), failed: true, class: ClassUnavailable},
		},
		"GETNotRepeatedAfterRefusal": {
			reason:  "A definite refusal should not be repeated.",
			call:    get,
			answers: []http.HandlerFunc{notFound, ok},
			want:    want{methods: times(1, "GET"), failed: true, class: ClassNotFound},
		},
		"GETNotRepeatedAfter501": {
			reason:  "What the server does not implement should not be repeated.",
			call:    get,
			answers: []http.HandlerFunc{answering(501, oops), ok},
			want:    want{methods: times(1, "GET"), failed: true, class: ClassUnavailable},
		},
		"PUTIsRepeated": {
			reason:  "A PUT is idempotent and should be repeated with its body.",
			call:    put,
			answers: []http.HandlerFunc{answering(502, ""), cut, ok},
			want:    want{methods: times(3, "PUT"), waits: []time.Duration{500 * time.Millisecond, time.Second}},
		},
		"PUTStaysAmbiguous": {
			reason:  "A refusal after a try that may have happened should stay ambiguous.",
			call:    put,
			answers: []http.HandlerFunc{answering(500, oops), answering(422, `{"errors":["no"]}`)},
			want:    want{methods: times(2, "PUT"), failed: true, class: ClassInvalid, ambiguous: true, waits: []time.Duration{500 * time.Millisecond}},
		},
		"PUTWithoutBody": {
			reason:  "A PUT answered without a body should be followed by a GET.",
			call:    put,
			answers: []http.HandlerFunc{answering(200, ""), ok},
			want:    want{methods: []string{"PUT", "GET"}},
		},
		"DELETEIsRepeated": {
			reason:  "A DELETE should be repeated.",
			call:    del,
			answers: []http.HandlerFunc{answering(500, oops), gone},
			want:    want{methods: times(2, "DELETE"), waits: []time.Duration{500 * time.Millisecond}},
		},
		"DELETEStoredThenCut": {
			reason:  "A 404 after a try that was cut means that the first try deleted: success.",
			call:    del,
			answers: []http.HandlerFunc{cut, notFound},
			want:    want{methods: times(2, "DELETE"), waits: []time.Duration{500 * time.Millisecond}},
		},
		"DELETEStoredThen500": {
			reason:  "A 404 after a try that was answered with 500 is success as well.",
			call:    del,
			answers: []http.HandlerFunc{answering(500, oops), notFound},
			want:    want{methods: times(2, "DELETE"), waits: []time.Duration{500 * time.Millisecond}},
		},
		"DELETENotFound": {
			reason:  "A 404 at the first try is the caller's to judge.",
			call:    del,
			answers: []http.HandlerFunc{notFound},
			want:    want{methods: times(1, "DELETE"), failed: true, class: ClassNotFound},
		},
		"DELETERefusedThenNotFound": {
			reason:  "After a 429 the object was not deleted by us: 404 is not our success.",
			call:    del,
			answers: []http.HandlerFunc{answering(429, `{"error":"slow down"}`), notFound},
			want:    want{methods: times(2, "DELETE"), failed: true, class: ClassNotFound, waits: []time.Duration{500 * time.Millisecond}},
		},
		"DELETEThenForeignNotFound": {
			reason:  "A proxy's 404 does not prove that the first try deleted.",
			call:    del,
			answers: []http.HandlerFunc{cut, answering(404, "404 page not found", "Content-Type", "text/plain")},
			want:    want{methods: times(2, "DELETE"), failed: true, class: ClassUnavailable, ambiguous: true, waits: []time.Duration{500 * time.Millisecond}},
		},
		"POSTNotRepeatedAfter500": {
			reason:  "A POST that was answered with 500 may have happened and must not be repeated.",
			call:    post,
			answers: []http.HandlerFunc{answering(500, oops), answering(201, sessionBody)},
			want:    want{methods: times(1, "POST"), failed: true, class: ClassUnavailable, ambiguous: true},
		},
		"POSTNotRepeatedAfterCut": {
			reason:  "A POST that was cut may have happened and must not be repeated.",
			call:    post,
			answers: []http.HandlerFunc{cut, answering(201, sessionBody)},
			want:    want{methods: times(1, "POST"), failed: true, class: ClassUnavailable, ambiguous: true},
		},
		"POSTNotRepeatedAfterCutBody": {
			reason:  "A POST whose answer was cut must not be repeated.",
			call:    post,
			answers: []http.HandlerFunc{cutBody, answering(201, sessionBody)},
			want:    want{methods: times(1, "POST"), failed: true, class: ClassUnavailable, ambiguous: true},
		},
		"POSTNotRepeatedAfter429": {
			reason:  "A POST is not repeated even after a definite refusal; the caller decides.",
			call:    post,
			answers: []http.HandlerFunc{answering(429, `{"error":"slow down"}`, "Retry-After", "1"), answering(201, sessionBody)},
			want:    want{methods: times(1, "POST"), failed: true, class: ClassRateLimited},
		},
		"POSTWithoutBody": {
			reason:  "A created session that is not told may have been made.",
			call:    post,
			answers: []http.HandlerFunc{answering(201, "")},
			want:    want{methods: times(1, "POST"), failed: true, class: ClassUnavailable, ambiguous: true},
		},
		"RetryAfterSeconds": {
			reason:  "Retry-After should replace a shorter back-off.",
			call:    get,
			answers: []http.HandlerFunc{answering(429, `{"error":"slow down"}`, "Retry-After", "7"), ok},
			want:    want{methods: times(2, "GET"), waits: []time.Duration{7 * time.Second}},
		},
		"RetryAfterDate": {
			reason:  "Retry-After may be a date.",
			call:    get,
			answers: []http.HandlerFunc{answering(503, oops, "Retry-After", "Wed, 01 May 2024 08:00:09 GMT"), ok},
			want:    want{methods: times(2, "GET"), waits: []time.Duration{9 * time.Second}},
		},
		"RetryAfterTooLong": {
			reason:  "A call should not sleep longer than MaxWait; it ends at once.",
			call:    get,
			answers: []http.HandlerFunc{answering(429, `{"error":"slow down"}`, "Retry-After", "60"), ok},
			want:    want{methods: times(1, "GET"), failed: true, class: ClassRateLimited},
		},
		"RateLimitReset": {
			reason:  "A 429 without Retry-After should be judged by X-RateLimit-Reset (08:00:12 UTC).",
			call:    get,
			answers: []http.HandlerFunc{answering(429, `{"error":"slow down"}`, "X-RateLimit-Reset", "1714550412"), ok},
			want:    want{methods: times(2, "GET"), waits: []time.Duration{12 * time.Second}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answers...)
			o := testOptions()
			o.Tries = tc.tries
			err := tc.call(t.Context(), newTestClient(t, a.URL, o))

			got := want{methods: a.methods(), failed: err != nil, ambiguous: IsAmbiguous(err), waits: o.Clock.(*skipClock).waited()}
			got.class = asError(err).Class
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s\nerror: %v", tc.reason, diff, err)
			}
		})
	}
}

func TestRetriedPUTSendsItsBody(t *testing.T) {
	a := startAPI(t, answering(500, ""), answering(200, sessionBody))
	if err := put(t.Context(), newTestClient(t, a.URL, testOptions())); err != nil {
		t.Fatalf("UpdateSession(...): %v", err)
	}
	for i, s := range a.requests() {
		if want := "{\"default_route\":true}\n"; s.Body != want {
			t.Errorf("try %d: body %q, want %q", i+1, s.Body, want)
		}
	}
}

func TestRetryAfterIsTold(t *testing.T) {
	cases := map[string]struct {
		reason string
		header string
		want   time.Duration
	}{
		"AsAsked":  {"What was asked should be told to the caller.", "60", time.Minute},
		"Capped":   {"A wrong header should not silence the provider.", "86400", 2 * time.Minute},
		"Overflow": {"A number beyond any duration should count as the cap.", "99999999999999", 2 * time.Minute},
		"Negative": {"A negative number asks for nothing.", "-5", 0},
		"Nonsense": {"What cannot be read asks for nothing.", "soon", 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, answering(429, `{"error":"slow down"}`, "Retry-After", tc.header))
			o := testOptions()
			o.Tries = 1
			err := get(t.Context(), newTestClient(t, a.URL, o))
			if err == nil || asError(err).RetryAfter != tc.want {
				t.Errorf("%s\nwant RetryAfter %s, got %#v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestBackoffIsJittered(t *testing.T) {
	cases := map[string]struct {
		reason string
		rand   float64
		want   time.Duration
	}{
		"Least": {"The least wait should be half of the mean.", 0, 250 * time.Millisecond},
		"Most":  {"The longest wait should be half more than the mean.", 1, 750 * time.Millisecond},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, answering(500, ""), answering(200, sessionBody))
			o := testOptions()
			o.Rand = func() float64 { return tc.rand }
			if err := get(t.Context(), newTestClient(t, a.URL, o)); err != nil {
				t.Fatalf("GetSession(...): %v", err)
			}
			if diff := cmp.Diff([]time.Duration{tc.want}, o.Clock.(*skipClock).waited()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
