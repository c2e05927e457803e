// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"

	"github.com/packethost/packngo"
)

const routeProject = "/projects/{id}"

// A Project holds devices and their BGP configuration.
type Project struct {
	// ID is the project's UUID.
	ID string
	// Name is not unique.
	Name string
}

// GetProject returns the project with the given id.
func (c *Client) GetProject(ctx context.Context, id string) (Project, error) {
	if err := checkID(http.MethodGet, routeProject, "project", id); err != nil {
		return Project{}, err
	}
	var got projectBody
	l, err := c.do(ctx, request{route: routeProject}, func(p *packngo.Client) error {
		_, err := p.DoRequest(http.MethodGet, "projects/"+id, nil, &got)
		return err
	})
	if err != nil {
		return Project{}, err
	}
	return l.project(got)
}

// projectBody is what is read of a project; packngo's type would also decode
// everything that hangs on it.
type projectBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (l *call) project(p projectBody) (Project, error) {
	if !ValidID(p.ID) {
		return Project{}, l.unusable("the answer holds a project without an id")
	}
	return Project(p), nil
}
