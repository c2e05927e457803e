// SPDX-License-Identifier: Apache-2.0

// Package packetsim is a Packet (later Equinix Metal) API server for tests,
// demonstrations and the development of compositions. The public service was
// switched off in 2026; packetsim answers in its place, with the state
// machines, error texts, headers and quirks that clients of the real service
// had to live with.
//
// A test starts one in one line:
//
//	sim := packetsim.Start(t, packetsim.Config{})
//	client := packet.New(sim.URL, sim.Token)
//
// and may then look at the requests that arrived (Server.Requests), change
// state behind the client's back (AddDevice, SetSessionStatus, FailDevice),
// script faults (Server.Fault) and drive time (Config.Clock).
//
// # How it is built
//
// One file per noun holds the stored record, its JSON view, its routes and its
// handlers. Everything the nouns share exists once: the route table
// (routes.go), the way of a request from socket to answer (serve.go),
// authentication and access (auth.go), error bodies (errors.go), pagination
// (page.go), include and exclude (view.go) and the store (table.go, state.go).
//
// A handler runs with the server's lock held and sees a consistent state; it
// neither locks nor encodes. Time is evaluated when a request arrives: no
// goroutine waits for a device to become active, so a driven clock needs no
// waiting either.
//
// packetsim simulates the control plane's HTTP surface only. It provisions
// nothing and speaks no BGP.
package packetsim
