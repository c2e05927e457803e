// SPDX-License-Identifier: Apache-2.0

package project

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// reasonInUse is why a project is not deleted: something is in it.
const reasonInUse external.Reason = "InUse"

// atMost is how many things of a sort a message names.
const atMost = 3

// contents names what is in a project, for a person. What cannot be listed is
// left out: the API's own words say something, too.
func (o *operations) contents(ctx context.Context, projectID string) string {
	var parts []string
	add := func(sort string, names []string) {
		if len(names) > 0 {
			slices.Sort(names)
			parts = append(parts, sort+" "+listed(names))
		}
	}
	devices, _ := o.api.ListDevices(ctx, projectID, "")
	add("devices", named(devices, func(d packet.Device) string { return cmp.Or(d.Hostname, d.ID) }))
	blocks, _ := o.api.ListReservations(ctx, projectID)
	add("IP blocks", named(blocks, func(r packet.Reservation) string {
		switch {
		case r.Management:
			// It comes and goes with a device.
			return ""
		case r.Network == "":
			return r.ID
		default:
			return fmt.Sprintf("%s/%d", r.Network, r.CIDR)
		}
	}))
	vlans, _ := o.api.ListVLANs(ctx, projectID)
	add("VLANs", named(vlans, func(v packet.VLAN) string { return fmt.Sprint(v.VXLAN) }))
	if len(parts) == 0 {
		return "it holds something that this provider does not list"
	}
	return strings.Join(parts, ", ")
}

// named returns the names of things, without those that have none.
func named[T any](things []T, name func(T) string) []string {
	var out []string
	for _, t := range things {
		if n := name(t); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// listed returns the first few of some names, and how many more there are.
func listed(names []string) string {
	if more := len(names) - atMost; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:atMost], ", "), more)
	}
	return strings.Join(names, ", ")
}

// words are those in which the API refused.
func words(err error) string {
	var e *packet.Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "nothing"
}
