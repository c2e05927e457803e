// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count tries, not calls: what the API and its rate limit see. The
// route is the template of the method that was called, never made from a path.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	labels := []string{"method", "route", "code"}
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "packet_api_requests_total",
			Help: "Requests sent to the Packet API, each try counted. The code of a failed connection is error.",
		}, labels),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "packet_api_request_duration_seconds",
			Help:    "Time from sending a request to the Packet API to the end of its answer, for each try.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, labels),
	}
	if r != nil {
		m.requests = register(r, m.requests)
		m.duration = register(r, m.duration)
	}
	return m
}

// register returns the collector that is registered already, if there is one.
func register[C prometheus.Collector](r prometheus.Registerer, c C) C {
	err := r.Register(c)
	var dup prometheus.AlreadyRegisteredError
	if errors.As(err, &dup) {
		if old, ok := dup.ExistingCollector.(C); ok {
			return old
		}
	}
	if err != nil {
		panic(err)
	}
	return c
}

func (m *metrics) observe(method, route, code string, took time.Duration) {
	m.requests.WithLabelValues(method, route, code).Inc()
	m.duration.WithLabelValues(method, route, code).Observe(took.Seconds())
}
