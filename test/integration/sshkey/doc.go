// SPDX-License-Identifier: Apache-2.0

// Package sshkey tests SshKeys of both scopes as a user meets them; see package
// stage.
package sshkey
