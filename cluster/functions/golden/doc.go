// SPDX-License-Identifier: Apache-2.0

// Package golden tests what the compositions of examples/compositions ask of
// Crossplane. It calls the composition function with a fixed composite, before
// and after its resources exist, and compares the answer with files, so that
// a change of a composition shows in review as what it changes.
//
// After a change that is meant, write the files anew:
//
//	go -C cluster/functions test ./golden -update
//
// It is part of this module because the function's protocol is.
package golden
