// SPDX-License-Identifier: Apache-2.0

// Package packetsim is a Packet (later Equinix Metal) API server for tests,
// demonstrations and the development of compositions. The public service was
// switched off in 2026; packetsim answers in its place, with the state
// machines, error texts, headers and quirks that clients of the real service
// had to live with.
//
// A test starts one in one line, and points its client there:
//
//	sim := packetsim.Start(t, packetsim.Config{})
//	client, err := packngo.NewClientWithBaseURL("", sim.Token, nil, sim.URL)
//
// It may then look at the requests that arrived (Server.Requests), change state
// behind the client's back (Sim.AddDevice, Server.SetSessionStatus,
// Server.FailDevice), script faults (Sim.Fault) and drive time (Config.Clock).
// Whoever has no test uses New, whose Server is an http.Handler. Everything is
// safe for concurrent use. Records share their slices and maps with the server:
// replace these instead of changing them.
//
// # How it is built
//
// One file per noun holds the stored record, its JSON view, its routes and its
// handlers. Everything the nouns share exists once: the route table
// (routes.go), the way of a request from socket to answer (serve.go),
// rate limits (ratelimit.go), faults (fault.go), authentication and access
// (auth.go), error bodies (errors.go), pagination (page.go), include and exclude
// (view.go), the store (table.go, state.go) and its file (disk.go).
//
// A handler runs with the server's lock held and sees a consistent state; it
// neither locks nor encodes. Time is evaluated when a request arrives: no
// goroutine waits for a device to become active, so a driven clock needs no
// waiting either.
//
// packetsim simulates the control plane's HTTP surface only. It provisions
// nothing and speaks no BGP.
package packetsim
