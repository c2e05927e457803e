// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the compositions of examples/compositions as their users
// meet them: a real API server, Crossplane's core and its function, the
// provider as a program, and packetsim. What is applied are the example's own
// files; only the address of the Packet API is another one. Core has a circuit
// breaker that tolerates more events of a composite than by default, because
// what takes minutes elsewhere happens within two seconds here.
package e2e
