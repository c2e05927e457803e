// SPDX-License-Identifier: Apache-2.0

// Package localcluster tests that the control plane which the other
// integration tests stand on behaves as a Kubernetes cluster does.
package localcluster
