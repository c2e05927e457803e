// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// withoutDevice reports whether sessions are gone because their device is, given
// why they cannot be listed. A device that the key may not see is gone if its
// project is, which cannot be deleted while it has devices, or if the same key
// reads the project and does not find the device there. The project is known if
// the device was read since the start of the provider: a device does not tell
// once it is out of sight.
func (o *operations) withoutDevice(ctx context.Context, id string, why error) bool {
	if packet.IsNotFound(why) {
		return true
	}
	if !packet.IsForbidden(why) {
		return false
	}
	if _, err := o.api.GetDevice(ctx, id); !packet.IsForbidden(err) {
		return packet.IsNotFound(err)
	}
	project, known := o.shared.homes.get(o.at(id))
	if !known {
		return false
	}
	// A list says nothing by itself: it is empty for a key that may not see
	// what is in it.
	if _, err := o.api.GetProject(ctx, project); err != nil {
		return packet.IsNotFound(err)
	}
	devices, err := o.api.ListDevices(ctx, project, "")
	return err == nil && !slices.ContainsFunc(devices, func(d packet.Device) bool { return strings.EqualFold(d.ID, id) })
}
