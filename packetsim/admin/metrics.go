// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// newMetrics returns a handler for what Prometheus asks. Each server has a
// registry of its own, so that a process can have many.
func newMetrics(s *packetsim.Server) http.Handler {
	reg := prometheus.NewRegistry()
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "packetsim_requests_total",
		Help: "Requests to the Packet API that were answered; the status is cut if the connection was cut instead.",
	}, []string{"method", "route", "status"})
	durations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "packetsim_request_duration_seconds",
		Help: "Time from the arrival of a request to its answer, what a fault held it back included.",
		// From a tenth of a millisecond to half a minute.
		Buckets: prometheus.ExponentialBuckets(0.0001, 4, 10),
	}, []string{"method", "route"})
	fired := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "packetsim_faults_fired_total",
		Help: "Requests that a fault met, by the name of the fault.",
	}, []string{"fault"})
	limited := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "packetsim_rate_limited_requests_total",
		Help: "Requests that were answered with 429, by the rate limit or by a fault.",
	}, []string{"cause"})
	inFlight := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "packetsim_requests_in_flight",
		Help: "Requests that have arrived and are not answered.",
	}, func() float64 { return float64(s.InFlight()) })
	reg.MustRegister(
		requests, durations, fired, limited, inFlight, holdings{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)

	s.Observe(func(r packetsim.Request, took time.Duration) {
		method, route := methodLabel(r.Method), cmp.Or(r.Route, "none")
		status := "cut"
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		requests.WithLabelValues(method, route, status).Inc()
		durations.WithLabelValues(method, route).Observe(took.Seconds())
		for _, name := range append(slices.Clip(r.Passed), r.Fault) {
			if name != "" {
				fired.WithLabelValues(name).Inc()
			}
		}
		if r.Status == http.StatusTooManyRequests {
			limited.WithLabelValues(cause(r)).Inc()
		}
	})
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
}

// methodLabel keeps clients from making a new series with every request.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}

func cause(r packetsim.Request) string {
	if r.Fault != "" {
		return "fault"
	}
	return "limit"
}

// What a server holds, counted when Prometheus asks.
var (
	projectsDesc = prometheus.NewDesc("packetsim_projects", "Projects.", nil, nil)
	devicesDesc  = prometheus.NewDesc("packetsim_devices", "Devices by state.", []string{"state"}, nil)
	sessionsDesc = prometheus.NewDesc("packetsim_bgp_sessions", "BGP sessions by address family and status.", []string{"address_family", "status"}, nil)
	faultsDesc   = prometheus.NewDesc("packetsim_faults", "Faults that are set.", nil, nil)
)

// holdings collects how much of everything a server has.
type holdings struct{ sim *packetsim.Server }

// Describe implements prometheus.Collector.
func (h holdings) Describe(to chan<- *prometheus.Desc) {
	to <- projectsDesc
	to <- devicesDesc
	to <- sessionsDesc
	to <- faultsDesc
}

// Collect implements prometheus.Collector.
func (h holdings) Collect(to chan<- prometheus.Metric) {
	c := h.sim.Counts()
	gauge := func(d *prometheus.Desc, n int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	gauge(projectsDesc, c.Projects)
	for state, n := range c.Devices {
		gauge(devicesDesc, n, state)
	}
	for class, n := range c.Sessions {
		gauge(sessionsDesc, n, class.AddressFamily, class.Status)
	}
	gauge(faultsDesc, len(h.sim.Faults()))
}
