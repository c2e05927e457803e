// SPDX-License-Identifier: Apache-2.0

// Package stage is where the kinds are tested as users meet them: the provider
// runs as a process of its own, built with the race detector, with the
// permissions of its ServiceAccount only, between a real API server and
// packetsim.
//
// A test never waits for time to pass. It waits for a condition; and where
// nothing must happen, it waits until the provider has looked at the API
// several times more (Tenant.Settle) and then counts the requests.
package stage
