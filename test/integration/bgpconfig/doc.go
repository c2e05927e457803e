// SPDX-License-Identifier: Apache-2.0

// Package bgpconfig tests BgpConfigs of both scopes as a user meets them; see
// package stage.
package bgpconfig
