// SPDX-License-Identifier: Apache-2.0

// Package sshkey is what an SshKey is and does: a public key that opens the
// devices of a project, or those that a user makes.
//
// A key is recognised by its owner and its fingerprint, which the API keeps
// unique. Another public key replaces the one of the same object in place, so
// that what refers to the object by id goes on to do so.
//
// It knows nothing of Kubernetes.
package sshkey
