// SPDX-License-Identifier: Apache-2.0

package project

import (
	"context"
	"fmt"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for projects.
type api interface {
	projects
	contents
}

// projects reads and changes projects.
type projects interface {
	GetProject(ctx context.Context, id string) (packet.Project, error)
	ListProjects(ctx context.Context) ([]packet.Project, error)
	CreateProject(ctx context.Context, p packet.CreateProject) (packet.Project, error)
	UpdateProject(ctx context.Context, id string, p packet.UpdateProject) (packet.Project, error)
	DeleteProject(ctx context.Context, id string) error
}

// contents lists what is in a project.
type contents interface {
	ListDevices(ctx context.Context, projectID, tag string) ([]packet.Device, error)
	ListReservations(ctx context.Context, projectID string) ([]packet.Reservation, error)
	ListVLANs(ctx context.Context, projectID string) ([]packet.VLAN, error)
}

var _ api = &packet.Client{}

// operations are those of one connection on behalf of an owner.
type operations struct {
	api   api
	owner string
}

// Get returns the project with an id. A 403 says nothing: a key that may not
// see the project would be told the same.
func (o *operations) Get(ctx context.Context, id string, _ Arguments) (packet.Project, bool, error) {
	p, err := o.api.GetProject(ctx, id)
	if packet.IsNotFound(err) {
		return packet.Project{}, false, nil
	}
	return p, err == nil, err
}

// Find returns the project that carries the owner's mark. It looks through all
// projects that the key can see: the name may have been changed meanwhile.
func (o *operations) Find(ctx context.Context, _ Arguments) (packet.Project, bool, error) {
	all, err := o.api.ListProjects(ctx)
	if err != nil {
		return packet.Project{}, false, err
	}
	for _, p := range all {
		if p.CustomData[markKey] == o.owner {
			return p, true, nil
		}
	}
	return packet.Project{}, false, nil
}

// Prepare makes sure that the custom data can be sent.
func (o *operations) Prepare(_ context.Context, a Arguments) error {
	_, err := wanted(a)
	return err
}

// Create makes the project, with the owner's mark.
//
// The API takes backend transfer by an update only. If that fails, the project
// is there all the same: the next observation finds the difference and mends
// it.
func (o *operations) Create(ctx context.Context, a Arguments) (packet.Project, error) {
	data, err := wanted(a)
	if err != nil {
		return packet.Project{}, err
	}
	p, err := o.api.CreateProject(ctx, packet.CreateProject{
		Name: a.Name, OrganizationID: a.OrganizationID, PaymentMethodID: a.PaymentMethodID,
		Tags: a.Tags, CustomData: marked(data, o.owner),
	})
	if err != nil || !a.backendTransfer() {
		return p, err
	}
	enabled := true
	if updated, err := o.api.UpdateProject(ctx, p.ID, packet.UpdateProject{BackendTransfer: &enabled}); err == nil {
		return updated, nil
	}
	return p, nil
}

// Update changes what differs, and nothing else. A mark stays.
func (o *operations) Update(ctx context.Context, p packet.Project, a Arguments, differences []external.Difference) (packet.Project, error) {
	var u packet.UpdateProject
	for _, d := range differences {
		switch d.Field {
		case "name":
			u.Name = &a.Name
		case "paymentMethodId":
			u.PaymentMethodID = &a.PaymentMethodID
		case "backendTransfer":
			enabled := a.backendTransfer()
			u.BackendTransfer = &enabled
		case "tags":
			u.Tags = &a.Tags
		case "customData":
			data, err := wanted(a)
			if err != nil {
				return p, err
			}
			data = marked(data, p.CustomData[markKey])
			u.CustomData = &data
		}
	}
	return o.api.UpdateProject(ctx, p.ID, u)
}

// Delete deletes the project. The API refuses while something is in it.
func (o *operations) Delete(ctx context.Context, p packet.Project) error {
	err := o.api.DeleteProject(ctx, p.ID)
	if !packet.IsInvalid(err) {
		return err
	}
	return &external.Refusal{Reason: reasonInUse, Message: fmt.Sprintf(
		"the project %s is not empty: %s; it is deleted by itself once what is in it is gone (the API says: %s)", p.Name, o.contents(ctx, p.ID), words(err))}
}

// Report tells the project's state.
func (o *operations) Report(_ context.Context, p packet.Project, _ external.View[State]) external.Report[State] {
	s := State{
		ID: p.ID, Name: p.Name, OrganizationID: p.OrganizationID, PaymentMethodID: p.PaymentMethodID,
		BackendTransfer: p.BackendTransfer, Tags: attached.Sorted(p.Tags), CustomData: attached.Text(unmarked(p.CustomData)),
	}
	if !p.CreatedAt.IsZero() {
		s.CreatedAt = p.CreatedAt.UTC().Format(time.RFC3339)
	}
	return external.Report[State]{State: s}
}
