// SPDX-License-Identifier: Apache-2.0

// Package crossplane tests that Crossplane's core and its function for
// composition by patches work beside the local control plane as they do in an
// installation: composites and claims become Ready with what they consist of,
// take it with them when they go, and do not mind a crash.
//
// There is no provider here. The tests play its part: they set the status of
// the composed resources, which are of kinds that exist for this purpose only.
package crossplane
