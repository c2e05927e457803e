// SPDX-License-Identifier: Apache-2.0

// Package project tests Projects of both scopes as a user meets them; see
// package stage.
package project
