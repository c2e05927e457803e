// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A budget is what one credential may spend at one endpoint. It bounds the
// requests in flight, stops after a 429 for as long as the API asks, and slows
// reads down as X-RateLimit-Remaining falls:
//
//   - more than half of the limit left: no delay;
//   - less: reads are spaced, the wider the less is left, up to what spreads
//     the rest evenly over the time until the reset;
//   - a tenth left: reads wait for the reset, writes go on;
//   - nothing left: all wait for the reset.
//
// A read never goes ahead of a waiting write. Without these headers, only the
// first bound applies. It is safe for concurrent use.
type budget struct {
	opts Options

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when a waiter may have its turn
	inFlight int
	writes   int // waiting

	paused   time.Time // nothing is sent before
	nextRead time.Time // no read is sent before

	// What the API said last. No limit means that it said nothing.
	limit, remaining int
	reset            time.Time
	believed         time.Time // until when a spent budget counts as spent
}

// A spentError says that a budget allows a request only after a time longer
// than a call may sleep.
type spentError struct{ wait time.Duration }

// Error says how long that is.
func (e *spentError) Error() string { return fmt.Sprintf("budget spent for %s", e.wait) }

func newBudget(o Options) *budget { return &budget{opts: o, changed: make(chan struct{})} }

// acquire waits for a request's turn. The caller must release after the answer.
// The error is a *spentError or that of ctx.
func (b *budget) acquire(ctx context.Context, write bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()

	if write {
		b.writes++
		defer func() {
			b.writes--
			b.notify()
		}()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := b.opts.Clock.Now()
		wait := b.wait(now, write)
		if wait > b.opts.MaxWait {
			return &spentError{wait: wait}
		}
		if wait == 0 && b.inFlight < b.opts.MaxInFlight && (write || b.writes == 0) {
			b.take(now, write)
			return nil
		}
		b.await(ctx, wait)
	}
}

// await returns when wait is over (if it is not 0), when something changed, or
// when ctx ended.
func (b *budget) await(ctx context.Context, wait time.Duration) {
	var over <-chan time.Time
	if wait > 0 {
		t := b.opts.Clock.NewTimer(wait)
		defer t.Stop()
		over = t.C()
	}
	changed := b.changed
	b.mu.Unlock()
	defer b.mu.Lock()
	select {
	case <-over:
	case <-changed:
	case <-ctx.Done():
	}
}

func (b *budget) notify() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *budget) take(now time.Time, write bool) {
	b.inFlight++
	if b.limited(now) {
		b.remaining--
	}
	if !write {
		b.nextRead = now.Add(b.spacing(now))
	}
}

// release ends a request.
func (b *budget) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	b.notify()
}

// limited reports whether what the API said about its limit still holds.
func (b *budget) limited(now time.Time) bool { return b.limit > 0 && now.Before(b.reset) }

// reserve is the part of the limit that only writes may spend.
func (b *budget) reserve() int { return max(1, b.limit/10) }

// wait returns how long a request must wait for reasons of time.
func (b *budget) wait(now time.Time, write bool) time.Duration {
	until := b.paused
	if !write && b.nextRead.After(until) {
		until = b.nextRead
	}
	if b.limited(now) && b.believed.After(until) &&
		(b.remaining <= 0 || !write && b.remaining <= b.reserve()) {
		until = b.believed
	}
	return max(0, until.Sub(now))
}

// spacing returns the time between two reads.
func (b *budget) spacing(now time.Time) time.Duration {
	half := b.limit / 2
	if !b.limited(now) || b.remaining >= half {
		return 0
	}
	left := max(1, b.remaining-b.reserve())
	even := b.reset.Sub(now) / time.Duration(left)
	scarcity := 1 - float64(max(0, b.remaining))/float64(half)
	return min(time.Duration(scarcity*float64(even)), b.opts.MaxPause)
}

// observe learns from an answer.
func (b *budget) observe(status int, h http.Header) {
	now := b.opts.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()

	if status == http.StatusTooManyRequests {
		if p := now.Add(retryAfter(status, h, now, b.opts.MaxPause)); p.After(b.paused) {
			b.paused = p
		}
	}
	limit, errLimit := strconv.Atoi(h.Get("X-Ratelimit-Limit"))
	remaining, errRemaining := strconv.Atoi(h.Get("X-Ratelimit-Remaining"))
	reset := resetTime(h)
	if errLimit != nil || errRemaining != nil || limit <= 0 || !reset.After(now) {
		return
	}
	if reset.Equal(b.reset) {
		// Answers overtake each other: the lower number is the later one.
		remaining = min(remaining, b.remaining)
	}
	b.limit, b.remaining, b.reset = limit, remaining, reset
	b.believed = now.Add(b.opts.MaxPause)
	if reset.Before(b.believed) {
		b.believed = reset
	}
	b.notify()
}
