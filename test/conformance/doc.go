// SPDX-License-Identifier: Apache-2.0

// Package conformance holds packetsim against what is known of the real
// service. It has tests only: packngo's own acceptance tests, taken from the
// module cache and run against a server, and the published OpenAPI document.
package conformance
