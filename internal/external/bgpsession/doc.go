// SPDX-License-Identifier: Apache-2.0

// Package bgpsession says what a BgpSession is and does at the Packet API.
//
// A device has at most one session per address family, so device and family
// are a key by which a session is found again whatever happened to the answer
// that held its id. Only the default route can be changed.
//
// Everything that all kinds share, and everything of Kubernetes, is in package
// external.
package bgpsession
