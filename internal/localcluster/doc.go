// SPDX-License-Identifier: Apache-2.0

// Package localcluster gives tests and the demonstration a Kubernetes control
// plane on this machine: a real etcd and a real API server, as the program
// devcluster of the module cluster/local, which is built from source the first
// time it is needed. It needs no root, no container engine and no download of
// binaries; only Go and its module proxy.
//
// Build makes the program, Start a control plane. A ServiceAccount gives
// whatever is tested a user of its own, with only the rights it declares, and
// Writes tells from the audit log what that user has changed.
//
// Nothing that is released may import this package.
package localcluster
