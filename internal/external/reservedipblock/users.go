// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// users says what has addresses of a block: the devices, or the ids of the
// assignments if they cannot be told apart. It is empty if nothing is known to.
func (o *operations) users(ctx context.Context, r packet.Reservation) string {
	var out []string
	// The block's own words will do where the devices cannot be read.
	devices, _ := o.api.ListDevices(ctx, r.ProjectID, "")
	if block, err := netip.ParsePrefix(prefix(r)); err == nil {
		for _, d := range devices {
			if slices.ContainsFunc(d.Addresses, func(a packet.Address) bool { return within(block, a.Address) }) {
				out = append(out, fmt.Sprintf("device %s (%s)", d.Hostname, d.ID))
			}
		}
	}
	if len(out) == 0 {
		for _, id := range r.AssignmentIDs {
			out = append(out, "assignment "+id)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func within(block netip.Prefix, address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && block.Contains(a)
}

// prefix is the block in CIDR notation, empty while it has no addresses.
func prefix(r packet.Reservation) string {
	if r.Network == "" {
		return ""
	}
	return fmt.Sprintf("%s/%d", r.Network, r.CIDR)
}
