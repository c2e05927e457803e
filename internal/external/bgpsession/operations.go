// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for sessions.
type api interface {
	sessionReader
	sessionWriter
	surroundings
}

// A sessionReader reads sessions.
type sessionReader interface {
	GetSession(ctx context.Context, id string) (packet.Session, error)
	ListDeviceSessions(ctx context.Context, deviceID string) ([]packet.Session, error)
	ListNeighbors(ctx context.Context, deviceID string) ([]packet.Neighbor, error)
}

// surroundings are where sessions are.
type surroundings interface {
	parent.Projects
	GetDevice(ctx context.Context, id string) (packet.Device, error)
	ListDevices(ctx context.Context, projectID, tag string) ([]packet.Device, error)
	GetBGPConfig(ctx context.Context, projectID string) (packet.BGPConfig, error)
}

// A sessionWriter changes sessions, or has the API look at them anew.
type sessionWriter interface {
	CreateSession(ctx context.Context, deviceID string, s packet.CreateSession) (packet.Session, error)
	UpdateSession(ctx context.Context, id string, s packet.UpdateSession) (packet.Session, error)
	DeleteSession(ctx context.Context, id string) error
	DiscoverSessions(ctx context.Context, projectID string) error
}

var _ api = &packet.Client{}

// Reasons for not creating a session.
const (
	// ReasonDeviceNotFound: there is no such device.
	ReasonDeviceNotFound external.Reason = "DeviceNotFound"
	// ReasonDeviceNotReady: the device is in a state in which it cannot have a
	// session.
	ReasonDeviceNotReady external.Reason = "DeviceNotReady"
	// ReasonBGPNotEnabled: the device's project does not have BGP enabled.
	ReasonBGPNotEnabled external.Reason = "BGPNotEnabled"
)

// operations are those of one connection.
type operations struct {
	api        api
	endpoint   string
	credential credential
	shared     *shared
}

// A credential is a hash of a key.
type credential [sha256.Size]byte

// Get returns the session with an id. The API answers 403 for what the key may
// not see and for some of what is gone; a session is believed to be gone only
// if the same key can list its device's sessions and it is not among them, or if
// the device itself is gone.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (packet.Session, bool, error) {
	session, err := o.api.GetSession(ctx, id)
	switch {
	case err == nil:
		return session, true, nil
	case packet.IsNotFound(err):
		o.shared.forget(o.endpoint, id)
		return packet.Session{}, false, nil
	case !packet.IsForbidden(err) || a.DeviceID == "":
		return packet.Session{}, false, err
	}
	sessions, listErr := o.api.ListDeviceSessions(ctx, a.DeviceID)
	if listErr != nil && !o.withoutDevice(ctx, a.DeviceID, listErr) ||
		slices.ContainsFunc(sessions, func(s packet.Session) bool { return strings.EqualFold(s.ID, id) }) {
		return packet.Session{}, false, err
	}
	o.shared.forget(o.endpoint, id)
	return packet.Session{}, false, nil
}

// Find returns the device's session of the family, or, before it, what an
// attempt on another device made: that one is not to be left behind.
func (o *operations) Find(ctx context.Context, a Arguments) (packet.Session, bool, error) {
	asked := key(a.DeviceID, a.AddressFamily)
	if device, family, ok := strings.Cut(a.Attempted, "/"); ok && a.Attempted != asked {
		s, found, err := o.find(ctx, device, family)
		if found || err != nil || asked == "" {
			return s, found, err
		}
	}
	return o.find(ctx, a.DeviceID, a.AddressFamily)
}

// find returns a device's session of a family. A device that is gone has none.
func (o *operations) find(ctx context.Context, deviceID, family string) (packet.Session, bool, error) {
	sessions, err := o.api.ListDeviceSessions(ctx, deviceID)
	if err != nil && !o.withoutDevice(ctx, deviceID, err) {
		return packet.Session{}, false, err
	}
	for _, s := range sessions {
		if s.AddressFamily == family {
			return s, true, nil
		}
	}
	return packet.Session{}, false, nil
}

