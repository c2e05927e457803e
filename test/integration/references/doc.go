// SPDX-License-Identifier: Apache-2.0

// Package references tests resources of all kinds together, as somebody applies
// them who goes from nothing to a device that speaks BGP: what they refer to by
// name or by labels, how they wait for each other, follow each other, and go.
// Package stage says how they are tested.
package references
