// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/packethost/packngo"
)

const (
	routeReservation         = "/ips/{id}"
	routeProjectReservations = "/projects/{id}/ips"

	// includePlace asks for the metro and facility in full: the API's documents
	// do not promise them.
	includePlace = "facility,metro"
)

// A Reservation is a block of addresses that belongs to a project. The blocks
// that the API makes for the addresses of devices are of this type too.
type Reservation struct {
	// ID is the reservation's UUID.
	ID string
	// ProjectID is the UUID of its project.
	ProjectID string
	// Type is "public_ipv4", "private_ipv4", "global_ipv4", "public_ipv6" or
	// "vrf".
	Type string
	// State is "created", "pending" until people have approved it, or "denied".
	State string
	// AddressFamily is "ipv4" or "ipv6".
	AddressFamily string
	// Address, Gateway and Network are without a prefix length; that is CIDR,
	// and Netmask says the same. They are empty until State is "created".
	Address, Gateway, Network, Netmask string
	CIDR                               int
	// Quantity is how many addresses an IPv4 block has; 0 while there is none.
	Quantity int
	// Metro and Facility are codes, where the block has such a place.
	Metro, Facility string
	Details         string
	Tags            []string
	CustomData      CustomData
	Public          bool
	// Management marks the blocks that the API made for devices.
	Management bool
	// AssignmentIDs are the UUIDs of what was taken from the block.
	AssignmentIDs []string
	CreatedAt     time.Time
}

// A CreateReservation says what a new block should be.
type CreateReservation struct {
	// Type is "public_ipv4", "private_ipv4", "global_ipv4" or "public_ipv6".
	Type string
	// Quantity of addresses, a power of two. More than 16 usually need approval.
	Quantity int
	// Metro or Facility is a code. "global_ipv4" takes neither.
	Metro, Facility string
	Details         string
	Tags            []string
	CustomData      CustomData
}

// An UpdateReservation says what of a block should change: the API allows no
// more. A field that is nil is left as it is; one that points to an empty value
// is emptied.
type UpdateReservation struct {
	Details    *string
	Tags       *[]string
	CustomData *CustomData
}

// GetReservation returns the block with the given id. It fails with ClassOtherKind
// for the id of an address that was assigned to a device: the API knows both by
// the same path.
func (c *Client) GetReservation(ctx context.Context, id string) (Reservation, error) {
	if err := checkID(http.MethodGet, routeReservation, "reservation", id); err != nil {
		return Reservation{}, err
	}
	var got reservationBody
	l, err := c.ask(ctx, request{route: routeReservation}, http.MethodGet, "ips/"+id+"?include="+includePlace, nil, &got)
	if err != nil {
		return Reservation{}, err
	}
	return l.reservationWithID(got, id)
}

// ListReservations returns the blocks of a project.
func (c *Client) ListReservations(ctx context.Context, projectID string) ([]Reservation, error) {
	if err := checkID(http.MethodGet, routeProjectReservations, "project", projectID); err != nil {
		return nil, err
	}
	return listing[reservationBody, Reservation]{
		request: request{route: routeProjectReservations, list: "ip_addresses"},
		path:    "projects/" + projectID + "/ips", query: url.Values{"include": {includePlace}}, translate: (*call).reservation,
	}.all(ctx, c)
}

// CreateReservation asks for a block. It is sent once, never repeated: after an
// error for which IsAmbiguous holds, look for the block with ListReservations
// by a tag of its own.
func (c *Client) CreateReservation(ctx context.Context, projectID string, s CreateReservation) (Reservation, error) {
	if err := checkID(http.MethodPost, routeProjectReservations, "project", projectID); err != nil {
		return Reservation{}, err
	}
	r := request{route: routeProjectReservations, secrets: secretValues(s.CustomData)}
	var got reservationBody
	l, err := c.ask(ctx, r, http.MethodPost, "projects/"+projectID+"/ips?include="+includePlace, struct {
		Type       string         `json:"type"`
		Quantity   int            `json:"quantity"`
		Metro      string         `json:"metro,omitempty"`
		Facility   string         `json:"facility,omitempty"`
		Details    string         `json:"details,omitempty"`
		Tags       []string       `json:"tags,omitempty"`
		CustomData map[string]any `json:"customdata,omitempty"`
	}{s.Type, s.Quantity, s.Metro, s.Facility, s.Details, s.Tags, s.CustomData}, &got)
	if err != nil {
		return Reservation{}, err
	}
	return l.reservation(got)
}

