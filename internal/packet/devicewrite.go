// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// A CreateDevice says what a new device should be. Plan, OperatingSystem, and
// one of Metro and Facilities are needed; a zero value leaves the choice to the
// API.
type CreateDevice struct {
	Hostname, Description string
	// Plan and OperatingSystem are slugs. They cannot be changed later.
	Plan, OperatingSystem string
	// Metro is a code, or "any". It cannot be changed later.
	Metro string
	// Facilities are codes by preference; the last may be "any". The API
	// prefers metros.
	Facilities []string
	// BillingCycle is "hourly", "daily", "monthly" or "yearly".
	BillingCycle string
	Tags         []string
	// UserData is for cloud-init, which fetches it when the device first boots.
	UserData   Secret
	CustomData CustomData
	// Locked devices cannot be deleted.
	Locked bool
	// AlwaysPXE and IPXEScriptURL are for the operating system "custom_ipxe".
	AlwaysPXE     bool
	IPXEScriptURL string
	// HardwareReservationID is a UUID, or "next-available".
	HardwareReservationID string
	// SpotPriceMax is the bid for a SpotInstance, in US dollars per hour.
	SpotInstance bool
	SpotPriceMax float64
	// TerminationTime is when the API shall delete the device; zero for never.
	TerminationTime time.Time
	// ProjectSSHKeyIDs are UUIDs of keys, UserSSHKeyIDs those of users whose
	// keys are wanted. If both are empty, the API puts all keys of the project
	// and of its members on the device, unless NoSSHKeys asks for none.
	ProjectSSHKeyIDs, UserSSHKeyIDs []string
	NoSSHKeys                       bool
	// Addresses are what the device gets; if empty, a public and a private IPv4
	// address and a public IPv6 address. The API insists on a private IPv4 one.
	Addresses []CreateAddress
}

// A CreateAddress asks for addresses of a new device.
type CreateAddress struct {
	// AddressFamily is "ipv4" or "ipv6".
	AddressFamily string
	Public        bool
	// CIDR is the prefix length, 28 to 32 or 124 to 127; 0 for the API's choice.
	CIDR int
	// ReservationIDs are the UUIDs of the blocks to take the addresses from.
	ReservationIDs []string
}

// An UpdateDevice says what of a device should change: what it does not mention
// the API fixes at creation. A field that is nil is left as it is; one that
// points to an empty value is emptied.
type UpdateDevice struct {
	Hostname, Description *string
	BillingCycle          *string
	Tags                  *[]string
	// UserData takes effect when the operating system is installed anew.
	UserData          *Secret
	CustomData        *CustomData
	Locked, AlwaysPXE *bool
	IPXEScriptURL     *string
}

type createDeviceBody struct {
	Hostname              string              `json:"hostname,omitempty"`
	Description           string              `json:"description,omitempty"`
	Plan                  string              `json:"plan"`
	OperatingSystem       string              `json:"operating_system"`
	Metro                 string              `json:"metro,omitempty"`
	Facilities            []string            `json:"facility,omitempty"`
	BillingCycle          string              `json:"billing_cycle,omitempty"`
	Tags                  []string            `json:"tags,omitempty"`
	UserData              string              `json:"userdata,omitempty"`
	CustomData            map[string]any      `json:"customdata,omitempty"`
	Locked                bool                `json:"locked,omitempty"`
	AlwaysPXE             bool                `json:"always_pxe,omitempty"`
	IPXEScriptURL         string              `json:"ipxe_script_url,omitempty"`
	HardwareReservationID string              `json:"hardware_reservation_id,omitempty"`
	SpotInstance          bool                `json:"spot_instance,omitempty"`
	SpotPriceMax          float64             `json:"spot_price_max,omitempty"`
	TerminationTime       time.Time           `json:"termination_time,omitzero"`
	ProjectSSHKeys        []string            `json:"project_ssh_keys,omitempty"`
	UserSSHKeys           []string            `json:"user_ssh_keys,omitempty"`
	NoSSHKeys             bool                `json:"no_ssh_keys,omitempty"`
	Addresses             []createAddressBody `json:"ip_addresses,omitempty"`
}

