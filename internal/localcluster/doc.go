// SPDX-License-Identifier: Apache-2.0

// Package localcluster gives tests and the demonstration a Kubernetes control
// plane on this machine: a real etcd and a real API server, as the program
// devcluster, and beside it Crossplane's core and composition functions. All
// are built from source the first time they are needed, from the modules
// cluster/local and cluster/functions. That takes no root, no container engine
// and no download of binaries; only Go and its module proxy.
//
// Build makes the program devcluster, Start a control plane. A ServiceAccount
// gives whatever is tested a user of its own, with only the rights it declares,
// and Writes tells from the audit log what that user has changed.
//
// StartCrossplane starts the core on a control plane, and StartFunction a
// function that its compositions can refer to. Both can be killed and started
// again, as after a crash.
//
// Nothing that is released may import this package.
package localcluster
