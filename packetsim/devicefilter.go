// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"slices"
	"strconv"
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
	p, _ := findPlan(d.Plan)
	return strings.Contains(d.Hostname, c.query.Get("hostname")) &&
		is("facility", d.Facility, f.id()) &&
		is("metro", d.Metro, m.id()) &&
		is("tag", d.Tags...) &&
		is("state", d.State) &&
		is("type", d.kinds()...) &&
		is("reserved", strconv.FormatBool(d.HardwareID != "")) &&
		is("has_termination_time", strconv.FormatBool(d.TerminationTime != nil)) &&
		c.ofCategory(p) &&
		(c.query.Get("mac_address") == "" || c.hasMAC(d, c.query.Get("mac_address"))) &&
		(c.query.Get("search") == "" || c.found(d, strings.ToLower(c.query.Get("search"))))
}

// kinds returns the names by which the type of a device can be asked for.
func (d Device) kinds() []string {
	switch {
	case d.SpotInstance:
		return []string{"spot", "spot_market"}
	case d.HardwareID != "":
		return []string{"reserved"}
	}
	return []string{"ondemand", "on_demand"}
}

// ofCategory tells whether a plan is of one of the categories asked for.
func (c *call) ofCategory(p planType) bool {
	want := c.listParam("categories")
	return len(want) == 0 || slices.ContainsFunc(p.categories(), func(have string) bool { return slices.Contains(want, have) })
}

// listParam returns the values of a parameter in any of the forms that a list
// may have: name=a,b and name=a&name=b and name[]=a.
func (c *call) listParam(name string) []string {
	var out []string
	for _, v := range slices.Concat(c.query[name], c.query[name+"[]"]) {
		out = append(out, strings.FieldsFunc(v, func(r rune) bool { return r == ',' })...)
	}
	return out
}

// found tells whether a search text occurs in what people call a device by.
func (c *call) found(d Device, text string) bool {
	f, _ := findFacility(d.Facility)
	p, _ := findPlan(d.Plan)
	o, _ := findSystem(d.OperatingSystem)
	words := append([]string{d.ID, d.Hostname, d.Description, d.HardwareID, f.code, f.name, p.slug, p.class, o.slug, o.name}, d.Tags...)
	for _, a := range c.st.addresses.list("device/" + d.ID) {
		words = append(words, a.Address)
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(w), text) })
}

func (c *call) hasMAC(d Device, mac string) bool {
	return slices.ContainsFunc(c.st.ports.list("device/"+d.ID), func(p Port) bool { return strings.EqualFold(p.MAC, mac) })
}
