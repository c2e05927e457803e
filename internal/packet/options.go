// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"cmp"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
)

// Options of all connections of a process. The zero value of a field means its
// default.
type Options struct {
	// UserAgent is sent with each request. Default "provider-packet".
	UserAgent string

	// TryTimeout bounds each try, from waiting for a connection to the last
	// byte of the answer. Default 30 s.
	TryTimeout time.Duration

	// Tries is how often a request that may be repeated (GET, PUT, PATCH,
	// DELETE) is sent at most. Default 4; 1 turns retries off.
	Tries int

	// Backoff is the mean wait before the second try; it doubles with each
	// further one. Default 500 ms.
	Backoff time.Duration

	// MaxWait is the longest a call sleeps at a time, for back-off, for
	// Retry-After or for its budget. A call that would have to wait longer
	// ends at once with an error that says how long. Default 15 s.
	MaxWait time.Duration

	// MaxPause caps what an answer's Retry-After or X-RateLimit-Reset may ask
	// for, so that a wrong header cannot silence the provider. Default 2 min.
	MaxPause time.Duration

	// MaxInFlight is how many requests run at the same time per endpoint and
	// credential. Default 16.
	MaxInFlight int

	// MaxAnswer is the longest answer read, in bytes after decompression.
	// Default 64 MiB: a page of devices has 250 of them, each with the user data
	// and custom data that people gave it. Answers with one object, or with what belongs to one
	// device, have at most 1 MiB, and of an error 64 KiB are read.
	MaxAnswer int64

	// Clock defaults to the real one. TryTimeout always runs on the real one.
	Clock clock.Clock

	// Rand returns a number in [0, 1) for jitter. Default math/rand/v2.Float64.
	Rand func() float64

	// Registerer receives the metrics. Default: they are not registered.
	Registerer prometheus.Registerer

	// Logger receives one debug line for each try: method, route template,
	// code and duration, never an id, a query or a body. Default: none.
	Logger logging.Logger
}

func (o Options) withDefaults() Options {
	o.UserAgent = cmp.Or(o.UserAgent, "provider-packet")
	o.TryTimeout = cmp.Or(o.TryTimeout, 30*time.Second)
	o.Tries = cmp.Or(o.Tries, 4)
	o.Backoff = cmp.Or(o.Backoff, 500*time.Millisecond)
	o.MaxWait = cmp.Or(o.MaxWait, 15*time.Second)
	o.MaxPause = cmp.Or(o.MaxPause, 2*time.Minute)
	o.MaxInFlight = cmp.Or(o.MaxInFlight, 16)
	o.MaxAnswer = cmp.Or(o.MaxAnswer, 64<<20)
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Logger == nil {
		o.Logger = logging.NewNopLogger()
	}
	return o
}
