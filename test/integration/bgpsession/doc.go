// SPDX-License-Identifier: Apache-2.0

// Package bgpsession tests BgpSessions of both scopes as a user meets them: the
// provider runs as a process of its own, built with the race detector, with the
// permissions of its ServiceAccount only, between a real API server and
// packetsim.
//
// A test never waits for time to pass. It waits for a condition; and where
// nothing must happen, it waits until the provider has looked at the API
// several times more (see fixture.settle) and then counts the requests.
//
// Every version of every object, every log, every event and all metrics of the
// run are kept; at its end they are searched for the run's keys and passwords
// (see record.check).
package bgpsession
