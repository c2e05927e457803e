// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"context"
	"fmt"
	"slices"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for blocks.
type api interface {
	reader
	writer
}

// A reader reads blocks and what surrounds them.
type reader interface {
	parent.Projects
	GetReservation(ctx context.Context, id string) (packet.Reservation, error)
	ListReservations(ctx context.Context, projectID string) ([]packet.Reservation, error)
	ListDevices(ctx context.Context, projectID, tag string) ([]packet.Device, error)
}

// A writer changes blocks.
type writer interface {
	CreateReservation(ctx context.Context, projectID string, r packet.CreateReservation) (packet.Reservation, error)
	UpdateReservation(ctx context.Context, id string, r packet.UpdateReservation) (packet.Reservation, error)
	DeleteReservation(ctx context.Context, id string) error
}

var _ api = &packet.Client{}

// reasonInUse is why a block is not deleted: something uses addresses of it.
const reasonInUse external.Reason = "InUse"

// operations are those of one connection, on behalf of an owner.
type operations struct {
	api   api
	owner string
}

// Get returns the block with an id. The API answers 403 for what the key may
// not see and for some of what is gone; a block is believed to be gone only if
// its project lacks it. Only an answer that shows something else says that the id
// is none of a block: a refusal, whatever its words, says nothing of it.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (packet.Reservation, bool, error) {
	block, err := o.api.GetReservation(ctx, id)
	switch {
	case err == nil:
		return block, true, nil
	case packet.IsNotFound(err):
		return packet.Reservation{}, false, nil
	case packet.IsOtherKind(err):
		return packet.Reservation{}, false, &external.Refusal{Reason: external.ReasonMismatch, Message: fmt.Sprintf(
			"the external name %s is not the id of an IP block: %v; correct or remove the annotation crossplane.io/external-name", id, err)}
	case packet.IsForbidden(err) && parent.Lacks(ctx, o.api, a.ProjectID, id, o.api.ListReservations, func(r packet.Reservation) string { return r.ID }):
		return packet.Reservation{}, false, nil
	default:
		return packet.Reservation{}, false, err
	}
}

// Find returns the block that carries the owner's mark. A project that does
// not exist has none.
func (o *operations) Find(ctx context.Context, a Arguments) (packet.Reservation, bool, error) {
	blocks, err := o.api.ListReservations(ctx, a.ProjectID)
	if err != nil && !packet.IsNotFound(err) {
		return packet.Reservation{}, false, err
	}
	for _, r := range blocks {
		if slices.Contains(r.Tags, attached.Mark(o.owner)) {
			return r, true, nil
		}
	}
	return packet.Reservation{}, false, nil
}

// Prepare makes sure that there is a project, and that the request can be made.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	if _, err := attached.Data(a.CustomData); err != nil {
		return err
	}
	return parent.Check(ctx, o.api, a.ProjectID, "ReservedIpBlock")
}

// Create reserves a block, with the mark. One that needs the approval of people
// is created all the same, and waits for it.
func (o *operations) Create(ctx context.Context, a Arguments) (packet.Reservation, error) {
	data, err := attached.Data(a.CustomData)
	if err != nil {
		return packet.Reservation{}, err
	}
	return o.api.CreateReservation(ctx, a.ProjectID, packet.CreateReservation{
		Type: a.Type, Quantity: int(a.Quantity), Metro: a.Metro, Facility: a.Facility, Details: a.Details,
		Tags: attached.Retag(a.Tags, []string{attached.Mark(o.owner)}), CustomData: data,
	})
}

// Update changes in place what differs.
func (o *operations) Update(ctx context.Context, r packet.Reservation, a Arguments, differences []external.Difference) (packet.Reservation, error) {
	changes, err := update(r, a, differences)
	if err != nil {
		return packet.Reservation{}, err
	}
	return o.api.UpdateReservation(ctx, r.ID, changes)
}

// Delete gives the block back. The API refuses while addresses of it are in
// use.
func (o *operations) Delete(ctx context.Context, r packet.Reservation) error {
	err := o.api.DeleteReservation(ctx, r.ID)
	if !packet.IsInvalid(err) {
		return err
	}
	users := o.users(ctx, r)
	if users == "" {
		return err
	}
	return &external.Refusal{Reason: reasonInUse, Message: fmt.Sprintf(
		"addresses of the block %s are in use by %s; take them away there, or delete it: the block follows by itself", prefix(r), users)}
}
