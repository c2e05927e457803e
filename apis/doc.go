// SPDX-License-Identifier: Apache-2.0

// Package apis has the Kubernetes API types of the provider in its folders:
// cluster for packet.crossplane.io, namespaced for packet.m.crossplane.io, and
// shared for what their configurations have in common. They depend on
// Kubernetes' and Crossplane's API types only.
package apis
