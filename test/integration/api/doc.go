// SPDX-License-Identifier: Apache-2.0

// Package api holds the tests of what the API server lets users write: the
// CustomResourceDefinitions of package/crds, installed into a real
// kube-apiserver.
//
// A file of testdata/refused is a manifest with one fault. Its first line says
// what the answer of the API server must contain:
//
//	# message: spec.forProvider.addressFamily is required
//
// A file of testdata/accepted is a manifest without fault. In both folders a
// second document, which begins with "# then:", is an update of the first, and
// is what is refused or accepted; the first must be accepted.
//
// A manifest of a namespaced managed resource stands for the cluster-scoped one
// as well, which differs only in its group and in how it names its
// configuration. Where it does not, the line "# scope: namespaced" says so.
//
// Nothing of the provider runs here: no controller, no Packet API.
package api
