// SPDX-License-Identifier: Apache-2.0

// Package project is what a Project is and does: the one thing of the Packet
// API that everything else belongs to.
//
// Names of projects are not unique, so a project that was made carries a mark
// in its custom data, by which it is found again if the answer to its creation
// was lost. Users do not see the mark.
//
// It knows nothing of Kubernetes beyond the conditions that it words.
package project
