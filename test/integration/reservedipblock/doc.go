// SPDX-License-Identifier: Apache-2.0

// Package reservedipblock tests ReservedIpBlocks of both scopes as a user meets
// them; see package stage.
package reservedipblock
