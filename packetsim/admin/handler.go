// SPDX-License-Identifier: Apache-2.0

// Package admin serves what the operator of a packetsim needs beside the Packet
// API: faults, the request log, changes behind the back of clients, the clock,
// metrics, and a page that shows all this to people.
//
// It asks for no credentials, so it belongs on the loopback interface. Pages of
// other origins cannot write through a browser. No answer has an API key, a BGP
// password, or user data in it.
package admin

import (
	"io"
	"net/http"
	"strings"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// admin is what the endpoints share.
type admin struct{ sim *packetsim.Server }

// An endpoint is one line of the admin API.
type endpoint struct {
	// pattern is that of an http.ServeMux.
	pattern string
	handle  func(*admin, *http.Request) (result, error)
}

// endpoints is the whole admin API.
func endpoints() []endpoint {
	return []endpoint{
		{"GET /api/faults", (*admin).listFaults},
		{"POST /api/faults", (*admin).addFault},
		{"DELETE /api/faults", (*admin).clearFaults},
		{"GET /api/faults/{id}", (*admin).getFault},
		{"DELETE /api/faults/{id}", (*admin).removeFault},
		{"GET /api/requests", (*admin).listRequests},
		{"DELETE /api/requests", (*admin).clearRequests},
		{"GET /api/routes", (*admin).listRoutes},
		{"GET /api/state", (*admin).getState},
		{"POST /api/reset", (*admin).reset},
		{"DELETE /api/projects/{id}", (*admin).removeProject},
		{"PATCH /api/devices/{id}", (*admin).changeDevice},
		{"DELETE /api/devices/{id}", (*admin).removeDevice},
		{"PATCH /api/sessions/{id}", (*admin).changeSession},
		{"DELETE /api/sessions/{id}", (*admin).removeSession},
		{"GET /api/clock", (*admin).getClock},
		{"POST /api/clock", (*admin).advanceClock},
	}
}

// Handler returns the admin API of a server, with the page at the root, metrics
// for Prometheus at /metrics, and /healthz. The metrics count from now on.
func Handler(s *packetsim.Server) http.Handler {
	a := &admin{sim: s}
	mux := http.NewServeMux()
	for _, e := range endpoints() {
		mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) {
			res, err := e.handle(a, r)
			respond(w, r, res, err)
		})
	}
	mux.Handle("GET /metrics", newMetrics(s))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if err := s.Health(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, err.Error()+"\n")
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.Handle("GET /{file...}", pageFiles())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, result{}, missing("there is no %s %s; there is %s", r.Method, r.URL.Path, patterns()))
	})
	return guard(mux)
}

func patterns() string {
	all := []string{"GET /", "GET /metrics", "GET /healthz"}
	for _, e := range endpoints() {
		all = append(all, e.pattern)
	}
	return strings.Join(all, ", ")
}
