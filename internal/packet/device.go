// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"time"

	"github.com/packethost/packngo"
)

const routeDevice = "/devices/{id}"

// A Device is a server.
type Device struct {
	// ID is the device's UUID.
	ID string
	// ProjectID is the UUID of its project.
	ProjectID string
	Hostname  string
	// State is "queued", "provisioning", "active", "failed", "deprovisioning",
	// "powering_off", "inactive", "powering_on" or "reinstalling"; others exist.
	State string
	Tags  []string
	// Addresses are empty until some time after creation.
	Addresses []Address
	// ReadAt is when the request that told all this was started.
	ReadAt time.Time
}

// An Address is an IP address of a device.
type Address struct {
	// ID is the assignment's UUID.
	ID string
	// AddressFamily is "ipv4" or "ipv6".
	AddressFamily string
	// Address and Gateway are without a prefix length; that is CIDR.
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
	return c.read.device(ctx, id)
}

func (d direct) device(ctx context.Context, id string) (Device, error) {
	var got *packngo.Device
	l, err := d.do(ctx, request{route: routeDevice}, func(p *packngo.Client) (err error) {
		got, _, err = p.Devices.Get(id, nil)
		return err
	})
	if err != nil {
		return Device{}, err
	}
	return l.device(*got)
}

func (l *call) device(d packngo.Device) (Device, error) {
	if !ValidID(d.ID) {
		return Device{}, l.unusable("the answer holds a device without an id")
	}
	out := Device{ID: d.ID, Hostname: d.Hostname, State: d.State, Tags: d.Tags, ReadAt: l.started}
	if d.Project != nil {
		out.ProjectID = linkedID(d.Project.ID, d.Project.URL)
	}
	for _, a := range d.Network {
		out.Addresses = append(out.Addresses, Address{
			ID:            a.ID,
			AddressFamily: map[int]string{4: "ipv4", 6: "ipv6"}[a.AddressFamily],
			Address:       a.Address,
			Gateway:       a.Gateway,
			CIDR:          a.CIDR,
			Public:        a.Public,
			Management:    a.Management,
		})
	}
	return out, nil
}
