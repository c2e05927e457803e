// SPDX-License-Identifier: Apache-2.0

// Package bgpconfig says what a BgpConfig is and does at the Packet API.
//
// A project has at most one BGP configuration, so the project is the key by
// which it is found. The API replaces it as a whole, has no call to delete it,
// and tells its password to everybody who may read it. Only the password can
// be changed here; a configuration with another number or type is never
// replaced, for sessions depend on both.
package bgpconfig
