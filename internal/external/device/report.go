// SPDX-License-Identifier: Apache-2.0

package device

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// States of a device that mean something here. The API has others.
const (
	stateQueued         = "queued"
	stateProvisioning   = "provisioning"
	stateActive         = "active"
	stateFailed         = "failed"
	stateDeprovisioning = "deprovisioning"
	stateDeleted        = "deleted"
)

// Report tells the state of a device, and as events the steps of provisioning
// that were completed since the last report, or that it failed.
func (o *operations) Report(_ context.Context, m Machine, v external.View[State]) external.Report[State] {
	before := v.Previous
	if before.ID != m.ID {
		before = State{}
	}
	s := stateOf(m.Device)
	s.ActiveAt, s.ProvisioningStep = before.ActiveAt, before.ProvisioningStep
	if s.ActiveAt == "" && provisioned(m.State) {
		s.ActiveAt = o.clock.Now().UTC().Format(time.RFC3339)
	}
	steps := news(m.Provisioning, before.ProvisioningStep)
	if len(steps) > 0 {
		s.ProvisioningStep = steps[len(steps)-1]
	}
	r := external.Report[State]{State: s, Ready: ready(s), Details: details(m.Device, s, v.Previous.ID)}
	device := at(o.endpoint, m.ID)
	for _, step := range steps {
		if o.told.first(device, note{owner: o.mark, step: step}) {
			r.Events = append(r.Events, fmt.Sprintf("Provisioning of the device %s is at %d %%: %s", m.ID, s.ProvisioningPercentage, step))
		}
	}
	if m.State == stateFailed && before.State != stateFailed && o.told.first(device, note{owner: o.mark, state: stateFailed}) {
		r.Events = append(r.Events, fmt.Sprintf("Provisioning of the device %s failed", m.ID))
	}
	return r
}

// stateOf tells what the API says. Whatever has an order there that means
// nothing is put in one of our own: another order is no change.
func stateOf(d packet.Device) State {
	s := State{
		ID: d.ID, ProjectID: d.ProjectID, State: d.State,
		ProvisioningPercentage: int64(math.Round(d.ProvisioningPercentage)), CreatedAt: timeText(d.CreatedAt),
		Plan: d.Plan, OperatingSystem: d.OperatingSystem, Metro: d.Metro, Facility: d.Facility,
		HardwareReservationID: d.HardwareReservationID, SpotInstance: d.SpotInstance, TerminationTime: timeText(d.TerminationTime),
		Hostname: d.Hostname, Description: d.Description, BillingCycle: d.BillingCycle,
		Tags: attached.Tags(d.Tags), CustomData: attached.Text(d.CustomData),
		Locked: d.Locked, AlwaysPXE: d.AlwaysPXE, IPXEScriptURL: d.IPXEScriptURL,
		SSHKeyIDs: slices.Sorted(slices.Values(d.SSHKeyIDs)),
	}
	if d.SpotPriceMax != 0 {
		s.SpotPriceMax = strconv.FormatFloat(d.SpotPriceMax, 'f', -1, 64)
	}
	for _, a := range slices.SortedFunc(slices.Values(d.Addresses), func(x, y packet.Address) int { return strings.Compare(x.Address, y.Address) }) {
		family := map[string]int64{"ipv4": 4, "ipv6": 6}[a.AddressFamily]
		s.Network = append(s.Network, Network{
			Address: a.Address, Gateway: a.Gateway, Family: family, CIDR: int64(a.CIDR), Public: a.Public, Management: a.Management,
		})
		switch {
		case !a.Management:
		case a.Public && family == 4:
			s.AccessPublicIPv4 = a.Address
		case a.Public && family == 6:
			s.AccessPublicIPv6 = a.Address
		case family == 4:
			s.AccessPrivateIPv4 = a.Address
		}
	}
	return s
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// provisioned is true in the states that a device reaches only once it has been
// provisioned.
func provisioned(state string) bool {
	return !slices.Contains([]string{"", stateQueued, stateProvisioning, stateFailed, stateDeprovisioning, stateDeleted}, state)
}

// news returns the steps of provisioning that came after the one told last.
func news(steps []packet.ProvisioningEvent, told string) []string {
	var out []string
	for _, step := range steps {
		switch {
		case step.At.IsZero():
		case step.Body == told:
			out = nil
		default:
			out = append(out, step.Body)
		}
	}
	return out
}

// ready is nil if the device can be used.
func ready(s State) *xpv1.Condition {
	c := xpv1.Condition{Type: xpv1.TypeReady, Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}
	switch s.State {
	case stateActive:
		return nil
	case stateQueued, stateProvisioning:
		c.Reason, c.Message = xpv1.ConditionReason(reasonProvisioning), fmt.Sprintf("The device is %s: %d %%.", s.State, s.ProvisioningPercentage)
		if s.ProvisioningStep != "" {
			c.Message += " Last step: " + s.ProvisioningStep + "."
		}
	case stateFailed:
		c.Reason, c.Message = "Failed", "The device failed to provision, which is not tried again; delete this resource and create another."
	case stateDeprovisioning:
		c.Reason, c.Message = "Deprovisioning", "The device is being deleted at the API."
	default:
		c.Reason, c.Message = "NotActive", fmt.Sprintf("The device is %s.", s.State)
	}
	return &c
}

// details are what is needed to log in. The API shows the root password for a
// day; afterwards the Secret keeps the one that it has, unless that is of
// another device: nil stands for what is not known any more.
func details(d packet.Device, s State, previousID string) managed.ConnectionDetails {
	out := managed.ConnectionDetails{
		"id":                []byte(d.ID),
		"hostname":          []byte(d.Hostname),
		"user":              []byte(d.User),
		"sos":               []byte(d.SOS),
		"accessPublicIpv4":  []byte(s.AccessPublicIPv4),
		"accessPublicIpv6":  []byte(s.AccessPublicIPv6),
		"accessPrivateIpv4": []byte(s.AccessPrivateIPv4),
	}
	switch {
	case d.RootPassword != "":
		out["rootPassword"] = []byte(d.RootPassword)
	case previousID == "" || previousID == d.ID:
		out["rootPassword"] = nil
	}
	return out
}
