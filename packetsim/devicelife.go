// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
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

// addDevice stores a new device with its ports.
func (st *state) addDevice(d Device) {
	st.devices.put(d)
	st.happened("instance.created", d.Hostname+" was created", d.ProjectID, d, d.CreatedAt)
	st.armDevice(d)
	for _, p := range newPorts(d) {
		st.ports.put(p)
	}
}

// armDevice sets the alarm for what will happen to a device next.
func (st *state) armDevice(d Device) {
	st.alarms.arm(st.devices.name, d.ID, d.upcoming(time.Time{}))
}

// upcoming returns what happens to a device after now: its steps, with the end
// that its owner set in front of them if that comes first.
func (d Device) upcoming(now time.Time) []Step {
	end := d.TerminationTime
	if end == nil || !end.After(now) || len(d.Steps) > 0 && d.Steps[0].At.Before(*end) {
		return d.Steps
	}
	return append([]Step{{At: *end, To: stepGone}}, d.Steps...)
}

// stepDevice lets what is due happen to a device.
func (st *state) stepDevice(id string, now time.Time) {
	d, found := st.devices.get(id)
	if !found {
		return
	}
	n := due(d.Steps, now)
	for _, s := range d.Steps[:n] {
		if s.To == stepGone {
			st.freeHardware(d, s.At)
			st.removeDevice(id)
			return
		}
		st.step(&d, s)
		d.UpdatedAt = s.At
	}
	if n > 0 {
		d.Steps = d.Steps[n:]
		st.devices.put(d)
	}
	// An end that has passed is left out, or it would ring for ever while the
	// device may not be deleted.
	st.alarms.arm(st.devices.name, id, d.upcoming(now))
	if t := d.TerminationTime; t != nil && !t.After(now) && d.refusal() == nil && d.lives() {
		st.deprovision(d, now)
	}
}

// step lets one step of a device happen.
func (st *state) step(d *Device, s Step) {
	switch {
	case s.To == stepAddresses:
		st.addressDevice(*d, s.At)
	case s.To == stepHidden:
		d.Hidden = true
		st.removeSessions(d.ID)
	case provisioningBody(s.To) != "":
		st.happened(s.To, provisioningBody(s.To), d.ProjectID, *d, s.At)
	default:
		d.State = s.To
		st.happened("instance."+s.To, d.Hostname+" is "+s.To, d.ProjectID, *d, s.At)
	}
}

func (st *state) removeSessions(deviceID string) {
	for _, s := range st.sessions.list("device/" + deviceID) {
		st.sessions.delete(s.ID)
	}
}

// removeDevice removes a device with everything that hangs on it.
func (st *state) removeDevice(id string) {
	st.removeSessions(id)
	for _, e := range st.events.list("device/" + id) {
		st.events.delete(e.ID)
	}
	for _, p := range st.ports.list("device/" + id) {
		for _, b := range st.vlanBatches.list("port/" + p.ID) {
			st.vlanBatches.delete(b.ID)
		}
		st.ports.delete(p.ID)
	}
	for _, a := range st.addresses.list("device/" + id) {
		st.removeAddress(a)
	}
	st.devices.delete(id)
	st.alarms.arm(st.devices.name, id, nil)
}

// failDevice moves a device into the state of one that could not be
// provisioned: it disappears behind a 403, and later altogether.
func (st *state) failDevice(d Device, now time.Time) {
	d.State, d.UpdatedAt = DeviceFailed, now
	next := (&plan{at: now}).then(st.timings.Failed, stepHidden)
	if wait := st.timings.Hidden; wait > 0 {
		next.then(wait, stepGone)
	}
	d.Steps = next.steps
	st.devices.put(d)
	st.armDevice(d)
}

// lives tells whether the device keeps its project from being deleted.
func (d Device) lives() bool {
	return !d.Hidden && d.State != DeviceDeprovisioning && d.State != DeviceFailed
}

// refusal returns why the device cannot be deleted now, nil if it can. That one
// cannot be while it is provisioned is
// https://github.com/packethost/terraform-provider-packet/issues/266.
func (d Device) refusal() error {
	switch {
	case d.Locked:
		return errInvalid("Cannot delete a locked item")
	case d.State == DeviceQueued || d.State == DeviceProvisioning:
		return errInvalid("Cannot delete a device while it is provisioning")
	}
	return nil
}

// deleteDevice pays no heed to force_delete, which is for attached volumes and
// lifts no other rule.
func (c *call) deleteDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if err := d.refusal(); err != nil {
		return answer{}, err
	}
	if d.State != DeviceDeprovisioning {
		c.st.deprovision(d, c.now)
	}
	return noContent()
}

// deprovision begins to remove a device. Its sessions are gone at once.
func (st *state) deprovision(d Device, now time.Time) {
	d.State, d.UpdatedAt = DeviceDeprovisioning, now
	d.Steps = (&plan{at: now}).then(st.timings.Deprovisioning, stepGone).steps
	st.devices.put(d)
	st.armDevice(d)
	st.removeSessions(d.ID)
}

// actionRequest is the body of an action.
type actionRequest struct {
	Type            string `json:"type"`
	OperatingSystem string `json:"operating_system"`
	IPXEScriptURL   string `json:"ipxe_script_url"`
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
		if err := (deviceRequest{IPXEScriptURL: orNull(req.IPXEScriptURL)}).apply(&d); err != nil {
			return answer{}, err
		}
	default:
		return answer{}, errInvalid("Type is not included in the list")
	}
	d.State, d.UpdatedAt = during, c.now
	d.Steps = (&plan{at: c.now}).then(c.st.timings.Action, after).steps
	c.st.devices.put(d)
	c.st.armDevice(d)
	return accepted()
}
