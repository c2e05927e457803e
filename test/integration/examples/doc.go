// SPDX-License-Identifier: Apache-2.0

// Package examples tests the manifests of examples/cluster and
// examples/namespaced as they are: all files at once, applied and deleted.
// Those of examples/compositions need Crossplane; test/e2e has them.
package examples
