// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"math"
	"time"
)

// provisioning are the events on the way to an active device. The real service
// skips numbers too.
var provisioning = []struct{ kind, body string }{
	{"provisioning.101", "Provisioning started"},
	{"provisioning.102", "Network configured"},
	{"provisioning.103", "Configuration written"},
	{"provisioning.104", "Device connected to the installer"},
	{"provisioning.107", "Network interfaces configured"},
	{"provisioning.109", "Installation finished, rebooting device"},
	{"provisioning.110", "Device phoned home and is ready to go"},
}

// provisioningBody returns the text of a provisioning event, empty if there is
// no event of that kind.
func provisioningBody(kind string) string {
	for _, e := range provisioning {
		if e.kind == kind {
			return e.body
		}
	}
	return ""
}

// birth returns what happens to a new device. The events between its addresses
// and its being active come at equal distances.
func (st *state) birth(now time.Time) []Step {
	return st.provision((&plan{at: now}).then(st.timings.Queued, DeviceProvisioning)).steps
}

// provision goes on with what happens to a device that is being provisioned.
func (st *state) provision(p *plan) *plan {
	t := st.timings
	p.then(0, provisioning[0].kind)
	p.then(t.Addresses, stepAddresses).then(0, provisioning[1].kind)
	late := provisioning[2:]
	for i, e := range late {
		wait := t.Provisioning / time.Duration(len(late))
		if i == 0 {
			// The first takes what does not divide, and whether it comes at all.
			wait = t.Provisioning - wait*time.Duration(len(late)-1)
		}
		p.then(wait, e.kind)
	}
	return p.then(0, DeviceActive)
}

// provisioningView is an event as a device under provisioning shows it: without
// id and time if it has not happened yet.
type provisioningView struct {
	ID        *string `json:"id"`
	Type      string  `json:"type"`
	Body      string  `json:"body"`
	CreatedAt *string `json:"created_at"`
}

func (d Device) provisioningEvents(v view) []provisioningView {
	happened := map[string]Event{}
	for _, e := range v.st.events.list("device/" + d.ID) {
		happened[e.Type] = e
	}
	out := make([]provisioningView, 0, len(provisioning))
	for _, e := range provisioning {
		p := provisioningView{Type: e.kind, Body: e.body}
		if h, found := happened[e.kind]; found {
			p.ID, p.CreatedAt = &h.ID, orNull(h.CreatedAt.UTC().Format(milliseconds))
		}
		out = append(out, p)
	}
	return out
}

// percentage returns how far provisioning has come, nil if it stands still.
func (d Device) percentage(now time.Time) *float64 {
	if len(d.Steps) == 0 {
		return nil
	}
	end := d.Steps[len(d.Steps)-1].At
	p := 100.0
	if whole := end.Sub(d.CreatedAt); whole > 0 {
		p = math.Round(100 * float64(now.Sub(d.CreatedAt)) / float64(whole))
	}
	return &p
}