// UpdateReservation changes a block in place and returns it as it is afterwards.
func (c *Client) UpdateReservation(ctx context.Context, id string, s UpdateReservation) (Reservation, error) {
	if err := checkID(http.MethodPatch, routeReservation, "reservation", id); err != nil {
		return Reservation{}, err
	}
	r := request{route: routeReservation, secrets: changedSecrets(s.CustomData)}
	var got reservationBody
	l, err := c.ask(ctx, r, http.MethodPatch, "ips/"+id+"?include="+includePlace, struct {
		Details    *string   `json:"details,omitempty"`
		Tags       *[]string `json:"tags,omitempty"`
		CustomData any       `json:"customdata,omitempty"`
	}{s.Details, changedTags(s.Tags), changedData(s.CustomData)}, &got)
	if err != nil {
		return Reservation{}, err
	}
	return l.reservationWithID(got, id)
}

// DeleteReservation gives a block back. The API refuses while addresses of it
// are assigned, with ClassInvalid. It fails with ClassNotFound if the block did
// not exist.
func (c *Client) DeleteReservation(ctx context.Context, id string) error {
	return c.remove(ctx, routeReservation, "reservation", "ips/", id)
}

// reservationBody is what is read of a block: an address with more to it.
// packngo's type includes every device that has a part of it.
type reservationBody struct {
	addressBody

	Type        word               `json:"type"`
	State       word               `json:"state"`
	Metro       code               `json:"metro"`
	Facility    code               `json:"facility"`
	Details     prose              `json:"details"`
	Tags        few[prose]         `json:"tags"`
	CustomData  dataBody           `json:"customdata"`
	Assignments few[link]          `json:"assignments"`
	Project     link               `json:"project"`
	CreatedAt   *packngo.Timestamp `json:"created_at"`
	AssignedTo  *link              `json:"assigned_to"`
}

func (l *call) reservation(r reservationBody) (Reservation, error) {
	if !ValidID(string(r.ID)) {
		return Reservation{}, l.unusable("the answer holds a reservation without an id")
	}
	out := Reservation{
		ID:            string(r.ID),
		ProjectID:     r.Project.id(),
		Type:          string(r.Type),
		State:         string(r.State),
		AddressFamily: familyName(r.AddressFamily),
		Metro:         string(r.Metro.Code),
		Facility:      string(r.Facility.Code),
		Details:       string(r.Details),
		Tags:          stringsOf(r.Tags),
		CustomData:    CustomData(r.CustomData),
		Public:        r.Public,
		Management:    r.Management,
		AssignmentIDs: linkedIDs(r.Assignments),
		CreatedAt:     timeOf(r.CreatedAt),
	}
	if r.Address == "" && r.Network == "" {
		return out, nil
	}
	out.Address, out.Gateway, out.CIDR = string(r.Address), string(r.Gateway), r.CIDR
	out.Network, out.Netmask = string(r.Network), string(r.Netmask)
	if bits := 32 - r.CIDR; out.AddressFamily == "ipv4" && bits >= 0 && bits <= 32 {
		out.Quantity = 1 << bits
	}
	return out, nil
}

// reservationWithID translates the answer to a request for one block.
func (l *call) reservationWithID(r reservationBody, id string) (Reservation, error) {
	switch {
	case r.AssignedTo != nil:
		e := l.error(ClassOtherKind, "the id is that of an assigned address, not of a reservation")
		e.Ambiguous = l.mutates()
		return Reservation{}, e
	case r.ID != "" && !strings.EqualFold(string(r.ID), id):
		return Reservation{}, l.unusable("the answer holds another reservation")
	}
	return l.reservation(r)
}
