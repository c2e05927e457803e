// SPDX-License-Identifier: Apache-2.0

// Package external is what every kind of this provider shares: one connector
// and one external client, for both scopes.
//
// The scope of a managed resource disappears here. The client loads the kind's
// arguments into a plain struct, lets Decide say what is to be done, has the
// kind do it, and writes observation, conditions and connection details back.
// A kind supplies its Definition and sees a plain struct, an id and the Packet
// API; it knows nothing of Kubernetes.
//
// One upstream object and one managed resource find each other exactly once,
// whatever crashes when: find, claim, create, confirm, release. Decide is the
// whole of that protocol as a pure function; everything else here only
// gathers what it asks for and carries out what it answers.
package external
