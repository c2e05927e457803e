// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"slices"
	"strings"
)

// selectDevices applies the filters of a device list's query.
func (c *call) selectDevices(all []Device) []Device {
	var out []Device
	for _, d := range all {
		if c.wants(d) {
			out = append(out, d)
		}
	}
	switch c.query.Get("sort_by") {
	case "hostname":
		slices.SortStableFunc(out, func(a, b Device) int { return strings.Compare(a.Hostname, b.Hostname) })
	case "created_at":
		slices.SortStableFunc(out, func(a, b Device) int { return a.CreatedAt.Compare(b.CreatedAt) })
	case "updated_at":
		slices.SortStableFunc(out, func(a, b Device) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
	}
	if c.query.Get("sort_direction") == "desc" {
		slices.Reverse(out)
	}
	return out
}

func (c *call) wants(d Device) bool {
	is := func(name string, values ...string) bool {
		want := c.query.Get(name)
		return want == "" || slices.Contains(values, want)
	}
	m, _ := findMetro(d.Metro)
	f, _ := findFacility(d.Facility)
	return is("hostname", d.Hostname) &&
		is("facility", d.Facility, f.id()) &&
		is("metro", d.Metro, m.id()) &&
		is("tag", d.Tags...) &&
		is("state", d.State) &&
		is("type", "on_demand") &&
		(c.query.Get("mac_address") == "" || c.hasMAC(d, c.query.Get("mac_address"))) &&
		(c.query.Get("search") == "" || c.found(d, strings.ToLower(c.query.Get("search"))))
}

// found tells whether a search text occurs in what people call a device by.
func (c *call) found(d Device, text string) bool {
	words := append([]string{d.ID, d.Hostname, d.Description}, d.Tags...)
	for _, a := range c.st.addresses.list("device/" + d.ID) {
		words = append(words, a.Address)
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(w), text) })
}

func (c *call) hasMAC(d Device, mac string) bool {
	return slices.ContainsFunc(c.st.ports.list("device/"+d.ID), func(p Port) bool { return strings.EqualFold(p.MAC, mac) })
}
