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
	ID                  word               `json:"id"`
	Hostname            word               `json:"hostname"`
	Description         prose              `json:"description"`
	State               word               `json:"state"`
	Percentage          float64            `json:"provisioning_percentage"`
	Events              few[eventBody]     `json:"provisioning_events"`
	Plan                slug               `json:"plan"`
	OperatingSystem     slug               `json:"operating_system"`
	Metro               code               `json:"metro"`
	Facility            code               `json:"facility"`
	BillingCycle        word               `json:"billing_cycle"`
	Tags                few[prose]         `json:"tags"`
	UserData            script             `json:"userdata"`
	CustomData          dataBody           `json:"customdata"`
	Locked              bool               `json:"locked"`
	AlwaysPXE           bool               `json:"always_pxe"`
	IPXEScriptURL       prose              `json:"ipxe_script_url"`
	SSHKeys             few[link]          `json:"ssh_keys"`
	Addresses           few[addressBody]   `json:"ip_addresses"`
	User                word               `json:"user"`
	RootPassword        word               `json:"root_password"`
	SOS                 word               `json:"sos"`
	Project             link               `json:"project"`
	HardwareReservation link               `json:"hardware_reservation"`
	SpotInstance        bool               `json:"spot_instance"`
	SpotPriceMax        float64            `json:"spot_price_max"`
	TerminationTime     *packngo.Timestamp `json:"termination_time"`
	CreatedAt           *packngo.Timestamp `json:"created_at"`
}

// A slug is an object that is named by its slug.
type slug struct {
	Slug word `json:"slug"`
}

// A code is a place that is named by its code.
type code struct {
	Code word `json:"code"`
}

type eventBody struct {
	Body      prose              `json:"body"`
	CreatedAt *packngo.Timestamp `json:"created_at"`
}

type addressBody struct {
	ID            word    `json:"id"`
	AddressFamily int     `json:"address_family"`
	Address       address `json:"address"`
	Gateway       address `json:"gateway"`
	Network       address `json:"network"`
	Netmask       address `json:"netmask"`
	CIDR          int     `json:"cidr"`
	Public        bool    `json:"public"`
	Management    bool    `json:"management"`
}

func (l *call) device(d deviceBody) (Device, error) {
	if !ValidID(string(d.ID)) {
		return Device{}, l.unusable("the answer holds a device without an id")
	}
	if p := d.Project.id(); p != "" && !ValidID(p) {
		return Device{}, l.unusable("the answer holds a device of a project without an id")
	}
	return Device{
		ID:                     string(d.ID),
		ProjectID:              d.Project.id(),
		Hostname:               string(d.Hostname),
		Description:            string(d.Description),
		State:                  string(d.State),
		ProvisioningPercentage: d.Percentage,
		Provisioning:           d.provisioning(),
		Plan:                   string(d.Plan.Slug),
		OperatingSystem:        string(d.OperatingSystem.Slug),
		Metro:                  string(d.Metro.Code),
		Facility:               string(d.Facility.Code),
		BillingCycle:           string(d.BillingCycle),
		Tags:                   stringsOf(d.Tags),
		UserData:               Secret(d.UserData),
		CustomData:             CustomData(d.CustomData),
		Locked:                 d.Locked,
		AlwaysPXE:              d.AlwaysPXE,
		IPXEScriptURL:          string(d.IPXEScriptURL),
		SSHKeyIDs:              linkedIDs(d.SSHKeys),
		Addresses:              d.addresses(),
		User:                   string(d.User),
		RootPassword:           Secret(d.RootPassword),
		SOS:                    string(d.SOS),
		HardwareReservationID:  d.HardwareReservation.id(),
		SpotInstance:           d.SpotInstance,
		SpotPriceMax:           d.SpotPriceMax,
		TerminationTime:        timeOf(d.TerminationTime),
		CreatedAt:              timeOf(d.CreatedAt),
	}, nil
}

// deviceWithID translates the answer to a request for one device.
func (l *call) deviceWithID(d deviceBody, id string) (Device, error) {
	if d.ID != "" && !strings.EqualFold(string(d.ID), id) {
		return Device{}, l.unusable("the answer holds another device")
	}
	return l.device(d)
}

func (d deviceBody) provisioning() []ProvisioningEvent {
	var out []ProvisioningEvent
	for _, e := range d.Events {
		out = append(out, ProvisioningEvent{Body: string(e.Body), At: timeOf(e.CreatedAt)})
	}
	return out
}

func (d deviceBody) addresses() []Address {
	var out []Address
	for _, a := range d.Addresses {
		out = append(out, Address{
			AddressFamily: familyName(a.AddressFamily),
			Address:       string(a.Address),
			Gateway:       string(a.Gateway),
			CIDR:          a.CIDR,
			Public:        a.Public,
			Management:    a.Management,
		})
	}
	return out
}
