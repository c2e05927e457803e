// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"math"
	"slices"
	"time"
)

// States of a device.
const (
	DeviceQueued         = "queued"
	DeviceProvisioning   = "provisioning"
	DeviceActive         = "active"
	DeviceInactive       = "inactive"
	DeviceFailed         = "failed"
	DeviceDeprovisioning = "deprovisioning"
	DevicePoweringOn     = "powering_on"
	DevicePoweringOff    = "powering_off"
	DeviceRebooting      = "rebooting"
	DeviceReinstalling   = "reinstalling"
)

// Steps of a device that are not states.
const (
	stepAddresses = "addresses"
	stepHidden    = "hidden"
	stepGone      = "gone"
)

// birth returns what happens to a new device.
func (st *state) birth(now time.Time) []Step {
	t := st.timings
	return (&plan{at: now}).then(t.Queued, DeviceProvisioning).then(t.Addresses, stepAddresses).then(t.Provisioning, DeviceActive).steps
}

// addDevice stores a new device with its ports.
func (st *state) addDevice(d Device) {
	st.devices.put(d)
	st.happened("instance.created", d.Hostname+" was created", d.ProjectID, d, d.CreatedAt)
	st.alarms.arm(st.devices.name, d.ID, d.Steps)
	for _, p := range newPorts(d) {
		st.ports.put(p)
	}
}

// stepDevice lets what is due happen to a device.
func (st *state) stepDevice(id string, now time.Time) {
	d, found := st.devices.get(id)
	n := due(d.Steps, now)
	if !found || n == 0 {
		return
	}
	for _, s := range d.Steps[:n] {
		switch s.To {
		case stepAddresses:
			st.addressDevice(d, s.At)
		case stepHidden:
			d.Hidden = true
		case stepGone:
			st.removeDevice(id)
			return
		default:
			d.State = s.To
			st.happened("instance."+s.To, d.Hostname+" is "+s.To, d.ProjectID, d, s.At)
		}
		d.UpdatedAt = s.At
	}
	d.Steps = d.Steps[n:]
	st.devices.put(d)
	st.alarms.arm(st.devices.name, id, d.Steps)
}

// removeDevice removes a device with everything that hangs on it.
func (st *state) removeDevice(id string) {
	for _, s := range st.sessions.list("device/" + id) {
		st.sessions.delete(s.ID)
	}
	for _, e := range st.events.list("device/" + id) {
		st.events.delete(e.ID)
	}
	for _, p := range st.ports.list("device/" + id) {
		st.ports.delete(p.ID)
	}
	for _, a := range st.addresses.list("device/" + id) {
		st.removeAddress(a)
	}
	st.devices.delete(id)
}

// failDevice moves a device into the state of one that could not be
// provisioned: it disappears behind a 403, and later altogether.
func (st *state) failDevice(d Device, now time.Time) {
	d.State, d.UpdatedAt = DeviceFailed, now
	next := (&plan{at: now}).then(0, stepHidden)
	if wait := st.timings.Hidden; wait > 0 {
		next.then(wait, stepGone)
	}
	d.Steps = next.steps
	st.devices.put(d)
	st.alarms.arm(st.devices.name, d.ID, d.Steps)
}

// lives tells whether the device keeps its project from being deleted.
func (d Device) lives() bool {
	return !d.Hidden && d.State != DeviceDeprovisioning && d.State != DeviceFailed
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

// deleteDevice refuses a device that is still being provisioned, as the real
// API does: https://github.com/packethost/terraform-provider-packet/issues/266.
func (c *call) deleteDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	switch {
	case d.Locked:
		return answer{}, errInvalid("Cannot delete a locked item")
	case d.State == DeviceQueued || d.State == DeviceProvisioning:
		return answer{}, errInvalid("Cannot delete a device while it is provisioning")
	case d.State == DeviceDeprovisioning:
		return noContent()
	}
	d.State, d.UpdatedAt = DeviceDeprovisioning, c.now
	d.Steps = (&plan{at: c.now}).then(c.st.timings.Deprovisioning, stepGone).steps
	c.st.devices.put(d)
	c.st.alarms.arm(c.st.devices.name, d.ID, d.Steps)
	for _, s := range c.st.sessions.list("device/" + d.ID) {
		c.st.sessions.delete(s.ID)
	}
	return noContent()
}

// actionRequest is the body of an action.
type actionRequest struct {
	Type            string `json:"type"`
	OperatingSystem string `json:"operating_system"`
}

func (c *call) actOnDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	req := actionRequest{Type: c.query.Get("type")}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if !slices.Contains([]string{DeviceActive, DeviceInactive}, d.State) {
		return answer{}, errInvalid("Device must be active or inactive")
	}
	during, after := DeviceRebooting, DeviceActive
	switch req.Type {
	case "power_on":
		during = DevicePoweringOn
	case "power_off":
		during, after = DevicePoweringOff, DeviceInactive
	case "reboot", "rescue":
	case "reinstall":
		during = DeviceReinstalling
		if o, found := findSystem(req.OperatingSystem); found {
			d.OperatingSystem = o.slug
		} else if req.OperatingSystem != "" {
			return answer{}, errInvalid(req.OperatingSystem + " is not a valid operating system")
		}
	default:
		return answer{}, errInvalid("Type is not included in the list")
	}
	d.State, d.UpdatedAt = during, c.now
	d.Steps = (&plan{at: c.now}).then(c.st.timings.Action, after).steps
	c.st.devices.put(d)
	c.st.alarms.arm(c.st.devices.name, d.ID, d.Steps)
	return accepted()
}
