// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/packethost/packngo"
)

const (
	routeProjects = "/projects"
	routeProject  = "/projects/{id}"
)

// A Project holds devices and their BGP configuration.
type Project struct {
	// ID is the project's UUID.
	ID string
	// Name is not unique.
	Name string
	// OrganizationID and PaymentMethodID are UUIDs.
	OrganizationID, PaymentMethodID string
	// BackendTransfer is whether devices of different sites reach each other by
	// their private addresses.
	BackendTransfer bool
	Tags            []string
	CustomData      CustomData
	// CreatedAt is zero if the API does not say.
	CreatedAt time.Time
}

// A CreateProject says what a new project should be. Whether backend transfer
// is enabled can only be set by UpdateProject afterwards.
type CreateProject struct {
	// Name has 1 to 80 characters, each of at most three bytes.
	Name string
	// OrganizationID is a UUID; empty for the caller's default organization. It
	// cannot be changed later.
	OrganizationID string
	// PaymentMethodID is a UUID; empty for the organization's default.
	PaymentMethodID string
	Tags            []string
	CustomData      CustomData
}

// An UpdateProject says what of a project should change. A field that is nil is
// left as it is; one that points to an empty value is emptied.
type UpdateProject struct {
	Name            *string
	PaymentMethodID *string
	BackendTransfer *bool
	Tags            *[]string
	CustomData      *CustomData
}

// GetProject returns the project with the given id.
func (c *Client) GetProject(ctx context.Context, id string) (Project, error) {
	if err := checkID(http.MethodGet, routeProject, "project", id); err != nil {
		return Project{}, err
	}
	var got projectBody
	l, err := c.ask(ctx, request{route: routeProject}, http.MethodGet, "projects/"+id, nil, &got)
	if err != nil {
		return Project{}, err
	}
	return l.projectWithID(got, id)
}

// ListProjects returns the projects that the credential may see.
func (c *Client) ListProjects(ctx context.Context) ([]Project, error) {
	return listing[projectBody, Project]{
		request: request{route: routeProjects, list: "projects"}, path: "projects", translate: (*call).project,
	}.all(ctx, c)
}

// CreateProject makes a project. It is sent once, never repeated: after an
// error for which IsAmbiguous holds, look for the project with ListProjects.
func (c *Client) CreateProject(ctx context.Context, p CreateProject) (Project, error) {
	r := request{route: routeProjects, secrets: secretValues(p.CustomData)}
	var got projectBody
	l, err := c.ask(ctx, r, http.MethodPost, "projects", struct {
		Name            string         `json:"name"`
		OrganizationID  string         `json:"organization_id,omitempty"`
		PaymentMethodID string         `json:"payment_method_id,omitempty"`
		Tags            []string       `json:"tags,omitempty"`
		CustomData      map[string]any `json:"customdata,omitempty"`
	}{p.Name, p.OrganizationID, p.PaymentMethodID, p.Tags, p.CustomData}, &got)
	if err != nil {
		return Project{}, err
	}
	return l.project(got)
}

// UpdateProject changes a project in place and returns it as it is afterwards.
func (c *Client) UpdateProject(ctx context.Context, id string, p UpdateProject) (Project, error) {
	if err := checkID(http.MethodPatch, routeProject, "project", id); err != nil {
		return Project{}, err
	}
	var got projectBody
	l, err := c.ask(ctx, request{route: routeProject, secrets: changedSecrets(p.CustomData)}, http.MethodPatch, "projects/"+id, struct {
		Name            *string   `json:"name,omitempty"`
		PaymentMethodID *string   `json:"payment_method_id,omitempty"`
		BackendTransfer *bool     `json:"backend_transfer_enabled,omitempty"`
		Tags            *[]string `json:"tags,omitempty"`
		CustomData      any       `json:"customdata,omitempty"`
	}{p.Name, p.PaymentMethodID, p.BackendTransfer, changedTags(p.Tags), changedData(p.CustomData)}, &got)
	if err != nil {
		return Project{}, err
	}
	return l.projectWithID(got, id)
}

// DeleteProject deletes a project. The API refuses while the project holds
// devices or networks, with ClassInvalid and a message that says so. It fails
// with ClassNotFound if the project did not exist.
func (c *Client) DeleteProject(ctx context.Context, id string) error {
	return c.remove(ctx, routeProject, "project", "projects/", id)
}

// projectBody is what is read of a project: packngo's type lacks tags and
// customdata.
type projectBody struct {
	ID              word               `json:"id"`
	Name            word               `json:"name"`
	Organization    link               `json:"organization"`
	PaymentMethod   link               `json:"payment_method"`
	BackendTransfer bool               `json:"backend_transfer_enabled"`
	Tags            few[prose]         `json:"tags"`
	CustomData      dataBody           `json:"customdata"`
	CreatedAt       *packngo.Timestamp `json:"created_at"`
}

func (l *call) project(p projectBody) (Project, error) {
	if !ValidID(string(p.ID)) {
		return Project{}, l.unusable("the answer holds a project without an id")
	}
	return Project{
		ID:              string(p.ID),
		Name:            string(p.Name),
		OrganizationID:  p.Organization.id(),
		PaymentMethodID: p.PaymentMethod.id(),
		BackendTransfer: p.BackendTransfer,
		Tags:            stringsOf(p.Tags),
		CustomData:      CustomData(p.CustomData),
		CreatedAt:       timeOf(p.CreatedAt),
	}, nil
}

// projectWithID translates the answer to a request for one project.
func (l *call) projectWithID(p projectBody, id string) (Project, error) {
	if p.ID != "" && !strings.EqualFold(string(p.ID), id) {
		return Project{}, l.unusable("the answer holds another project")
	}
	return l.project(p)
}