// Prepare makes sure that there is a device whose project has BGP enabled, so
// that no request is made that the API would refuse for that.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	device, err := o.api.GetDevice(ctx, a.DeviceID)
	if packet.IsNotFound(err) {
		return &external.Refusal{Reason: ReasonDeviceNotFound, Message: fmt.Sprintf(
			"there is no device %s that the key can see; if the id is wrong, create another BgpSession with the right one; if it is of a Device that was made anew, "+
				"remove deviceId, which a reference or selector then fills again, or have that follow with the policy resolve: Always", a.DeviceID)}
	}
	if err != nil {
		return fmt.Errorf("cannot read the device: %w", err)
	}
	o.shared.homes.set(o.at(a.DeviceID), device.ProjectID)
	if refusal := refuseFor(device); refusal != nil {
		return refusal
	}
	config, err := o.api.GetBGPConfig(ctx, device.ProjectID)
	switch {
	case err == nil && config.Enabled():
		return nil
	case err == nil:
		return &external.Refusal{Reason: ReasonBGPNotEnabled, Message: fmt.Sprintf(
			"BGP is not enabled in the device's project %s: its state is %q; the session follows by itself once it is enabled", device.ProjectID, config.Status)}
	case packet.IsNotFound(err):
		return &external.Refusal{Reason: ReasonBGPNotEnabled, Message: fmt.Sprintf(
			"BGP is not enabled in the device's project %s; enable it there, with a BgpConfig or by POST /projects/%s/bgp-configs: the session follows by itself", device.ProjectID, device.ProjectID)}
	default:
		return fmt.Errorf("cannot read the BGP configuration of the device's project: %w", err)
	}
}

// refuseFor refuses sessions of a device that cannot have one in its state: the
// routers speak to its private address, which it gets while it is provisioned.
func refuseFor(d packet.Device) error {
	switch {
	case d.State == "failed", d.State == "deprovisioning", d.State == "deleted":
		return &external.Refusal{Reason: ReasonDeviceNotReady, Message: fmt.Sprintf(
			"the device %s is %s and will have no session; delete this resource, or give it another device", d.Hostname, d.State)}
	case len(d.Addresses) == 0 && d.State == "active":
		return &external.Refusal{Reason: ReasonDeviceNotReady, Message: fmt.Sprintf(
			"the device %s has no private IPv4 address, which the routers speak to; the session follows by itself once its ports are converted to layer 3", d.Hostname)}
	case len(d.Addresses) == 0:
		return &external.Refusal{Reason: ReasonDeviceNotReady, Message: fmt.Sprintf(
			"the device %s is %s and has no addresses yet; the session follows by itself", d.Hostname, d.State)}
	default:
		return nil
	}
}

// Create makes the session. Creations on one device are made one after the
// other: the API has answered 500 to concurrent ones, with and without storing
// them (packethost/terraform-provider-packet#206).
func (o *operations) Create(ctx context.Context, a Arguments) (packet.Session, error) {
	done, err := o.shared.creations.take(ctx, o.at(a.DeviceID))
	if err != nil {
		return packet.Session{}, fmt.Errorf("another session of the device is being created: %w", err)
	}
	defer done()
	return o.api.CreateSession(ctx, a.DeviceID, packet.CreateSession{
		AddressFamily: a.AddressFamily, DefaultRoute: a.defaultRoute(),
	})
}

// Update changes the default route in place, so that the session stays up.
func (o *operations) Update(ctx context.Context, s packet.Session, a Arguments, _ []external.Difference) (packet.Session, error) {
	return o.api.UpdateSession(ctx, s.ID, packet.UpdateSession{DefaultRoute: a.defaultRoute()})
}

// Delete deletes the session.
func (o *operations) Delete(ctx context.Context, s packet.Session) error {
	o.shared.forget(o.endpoint, s.ID)
	return o.api.DeleteSession(ctx, s.ID)
}
