// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// textTooMany is our own: no 429 of the real API was ever captured.
const textTooMany = "Too many requests"

// A RateLimit is a token bucket for every API key. Zero means no limit.
type RateLimit struct {
	// Requests is how many requests a key may make in the time Per, in the
	// long run.
	Requests int
	// Per is a time of the server's clock.
	Per time.Duration
	// Burst is the size of the bucket: how many requests may come at once
	// after a pause. It is Requests if zero.
	Burst int
}

// withDefaults fills in the burst, and refuses what makes no sense.
func (l RateLimit) withDefaults() (RateLimit, error) {
	switch {
	case l == RateLimit{}:
		return l, nil
	case l.Requests < 1:
		return l, fmt.Errorf("rate limit: requests is %d and must be at least 1", l.Requests)
	case l.Per <= 0:
		return l, fmt.Errorf("rate limit: per is %s and must be longer than zero, such as 1m", l.Per)
	case l.Burst < 0:
		return l, errors.New("rate limit: burst is negative and must be at least 1, or 0 for as many as requests")
	case l.Burst == 0:
		l.Burst = l.Requests
	}
	return l, nil
}

// limiters hold the bucket of every API key.
type limiters struct {
	limit RateLimit

	mu  sync.Mutex
	all map[string]*rate.Limiter
}

// take takes one request out of the bucket of a key and returns the headers
// that say what is left: the size of the bucket, the requests in it, and the
// Unix second in which it is full again. It reports false if the bucket was
// empty, and then says in Retry-After when there will be a request in it. These
// are the headers that packngo reads (its packngo.go, lines 27 to 29).
func (l *limiters) take(tokenID string, now time.Time) (http.Header, bool) {
	perSecond := float64(l.limit.Requests) / l.limit.Per.Seconds()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.all[tokenID]
	if b == nil {
		b = rate.NewLimiter(rate.Limit(perSecond), l.limit.Burst)
		l.all[tokenID] = b
	}
	allowed := b.AllowN(now, 1)
	left := max(0, b.TokensAt(now))
	wait := func(requests float64) time.Duration {
		return time.Duration(requests / perSecond * float64(time.Second))
	}
	h := http.Header{}
	h.Set("X-RateLimit-Limit", strconv.Itoa(l.limit.Burst))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(int(left)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(upToSecond(now.Add(wait(float64(l.limit.Burst)-left))).Unix(), 10))
	if !allowed {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait(1-left).Seconds()))))
	}
	return h, allowed
}

// upToSecond rounds a time up to whole seconds.
func upToSecond(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Before(t) {
		return whole.Add(time.Second)
	}
	return t
}

// limit takes a request out of its key's bucket. Requests without a valid key
// share one.
func (s *Server) limit(r *http.Request) (http.Header, bool) {
	if s.limiters.limit.Requests == 0 {
		return nil, true
	}
	return s.limiters.take(s.TokenID(r.Header.Get("X-Auth-Token")), s.clock.Now())
}
