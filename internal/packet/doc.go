// SPDX-License-Identifier: Apache-2.0

// Package packet is the provider's door to an API that speaks the Packet
// (later Equinix Metal) protocol, and the only user of packngo.
//
// It is for the packages that implement one kind each: they declare the few
// methods they need as an interface of their own, which *[Client] satisfies.
//
// What it adds to packngo: the caller's context and a timeout for each try,
// keep-alive, retries of what may be repeated, a budget per endpoint and
// credential, metrics, bounded answers, errors with a class, and the guarantee
// that neither tokens nor passwords reach an error text or a log. No type of
// packngo leaves the package.
//
// What it does not do: it decides nothing about desired state, keeps no copy of
// what it read, and knows nothing of Kubernetes.
package packet
