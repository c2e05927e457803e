// SPDX-License-Identifier: Apache-2.0

// Package reservedipblock says what a ReservedIpBlock is and does at the Packet
// API.
//
// Blocks have no names and no key. One that the provider reserved is recognised
// by a tag that names the managed resource, which users do not see. A block may
// have to wait for the approval of people, and cannot be given back while
// something uses its addresses.
package reservedipblock
