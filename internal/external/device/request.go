// SPDX-License-Identifier: Apache-2.0

package device

import (
	"strconv"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// request is what the API is asked for. The mark comes after the user's tags.
// The error is a *external.Refusal.
func request(a Arguments, mark string) (packet.CreateDevice, error) {
	r := packet.CreateDevice{
		Hostname: a.Hostname, Description: a.Description,
		Plan: a.Plan, OperatingSystem: a.OperatingSystem, Metro: a.Metro, BillingCycle: a.BillingCycle,
		Tags: append(attached.Tags(a.Tags), mark), UserData: packet.Secret(ptr.Deref(a.UserData, "")),
		Locked: ptr.Deref(a.Locked, false), AlwaysPXE: a.AlwaysPXE, IPXEScriptURL: a.IPXEScriptURL,
		HardwareReservationID: a.HardwareReservationID, SpotInstance: a.SpotInstance,
		ProjectSSHKeyIDs: a.ProjectSSHKeyIDs, UserSSHKeyIDs: a.UserSSHKeyIDs, NoSSHKeys: a.NoSSHKeys,
	}
	if a.Facility != "" {
		r.Facilities = []string{a.Facility}
	}
	for _, x := range a.IPAddresses {
		scope, family, _ := strings.Cut(x.Type, "_")
		r.Addresses = append(r.Addresses, packet.CreateAddress{
			AddressFamily: family, Public: scope == "public", CIDR: int(x.CIDR), ReservationIDs: x.ReservationIDs,
		})
	}
	var err error
	if r.CustomData, err = attached.Data(a.CustomData); err != nil {
		return r, err
	}
	if a.SpotPriceMax != "" {
		if r.SpotPriceMax, err = strconv.ParseFloat(a.SpotPriceMax, 64); err != nil {
			return r, invalid("spotPriceMax", "it is no price; write one in US dollars per hour, such as 0.5")
		}
	}
	if a.TerminationTime != "" {
		if r.TerminationTime, err = time.Parse(time.RFC3339, a.TerminationTime); err != nil {
			return r, invalid("terminationTime", "there is no such time; write one in RFC 3339, such as 2030-01-31T12:00:00Z")
		}
	}
	return r, nil
}

func invalid(argument, message string) *external.Refusal {
	return &external.Refusal{Reason: external.ReasonInvalid, Argument: argument, Message: message}
}
