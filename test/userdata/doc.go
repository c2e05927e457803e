// SPDX-License-Identifier: Apache-2.0

// Package userdata tests what the servers of examples/compositions do at their
// first boot: the script that configures BIRD 2 is run against the metadata
// service of packetsim. It needs python3, which every machine with cloud-init
// has; if there is a bird, it checks what the script wrote.
package userdata
