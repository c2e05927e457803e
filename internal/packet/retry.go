// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"net/http"
	"strconv"
	"time"
)

// nextTry says how long to wait before the next try, and whether there is one.
// n is the number of tries made.
func (l *call) nextTry(n int, err *Error) (time.Duration, bool) {
	if l.method == http.MethodPost || n >= l.opts.Tries || !err.transient {
		return 0, false
	}
	wait := max(l.backoff(n), err.RetryAfter)
	if wait > l.opts.MaxWait {
		return 0, false
	}
	if d, ok := l.ctx.Deadline(); ok && time.Until(d) < wait {
		return 0, false
	}
	return wait, true
}

// backoff returns the wait after n tries: it doubles each time, and is spread by
// half its length to both sides so that many callers do not return together.
func (l *call) backoff(n int) time.Duration {
	d := l.opts.Backoff << (n - 1)
	d = d/2 + time.Duration(l.opts.Rand()*float64(d))
	return min(d, l.opts.MaxWait)
}

// sleep returns early, with its error, when the caller's context ends.
func (l *call) sleep(d time.Duration) error {
	t := l.opts.Clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C():
		return nil
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
}

// retryAfter returns how long an answer asks to wait, at most limit; 0 if it
// does not ask. Retry-After is in seconds or a date (RFC 9110, 10.2.3); a 429
// without it is judged by X-RateLimit-Reset.
func retryAfter(status int, h http.Header, now time.Time, limit time.Duration) time.Duration {
	var d time.Duration
	v := h.Get("Retry-After")
	if s, err := strconv.Atoi(v); err == nil {
		d = seconds(s, limit)
	} else if t, err := http.ParseTime(v); err == nil {
		d = t.Sub(now)
	} else if status == http.StatusTooManyRequests {
		d = resetTime(h).Sub(now)
	}
	return max(0, min(d, limit))
}

// seconds converts without overflow.
func seconds(s int, limit time.Duration) time.Duration {
	if s > int(limit/time.Second) {
		return limit
	}
	return time.Duration(s) * time.Second
}

// resetTime returns X-RateLimit-Reset, which is in Unix seconds; the zero time
// if there is none.
func resetTime(h http.Header) time.Time {
	s, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0)
}
