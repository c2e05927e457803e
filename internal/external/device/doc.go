// SPDX-License-Identifier: Apache-2.0

// Package device is the kind Device: a machine of a project.
//
// Two machines may have the same name, plan and place, so a device carries a
// tag with the UID of the managed resource that made it, by which it is found
// again after a creation whose answer was lost. A device that was never seen
// provisioned and is gone has failed to provision; it is never made anew.
package device
