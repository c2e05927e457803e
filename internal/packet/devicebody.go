// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"strings"

	"github.com/packethost/packngo"
)

// includeFacility asks for the facility in full, as packngo does: the API's
// documents do not promise it.
const includeFacility = "?include=facility"

// deviceBody is what is read of a device. packngo's type decodes everything that
// hangs on a device, and fails on custom data or coordinates in another form.
type deviceBody struct {
	ID                  string             `json:"id"`
	Hostname            string             `json:"hostname"`
	Description         string             `json:"description"`
	State               string             `json:"state"`
	Percentage          float64            `json:"provisioning_percentage"`
	Events              []eventBody        `json:"provisioning_events"`
	Plan                slug               `json:"plan"`
	OperatingSystem     slug               `json:"operating_system"`
	Metro               code               `json:"metro"`
	Facility            code               `json:"facility"`
	BillingCycle        string             `json:"billing_cycle"`
	Tags                []string           `json:"tags"`
	UserData            string             `json:"userdata"`
	CustomData          dataBody           `json:"customdata"`
	Locked              bool               `json:"locked"`
	NetworkFrozen       bool               `json:"network_frozen"`
	AlwaysPXE           bool               `json:"always_pxe"`
	IPXEScriptURL       string             `json:"ipxe_script_url"`
	SSHKeys             []link             `json:"ssh_keys"`
	Addresses           []addressBody      `json:"ip_addresses"`
	Ports               []portBody         `json:"network_ports"`
	User                string             `json:"user"`
	RootPassword        string             `json:"root_password"`
	SOS                 string             `json:"sos"`
	Project             link               `json:"project"`
	HardwareReservation link               `json:"hardware_reservation"`
	SpotInstance        bool               `json:"spot_instance"`
	SpotPriceMax        float64            `json:"spot_price_max"`
	TerminationTime     *packngo.Timestamp `json:"termination_time"`
	CreatedAt           *packngo.Timestamp `json:"created_at"`
	UpdatedAt           *packngo.Timestamp `json:"updated_at"`
}

// A slug is an object that is named by its slug.
type slug struct {
	Slug string `json:"slug"`
}

// A code is a place that is named by its code.
type code struct {
	Code string `json:"code"`
}

type eventBody struct {
	Type      string             `json:"type"`
	Body      string             `json:"body"`
	CreatedAt *packngo.Timestamp `json:"created_at"`
}

type addressBody struct {
	ID            string `json:"id"`
	AddressFamily int    `json:"address_family"`
	Address       string `json:"address"`
	Gateway       string `json:"gateway"`
	Network       string `json:"network"`
	Netmask       string `json:"netmask"`
	CIDR          int    `json:"cidr"`
	Public        bool   `json:"public"`
	Management    bool   `json:"management"`
	Global        bool   `json:"global_ip"`
}

type portBody struct {
	Type string `json:"type"`
	Name string `json:"name"`
	Data struct {
		Bonded bool `json:"bonded"`
	} `json:"data"`
}

func (l *call) device(d deviceBody) (Device, error) {
	if !ValidID(d.ID) {
		return Device{}, l.unusable("the answer holds a device without an id")
	}
	return Device{
		ID:                     d.ID,
		ProjectID:              d.Project.id(),
		Hostname:               d.Hostname,
		Description:            d.Description,
		State:                  d.State,
		ProvisioningPercentage: d.Percentage,
		Provisioning:           d.provisioning(),
		Plan:                   d.Plan.Slug,
		OperatingSystem:        d.OperatingSystem.Slug,
		Metro:                  d.Metro.Code,
		Facility:               d.Facility.Code,
		BillingCycle:           d.BillingCycle,
		Tags:                   d.Tags,
		UserData:               Secret(d.UserData),
		CustomData:             CustomData(d.CustomData),
		Locked:                 d.Locked,
		NetworkFrozen:          d.NetworkFrozen,
		AlwaysPXE:              d.AlwaysPXE,
		IPXEScriptURL:          d.IPXEScriptURL,
		SSHKeyIDs:              linkedIDs(d.SSHKeys),
		Addresses:              d.addresses(),
		NetworkType:            d.networkType(),
		User:                   d.User,
		RootPassword:           Secret(d.RootPassword),
		SOS:                    d.SOS,
		HardwareReservationID:  d.HardwareReservation.id(),
		SpotInstance:           d.SpotInstance,
		SpotPriceMax:           d.SpotPriceMax,
		TerminationTime:        timeOf(d.TerminationTime),
		CreatedAt:              timeOf(d.CreatedAt),
		UpdatedAt:              timeOf(d.UpdatedAt),
		ReadAt:                 l.started,
	}, nil
}

// deviceWithID translates the answer to a request for one device.
func (l *call) deviceWithID(d deviceBody, id string) (Device, error) {
	if d.ID != "" && !strings.EqualFold(d.ID, id) {
		return Device{}, l.unusable("the answer holds another device")
	}
	return l.device(d)
}

func (d deviceBody) provisioning() []ProvisioningEvent {
	var out []ProvisioningEvent
	for _, e := range d.Events {
		out = append(out, ProvisioningEvent{Type: e.Type, Body: e.Body, At: timeOf(e.CreatedAt)})
	}
	return out
}

func (d deviceBody) addresses() []Address {
	var out []Address
	for _, a := range d.Addresses {
		out = append(out, Address{
			ID:            a.ID,
			AddressFamily: familyName(a.AddressFamily),
			Address:       a.Address,
			Gateway:       a.Gateway,
			Network:       a.Network,
			Netmask:       a.Netmask,
			CIDR:          a.CIDR,
			Public:        a.Public,
			Management:    a.Management,
			Global:        a.Global,
		})
	}
	return out
}

// networkType leaves the verdict to packngo, which has it from the console.
func (d deviceBody) networkType() string {
	if len(d.Ports) == 0 {
		return ""
	}
	p := packngo.Device{Plan: &packngo.Plan{Slug: d.Plan.Slug}}
	for _, b := range d.Ports {
		p.NetworkPorts = append(p.NetworkPorts, packngo.Port{Type: b.Type, Name: b.Name, Data: packngo.PortData{Bonded: b.Data.Bonded}})
	}
	for _, a := range d.Addresses {
		p.Network = append(p.Network, &packngo.IPAddressAssignment{IpAddressCommon: packngo.IpAddressCommon{Management: a.Management}})
	}
	return p.GetNetworkType()
}
