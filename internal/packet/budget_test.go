// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// rate returns the headers of a limit that resets after the given time.
func rate(limit, remaining int, reset time.Duration) http.Header {
	return http.Header{
		"X-Ratelimit-Limit":     {fmt.Sprint(limit)},
		"X-Ratelimit-Remaining": {fmt.Sprint(remaining)},
		"X-Ratelimit-Reset":     {fmt.Sprint(time.Now().Add(reset).Unix())},
	}
}

// pass lets time pass within a synctest bubble.
func pass(d time.Duration) { <-time.After(d) }

// spend makes n requests one after the other, and returns what each waited.
func spend(t *testing.T, b *budget, n int, write bool) []time.Duration {
	t.Helper()
	var out []time.Duration
	for range n {
		start := time.Now()
		if err := b.acquire(t.Context(), write); err != nil {
			t.Fatalf("acquire(...): %v", err)
		}
		b.release()
		out = append(out, time.Since(start).Round(time.Millisecond))
	}
	return out
}

func TestBudgetPace(t *testing.T) {
	const s = time.Second
	cases := map[string]struct {
		reason string
		header func() http.Header
		write  bool
		want   []time.Duration
	}{
		"Silent": {
			"An API that says nothing should not be slowed down.",
			func() http.Header { return nil }, false,
			[]time.Duration{0, 0, 0},
		},
		"Plenty": {
			"More than half left is no reason to slow down.",
			func() http.Header { return rate(100, 60, time.Minute) }, false,
			[]time.Duration{0, 0, 0},
		},
		"Quarter": {
			"With less than half left, reads are spaced: 52 % scarce, 14 reads in 28 s; then 54 %, 13 reads in 27 s.",
			func() http.Header { return rate(100, 25, 28*s) }, false,
			[]time.Duration{0, 1040 * time.Millisecond, 1120 * time.Millisecond},
		},
		"QuarterWrite": {
			"Writes are not slowed down.",
			func() http.Header { return rate(100, 25, 28*s) }, true,
			[]time.Duration{0, 0, 0},
		},
		"ReserveRead": {
			"The last tenth is for writes: reads wait for the reset.",
			func() http.Header { return rate(100, 10, 9*s) }, false,
			[]time.Duration{9 * s, 0, 0},
		},
		"ReserveWrite": {
			"Writes spend the last tenth, then wait as well.",
			func() http.Header { return rate(100, 2, 9*s) }, true,
			[]time.Duration{0, 0, 9 * s},
		},
		"Past": {
			"A reset that is over says nothing.",
			func() http.Header { return rate(100, 0, -9*s) }, false,
			[]time.Duration{0, 0, 0},
		},
		"Nonsense": {
			"Headers that are no numbers say nothing.",
			func() http.Header {
				return http.Header{"X-Ratelimit-Limit": {"many"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"soon"}}
			}, false,
			[]time.Duration{0, 0, 0},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBudget(Options{}.withDefaults())
				b.observe(http.StatusOK, tc.header())
				if diff := cmp.Diff(tc.want, spend(t, b, len(tc.want), tc.write)); diff != "" {
					t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
				}
			})
		})
	}
}

func TestBudgetSlowsDownAsItFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(Options{}.withDefaults())
		last := time.Duration(-1)
		for remaining := 500; remaining > 100; remaining -= 50 {
			b.observe(http.StatusOK, rate(1000, remaining, 10*time.Minute))
			if got := b.spacing(time.Now()); got <= last {
				t.Errorf("with %d left reads are %s apart, not more than the %s before", remaining, got, last)
			} else {
				last = got
			}
		}
	})
}

func TestBudgetPause(t *testing.T) {
	tooMany := func(v string) http.Header { return http.Header{"Retry-After": {v}} }
	cases := map[string]struct {
		reason string
		header http.Header
		write  bool
		want   time.Duration
		spent  time.Duration
	}{
		"Read":     {"A 429 should stop reads.", tooMany("10"), false, 10 * time.Second, 0},
		"Write":    {"A 429 should stop writes.", tooMany("10"), true, 10 * time.Second, 0},
		"TooLong":  {"A pause longer than MaxWait should be told at once.", tooMany("60"), true, 0, time.Minute},
		"Capped":   {"A pause should be capped.", tooMany("86400"), false, 0, 2 * time.Minute},
		"Headless": {"A 429 that names no time should not stop others.", nil, false, 0, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBudget(Options{}.withDefaults())
				b.observe(http.StatusTooManyRequests, tc.header)
				start := time.Now()
				err := b.acquire(t.Context(), tc.write)
				var spent *spentError
				if errors.As(err, &spent) != (tc.spent > 0) || spent != nil && spent.wait != tc.spent {
					t.Errorf("%s\nwant a wait of %s told, got error %v", tc.reason, tc.spent, err)
				}
				if got := time.Since(start); got != tc.want {
					t.Errorf("%s\nwant a wait of %s, got %s", tc.reason, tc.want, got)
				}
			})
		})
	}
}

func TestBudgetDoesNotBelieveForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(Options{}.withDefaults())
		b.observe(http.StatusOK, rate(100, 0, 1000*time.Hour))
		var spent *spentError
		if err := b.acquire(t.Context(), false); !errors.As(err, &spent) || spent.wait != 2*time.Minute {
			t.Fatalf("want a wait of MaxPause to be told, got %v", err)
		}
		pass(spent.wait)
		if got := spend(t, b, 1, false); got[0] != 0 {
			t.Errorf("after MaxPause the API should be asked again; waited %s more", got[0])
		}
	})
}

func TestBudgetIgnoresAnswersThatWereOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(Options{}.withDefaults())
		b.observe(http.StatusOK, rate(100, 5, 9*time.Second))
		b.observe(http.StatusOK, rate(100, 99, 9*time.Second))
		if got := spend(t, b, 1, false); got[0] != 9*time.Second {
			t.Errorf("within a window the lower number holds: want a wait of 9s, got %s", got[0])
		}
		b.observe(http.StatusOK, rate(100, 99, 9*time.Second))
		if got := spend(t, b, 2, false); got[1] != 0 {
			t.Errorf("a new window starts afresh: want no wait, got %s", got[1])
		}
	})
}

func TestBudgetPutsWritesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{MaxInFlight: 1}.withDefaults()
		b := newBudget(o)
		if err := b.acquire(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var wg sync.WaitGroup
		start := func(name string, write bool) {
			wg.Go(func() {
				if err := b.acquire(t.Context(), write); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				pass(time.Second)
				b.release()
			})
			synctest.Wait()
		}
		start("read", false)
		start("write", true)
		b.release()
		wg.Wait()
		if diff := cmp.Diff([]string{"write", "read"}, order); diff != "" {
			t.Errorf("a read should not go ahead of a waiting write\n-want, +got:\n%s", diff)
		}
	})
}

func TestBudgetBoundsRequestsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(Options{MaxInFlight: 3}.withDefaults())
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 9 {
			wg.Go(func() {
				if err := b.acquire(t.Context(), i%2 == 0); err != nil {
					t.Error(err)
				}
				pass(time.Second)
				b.release()
			})
		}
		wg.Wait()
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("9 requests of 1s, 3 at a time, should take 3s; took %s", got)
		}
	})
}

func TestBudgetEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(Options{MaxInFlight: 1}.withDefaults())
		if err := b.acquire(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.acquire(ctx, true); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want the context's error, got %v", err)
		}
		b.release()
		if got := spend(t, b, 1, false); got[0] != 0 {
			t.Errorf("a write that gave up should not hold up reads; waited %s", got[0])
		}
	})
}

func TestBudgetIsPerEndpointAndCredential(t *testing.T) {
	a := startAPI(t, answering(429, `{"error":"slow down"}`, "Retry-After", "60"), answering(200, sessionBody))
	conns := NewConnections(testOptions())
	client := func(token string) *Client {
		c, err := conns.Client(Config{BaseURL: a.URL, Token: token})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := get(t.Context(), client("one")); !is(err, ClassRateLimited) {
		t.Errorf("want rate limited, got %v", err)
	}
	err := post(t.Context(), client("one"))
	want := "POST /devices/{id}/bgp/sessions: rate limited: the API's rate limit is used up"
	if err == nil || err.Error() != want || IsAmbiguous(err) {
		t.Errorf("another client of the same credential should not ask: want %q, got %v", want, err)
	}
	if e := asError(err); e.RetryAfter != time.Minute {
		t.Errorf("it should say for how long: got %#v", err)
	}
	if err := get(t.Context(), client("two")); err != nil {
		t.Errorf("another credential is not concerned: got %v", err)
	}
	if got := len(a.requests()); got != 2 {
		t.Errorf("want 2 requests, got %d", got)
	}
}

func TestSharedValuesAreDroppedWhenIdle(t *testing.T) {
	clk := newSkipClock()
	var dropped []int
	s := newShared[string](clk, func(v int) { dropped = append(dropped, v) })
	one := func() int { return 1 }
	s.get("old", one)
	s.get("used", func() int { return 2 })
	clk.Step(idle)
	if got := s.get("used", one); got != 2 {
		t.Errorf("a value should be shared: got %d", got)
	}
	clk.Step(time.Second)
	s.get("new", func() int { return 3 })
	if diff := cmp.Diff([]int{1}, dropped); diff != "" {
		t.Errorf("what nobody asked for should be dropped\n-want, +got:\n%s", diff)
	}
}
