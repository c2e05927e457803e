// SPDX-License-Identifier: Apache-2.0

package device

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/utils/clock"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Options of the kind. The zero value of a field means its default.
type Options struct {
	// Window is how long a creation is not repeated of which it is not known
	// whether it made a device: lists lag behind by minutes
	// (packethost/packngo#139). Default 10 min.
	Window time.Duration
	// Clock defaults to the real one.
	Clock clock.PassiveClock
}

// Arguments are what a user asks for.
type Arguments struct {
	ProjectID             string    `json:"projectId,omitempty"`
	Plan                  string    `json:"plan,omitempty"`
	OperatingSystem       string    `json:"operatingSystem,omitempty"`
	Metro                 string    `json:"metro,omitempty"`
	Facility              string    `json:"facility,omitempty"`
	ProjectSSHKeyIDs      []string  `json:"projectSshKeyIds,omitempty"`
	UserSSHKeyIDs         []string  `json:"userSshKeyIds,omitempty"`
	NoSSHKeys             bool      `json:"noSshKeys,omitempty"`
	IPAddresses           []Address `json:"ipAddresses,omitempty"`
	HardwareReservationID string    `json:"hardwareReservationId,omitempty"`
	SpotInstance          bool      `json:"spotInstance,omitempty"`
	SpotPriceMax          string    `json:"spotPriceMax,omitempty"`
	TerminationTime       string    `json:"terminationTime,omitempty"`

	Hostname      string   `json:"hostname,omitempty"`
	Description   string   `json:"description,omitempty"`
	BillingCycle  string   `json:"billingCycle,omitempty"`
	Tags          []string `json:"tags,omitempty"`
	UserData      *string  `json:"userData,omitempty"`
	CustomData    string   `json:"customData,omitempty"`
	Locked        *bool    `json:"locked,omitempty"`
	AlwaysPXE     bool     `json:"alwaysPxe,omitempty"`
	IPXEScriptURL string   `json:"ipxeScriptUrl,omitempty"`
}

// An Address asks for addresses of a new device.
type Address struct {
	Type           string   `json:"type,omitempty"`
	CIDR           int64    `json:"cidr,omitempty"`
	ReservationIDs []string `json:"reservationIds,omitempty"`
}

// State is what a user sees of a device.
type State struct {
	ID                     string `json:"id,omitempty"`
	ProjectID              string `json:"projectId,omitempty"`
	State                  string `json:"state,omitempty"`
	ProvisioningPercentage int64  `json:"provisioningPercentage,omitempty"`
	ProvisioningStep       string `json:"provisioningStep,omitempty"`
	ActiveAt               string `json:"activeAt,omitempty"`
	CreatedAt              string `json:"createdAt,omitempty"`

	Plan                  string `json:"plan,omitempty"`
	OperatingSystem       string `json:"operatingSystem,omitempty"`
	Metro                 string `json:"metro,omitempty"`
	Facility              string `json:"facility,omitempty"`
	HardwareReservationID string `json:"hardwareReservationId,omitempty"`
	SpotInstance          bool   `json:"spotInstance"`
	SpotPriceMax          string `json:"spotPriceMax,omitempty"`
	TerminationTime       string `json:"terminationTime,omitempty"`

	Hostname      string   `json:"hostname,omitempty"`
	Description   string   `json:"description,omitempty"`
	BillingCycle  string   `json:"billingCycle,omitempty"`
	Tags          []string `json:"tags,omitempty"`
	CustomData    string   `json:"customData,omitempty"`
	Locked        bool     `json:"locked"`
	AlwaysPXE     bool     `json:"alwaysPxe"`
	IPXEScriptURL string   `json:"ipxeScriptUrl,omitempty"`

	AccessPublicIPv4  string    `json:"accessPublicIpv4,omitempty"`
	AccessPublicIPv6  string    `json:"accessPublicIpv6,omitempty"`
	AccessPrivateIPv4 string    `json:"accessPrivateIpv4,omitempty"`
	Network           []Network `json:"network,omitempty"`
	SSHKeyIDs         []string  `json:"sshKeyIds,omitempty"`
}

// Network is one address of a device.
type Network struct {
	Address    string `json:"address,omitempty"`
	Gateway    string `json:"gateway,omitempty"`
	Family     int64  `json:"family,omitempty"`
	CIDR       int64  `json:"cidr,omitempty"`
	Public     bool   `json:"public"`
	Management bool   `json:"management"`
}

// A Machine is a device of the API, and what the managed resource that looks at
// it has to do with it.
type Machine struct {
	packet.Device

	// Ours is true if the managed resource made it.
	Ours bool
	// Unlocked is true if the manifest says that it is not locked, which is
	// more than not saying that it is.
	Unlocked bool
}

// A Kind is what the shared client is told of devices.
type Kind = external.Definition[Arguments, State, Machine]

// Definition returns the kind for the shared client. Call it once: what it
// returns remembers which events it told.
func Definition(o Options) Kind {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	known := &told{of: map[place]map[note]bool{}}
	return Kind{
		Noun:        "device",
		ID:          func(m Machine) string { return m.ID },
		Incomplete:  incomplete,
		Mismatch:    mismatch,
		Differences: differences,
		Recreate:    recreate,
		Marked:      func(m Machine, owner string) bool { return slices.Contains(m.Tags, attached.Mark(owner)) },
		InProject:   true,
		Window:      cmp.Or(o.Window, 10*time.Minute),
		Connect: func(c *packet.Client, owner string) external.Operations[Arguments, State, Machine] {
			return &operations{api: c, endpoint: c.Endpoint(), mark: attached.Mark(owner), clock: o.Clock, told: known}
		},
		Forget: known.forget,
	}
}

func incomplete(a Arguments) string {
	if a.ProjectID != "" {
		return ""
	}
	return "spec.forProvider.projectId is not known: set it to the id of the project, name a Project with projectIdRef or projectIdSelector, " +
		"give the ProviderConfig a projectId, or annotate an observed resource with the id of its device"
}

// recreate tells a machine that somebody took away from one that never came to
// be: to try that again would cost money and fail again.
func recreate(asked bool, last State) (bool, string) {
	switch {
	case last.ActiveAt == "":
		return false, "it was never seen active, so it failed to provision, which is not tried again; delete this resource and create another"
	case !asked:
		return false, "to have another one made, set the annotation " + external.AnnotationRecreate + " to \"true\"; else delete this resource"
	default:
		return true, ""
	}
}
