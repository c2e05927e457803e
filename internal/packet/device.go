// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	routeDevice         = "/devices/{id}"
	routeProjectDevices = "/projects/{id}/devices"
)

// A Device is a server.
type Device struct {
	// ID is the device's UUID.
	ID string
	// ProjectID is the UUID of its project.
	ProjectID string
	// Hostname is not unique.
	Hostname    string
	Description string
	// State is "queued", "provisioning", "active", "failed", "deprovisioning",
	// "powering_off", "inactive", "powering_on" or "reinstalling"; others exist.
	State string
	// ProvisioningPercentage is 0 to 100 while the device is provisioned, and 0
	// otherwise.
	ProvisioningPercentage float64
	// Provisioning are the steps of provisioning, in order, also those to come.
	Provisioning []ProvisioningEvent
	// Plan and OperatingSystem are slugs, Metro and Facility are codes.
	Plan, OperatingSystem, Metro, Facility string
	// BillingCycle is "hourly", "daily", "monthly" or "yearly".
	BillingCycle string
	Tags         []string
	UserData     Secret
	CustomData   CustomData
	// Locked devices cannot be deleted.
	Locked        bool
	AlwaysPXE     bool
	IPXEScriptURL string
	// SSHKeyIDs are the keys that were put on the device.
	SSHKeyIDs []string
	// Addresses are empty until some time after creation.
	Addresses []Address
	// User is who may log in with the RootPassword, which the API shows for 24
	// hours.
	User         string
	RootPassword Secret
	// SOS is the address of the serial console, for ssh.
	SOS string
	// HardwareReservationID is a UUID; empty for hardware on demand.
	HardwareReservationID string
	// SpotPriceMax is the bid of a SpotInstance, in US dollars per hour.
	SpotInstance bool
	SpotPriceMax float64
	// TerminationTime is when the API will delete the device; zero for never.
	TerminationTime time.Time
	CreatedAt       time.Time
}

// A ProvisioningEvent is a step of provisioning.
type ProvisioningEvent struct {
	// Body is text for people.
	Body string
	// At is when it happened; zero if that is still to come.
	At time.Time
}

// An Address is an IP address of a device.
type Address struct {
	// AddressFamily is "ipv4" or "ipv6".
	AddressFamily string
	// Address and Gateway are without a prefix length, which is CIDR.
	Address, Gateway string
	CIDR             int
	Public           bool
	// Management marks the addresses that a device is created with.
	Management bool
}

// GetDevice returns the device with the given id. A device that failed to
// provision is moved out of sight and answers with ClassForbidden, later with
// ClassNotFound.
func (c *Client) GetDevice(ctx context.Context, id string) (Device, error) {
	if err := checkID(http.MethodGet, routeDevice, "device", id); err != nil {
		return Device{}, err
	}
	var got deviceBody
	l, err := c.ask(ctx, request{route: routeDevice}, http.MethodGet, "devices/"+id+includeFacility, nil, &got)
	if err != nil {
		return Device{}, err
	}
	return l.deviceWithID(got, id)
}

// ListDevices returns the devices of a project; with a tag, those that have it.
// Devices that failed to provision may be missing.
func (c *Client) ListDevices(ctx context.Context, projectID, tag string) ([]Device, error) {
	if err := checkID(http.MethodGet, routeProjectDevices, "project", projectID); err != nil {
		return nil, err
	}
	q := url.Values{"include": {"facility"}}
	if tag != "" {
		q.Set("tag", tag)
	}
	out, err := listing[deviceBody, Device]{
		request: request{route: routeProjectDevices, list: "devices"},
		path:    "projects/" + projectID + "/devices", query: q, translate: (*call).device,
	}.all(ctx, c)
	// A server that does not know the filter must not have a device taken for
	// another one.
	return slices.DeleteFunc(out, func(d Device) bool { return tag != "" && !slices.Contains(d.Tags, tag) }), err
}

// DeleteDevice deletes a device. IsBusy holds for the error if the device is
// being provisioned, IsLocked if it is locked. Of a device that does not exist
// any more the API says ClassForbidden or ClassNotFound.
func (c *Client) DeleteDevice(ctx context.Context, id string) error {
	return c.remove(ctx, routeDevice, "device", "devices/", id)
}
