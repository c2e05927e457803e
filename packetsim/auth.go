// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
	"time"
)

// A Token is an API key. One with a project may do everything within that
// project and nothing outside; one without may do what its user may.
type Token struct {
	ID string `json:"id"`
	// Token is the secret that requests carry in X-Auth-Token.
	Token       string `json:"token"`
	Description string `json:"description,omitempty"`
	// UserID is the owner; for a project token the user who made it.
	UserID string `json:"user_id,omitempty"`
	// ProjectID makes it a project token.
	ProjectID string    `json:"project_id,omitempty"`
	ReadOnly  bool      `json:"read_only,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (t Token) recordID() string { return t.ID }

func (t Token) indexKeys() []string {
	if t.ProjectID != "" {
		return []string{"token/" + t.Token, "project/" + t.ProjectID}
	}
	return []string{"token/" + t.Token, "user/" + t.UserID}
}

// authenticate returns the token a request carries.
func (st *state) authenticate(h http.Header) (Token, error) {
	secret := h.Get("X-Auth-Token")
	if secret == "" {
		return Token{}, errUnauthorized()
	}
	found := st.tokens.list("token/" + secret)
	if len(found) == 0 {
		return Token{}, errUnauthorized()
	}
	return found[0], nil
}

// user returns the user behind a user token.
func (c *call) user() (User, error) {
	u, ok := c.st.users.get(c.who.UserID)
	if c.who.ProjectID != "" || !ok {
		return User{}, errForbidden(textDenied)
	}
	return u, nil
}

// sees tells whether the caller has access to a project.
func (c *call) sees(p Project) bool {
	if c.denied {
		return false
	}
	if c.who.ProjectID != "" {
		return c.who.ProjectID == p.ID
	}
	if slices.Contains(p.MemberIDs, c.who.UserID) {
		return true
	}
	o, ok := c.st.orgs.get(p.OrganizationID)
	return ok && slices.Contains(o.MemberIDs, c.who.UserID)
}

// project returns the project with the given id, if the caller may use it.
func (c *call) project(id string) (Project, error) {
	p, ok := c.st.projects.get(id)
	if !ok {
		return Project{}, errNotFound()
	}
	if !c.sees(p) {
		return Project{}, errForbidden(textDenied)
	}
	return p, nil
}

// device returns the device with the given id, if the caller may use it. One
// that was moved away after it failed to provision is forbidden, not missing:
// https://github.com/kubernetes-sigs/cluster-api-provider-packet/issues/245.
func (c *call) device(id string) (Device, error) {
	d, ok := c.st.devices.get(id)
	if !ok {
		return Device{}, errNotFound()
	}
	p, ok := c.st.projects.get(d.ProjectID)
	if d.Hidden || !ok || !c.sees(p) {
		return Device{}, errForbidden(textDevice)
	}
	return d, nil
}

// within returns nil if the caller may use the project with the given id.
func (c *call) within(projectID string) error {
	p, ok := c.st.projects.get(projectID)
	if !ok || !c.sees(p) {
		return errForbidden(textDenied)
	}
	return nil
}