type createAddressBody struct {
	AddressFamily int      `json:"address_family"`
	Public        bool     `json:"public"`
	CIDR          int      `json:"cidr,omitempty"`
	Reservations  []string `json:"ip_reservations,omitempty"`
}

// CreateDevice makes a device, which the API then provisions: its state is
// "queued" and it has no addresses. It is sent once, never repeated: after an
// error for which IsAmbiguous holds, look for the device with ListDevices by a
// tag of its own, which may take minutes to find it.
func (c *Client) CreateDevice(ctx context.Context, projectID string, d CreateDevice) (Device, error) {
	if err := checkID(http.MethodPost, routeProjectDevices, "project", projectID); err != nil {
		return Device{}, err
	}
	body, err := d.body()
	if err != nil {
		return Device{}, err
	}
	r := request{route: routeProjectDevices, secrets: slices.Concat(secretLines(string(d.UserData)), secretValues(d.CustomData))}
	var got deviceBody
	l, err := c.ask(ctx, r, http.MethodPost, "projects/"+projectID+"/devices", body, &got)
	if err != nil {
		return Device{}, err
	}
	return l.device(got)
}

func (d CreateDevice) body() (createDeviceBody, error) {
	out := createDeviceBody{
		Hostname: d.Hostname, Description: d.Description,
		Plan: d.Plan, OperatingSystem: d.OperatingSystem, Metro: d.Metro, Facilities: d.Facilities,
		BillingCycle: d.BillingCycle, Tags: d.Tags, UserData: string(d.UserData), CustomData: d.CustomData,
		Locked: d.Locked, AlwaysPXE: d.AlwaysPXE, IPXEScriptURL: d.IPXEScriptURL,
		HardwareReservationID: d.HardwareReservationID,
		SpotInstance:          d.SpotInstance, SpotPriceMax: d.SpotPriceMax, TerminationTime: d.TerminationTime.UTC(),
		ProjectSSHKeys: d.ProjectSSHKeyIDs, UserSSHKeys: d.UserSSHKeyIDs, NoSSHKeys: d.NoSSHKeys,
	}
	for _, a := range d.Addresses {
		family, ok := map[string]int{"ipv4": 4, "ipv6": 6}[a.AddressFamily]
		if !ok {
			return out, &Error{
				Class: ClassInvalid, Method: http.MethodPost, Route: routeProjectDevices,
				Message: "the address family of a device's address is neither ipv4 nor ipv6",
			}
		}
		out.Addresses = append(out.Addresses, createAddressBody{
			AddressFamily: family, Public: a.Public, CIDR: a.CIDR, Reservations: a.ReservationIDs,
		})
	}
	return out, nil
}

// UpdateDevice changes a device in place and returns it as it is afterwards.
func (c *Client) UpdateDevice(ctx context.Context, id string, d UpdateDevice) (Device, error) {
	if err := checkID(http.MethodPut, routeDevice, "device", id); err != nil {
		return Device{}, err
	}
	r := request{route: routeDevice, secrets: changedSecrets(d.CustomData)}
	if d.UserData != nil {
		r.secrets = append(r.secrets, secretLines(string(*d.UserData))...)
	}
	var got deviceBody
	l, err := c.ask(ctx, r, http.MethodPut, "devices/"+id+includeFacility, struct {
		Hostname      *string   `json:"hostname,omitempty"`
		Description   *string   `json:"description,omitempty"`
		BillingCycle  *string   `json:"billing_cycle,omitempty"`
		Tags          *[]string `json:"tags,omitempty"`
		UserData      *string   `json:"userdata,omitempty"`
		CustomData    any       `json:"customdata,omitempty"`
		Locked        *bool     `json:"locked,omitempty"`
		AlwaysPXE     *bool     `json:"always_pxe,omitempty"`
		IPXEScriptURL *string   `json:"ipxe_script_url,omitempty"`
	}{
		d.Hostname, d.Description, d.BillingCycle, changedTags(d.Tags), (*string)(d.UserData), changedData(d.CustomData),
		d.Locked, d.AlwaysPXE, d.IPXEScriptURL,
	}, &got)
	if err != nil {
		return Device{}, err
	}
	return l.deviceWithID(got, id)
}
