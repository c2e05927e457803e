// SPDX-License-Identifier: Apache-2.0

package device

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// mismatch names what a device cannot be changed in. The project counts always.
// Plan and place count for a device that this resource did not make: the API
// may call by another name what it was asked for, and "any" is no place. The
// operating system does not count, because a reinstallation changes it.
func mismatch(a Arguments, m Machine) string {
	var texts []string
	compare := func(field, want, got string) {
		if want != "" && !strings.EqualFold(want, got) {
			texts = append(texts, fmt.Sprintf("its %s is %s and not %s", field, got, want))
		}
	}
	compare("projectId", a.ProjectID, m.ProjectID)
	for _, x := range []struct{ field, want, got string }{
		{"plan", a.Plan, m.Plan}, {"metro", a.Metro, m.Metro}, {"facility", a.Facility, m.Facility},
	} {
		if !m.Ours && x.want != "any" && !packet.ValidID(x.want) {
			compare(x.field, x.want, x.got)
		}
	}
	return strings.Join(texts, ", ")
}

// A setting is an argument that can be changed in place, with another value
// than the one asked for.
type setting struct {
	external.Difference

	set func(*packet.UpdateDevice)
}

// settings returns what differs. User data and custom data may hold secrets, so
// their values are not told.
func settings(a Arguments, m Machine) []setting {
	var out []setting
	add := func(differs bool, field, want, got string, set func(*packet.UpdateDevice)) {
		if differs {
			out = append(out, setting{external.Difference{Field: field, Want: want, Got: got}, set})
		}
	}
	text := func(field, want, got string, set func(*packet.UpdateDevice)) {
		add(want != got, field, strconv.Quote(want), strconv.Quote(got), set)
	}
	if a.Hostname != "" {
		text("hostname", a.Hostname, m.Hostname, func(u *packet.UpdateDevice) { u.Hostname = &a.Hostname })
	}
	text("description", a.Description, m.Description, func(u *packet.UpdateDevice) { u.Description = &a.Description })
	if a.BillingCycle != "" {
		text("billingCycle", a.BillingCycle, m.BillingCycle, func(u *packet.UpdateDevice) { u.BillingCycle = &a.BillingCycle })
	}
	want, got := attached.Sorted(attached.Tags(a.Tags)), attached.Sorted(attached.Tags(m.Tags))
	add(!slices.Equal(want, got), "tags", fmt.Sprintf("%q", want), fmt.Sprintf("%q", got), func(u *packet.UpdateDevice) {
		tags := attached.Retag(a.Tags, m.Tags)
		u.Tags = &tags
	})
	add(a.UserData != nil && strings.TrimSpace(*a.UserData) != strings.TrimSpace(string(m.UserData)), "userData", "the one asked for", "another one", func(u *packet.UpdateDevice) {
		data := packet.Secret(*a.UserData)
		u.UserData = &data
	})
	data, err := attached.Data(a.CustomData)
	add(err != nil || !reflect.DeepEqual(data, m.CustomData), "customData", "the one asked for", "another one", func(u *packet.UpdateDevice) { u.CustomData = &data })
	if a.Locked != nil {
		add(*a.Locked != m.Locked, "locked", strconv.FormatBool(*a.Locked), strconv.FormatBool(m.Locked), func(u *packet.UpdateDevice) { u.Locked = a.Locked })
	}
	add(a.AlwaysPXE != m.AlwaysPXE, "alwaysPxe", strconv.FormatBool(a.AlwaysPXE), strconv.FormatBool(m.AlwaysPXE), func(u *packet.UpdateDevice) { u.AlwaysPXE = &a.AlwaysPXE })
	text("ipxeScriptUrl", a.IPXEScriptURL, m.IPXEScriptURL, func(u *packet.UpdateDevice) { u.IPXEScriptURL = &a.IPXEScriptURL })
	return out
}

func differences(a Arguments, m Machine) []external.Difference {
	var out []external.Difference
	for _, s := range settings(a, m) {
		out = append(out, s.Difference)
	}
	return out
}

// change is the update that mends the differences.
func change(a Arguments, m Machine, mend []external.Difference) packet.UpdateDevice {
	var u packet.UpdateDevice
	for _, s := range settings(a, m) {
		if slices.Contains(mend, s.Difference) {
			s.set(&u)
		}
	}
	return u
}
