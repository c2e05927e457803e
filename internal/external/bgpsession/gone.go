// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"

	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// withoutDevice reports whether sessions are gone because their device is, given
// why they cannot be listed. A device that the key may not see is gone if its
// project lacks it. The project is known if the device was read since the start
// of the provider: a device does not tell once it is out of sight.
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
	project, _ := o.shared.homes.get(o.at(id))
	devices := func(ctx context.Context, projectID string) ([]packet.Device, error) {
		return o.api.ListDevices(ctx, projectID, "")
	}
	return parent.Lacks(ctx, o.api, project, id, devices, func(d packet.Device) string { return d.ID })
}
