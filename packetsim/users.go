// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"time"
)

// A User is a person with an account.
type User struct {
	ID        string `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
	// DefaultOrganizationID is where projects go that name no organization.
	DefaultOrganizationID string    `json:"default_organization_id"`
	CreatedAt             time.Time `json:"created_at"`
}

func (u User) recordID() string    { return u.ID }
func (u User) indexKeys() []string { return nil }

type userView struct {
	ID                  string     `json:"id"`
	ShortID             string     `json:"short_id"`
	FirstName           string     `json:"first_name"`
	LastName            string     `json:"last_name"`
	FullName            string     `json:"full_name"`
	Email               string     `json:"email"`
	Emails              []link     `json:"emails"`
	DefaultOrganization string     `json:"default_organization_id"`
	TwoFactorAuth       string     `json:"two_factor_auth"`
	Timezone            string     `json:"timezone"`
	VPN                 bool       `json:"vpn"`
	SocialAccounts      jsonObject `json:"social_accounts"`
	CreatedAt           stamp      `json:"created_at"`
	UpdatedAt           stamp      `json:"updated_at"`
	Href                string     `json:"href"`
}

// userLiteView is a user as others see one.
type userLiteView struct {
	ID        string `json:"id"`
	ShortID   string `json:"short_id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	FullName  string `json:"full_name"`
	Email     string `json:"email"`
	CreatedAt stamp  `json:"created_at"`
	UpdatedAt stamp  `json:"updated_at"`
	Href      string `json:"href"`
}

func (u User) lite(v view) userLiteView {
	return userLiteView{
		ID: u.ID, ShortID: short(u.ID), FirstName: u.FirstName, LastName: u.LastName, FullName: u.FirstName + " " + u.LastName,
		Email: u.Email, CreatedAt: stamp(u.CreatedAt), UpdatedAt: stamp(u.CreatedAt), Href: v.href("/users/" + u.ID),
	}
}

func userRoutes() []route {
	return []route{
		{http.MethodGet, "/user", (*call).getCurrentUser},
		{http.MethodPut, "/user", (*call).updateCurrentUser},
		{http.MethodGet, "/users", (*call).listUsers},
		{http.MethodGet, "/users/{id}", (*call).getUser},
	}
}

func (c *call) getCurrentUser() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	return ok(u.render(c.view))
}

func (c *call) getUser() (answer, error) {
	u, found := c.st.users.get(c.param("id"))
	if !found {
		return answer{}, errNotFound()
	}
	return ok(u.render(c.view))
}

func (c *call) listUsers() (answer, error) {
	page, meta := paginate(c, c.st.users.all())
	views := make([]userView, 0, len(page))
	for _, u := range page {
		views = append(views, u.render(c.view))
	}
	return ok(struct {
		Users []userView `json:"users"`
		Meta  pageMeta   `json:"meta"`
	}{views, meta})
}

// userRequest is the body that changes a user.
type userRequest struct {
	FirstName *string `json:"first_name"`
	LastName  *string `json:"last_name"`
}

func (c *call) updateCurrentUser() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	var req userRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	set(&u.FirstName, req.FirstName)
	set(&u.LastName, req.LastName)
	c.st.users.put(u)
	return ok(u.render(c.view))
}

func (u User) render(v view) userView {
	return userView{
		ID: u.ID, ShortID: short(u.ID), FirstName: u.FirstName, LastName: u.LastName, FullName: u.FirstName + " " + u.LastName,
		Email: u.Email, Emails: links(v, "emails", "/emails/", v.st.emails.list("user/"+u.ID), func(v view, e Email) any { return e.render(v) }), DefaultOrganization: u.DefaultOrganizationID,
		Timezone: "Etc/UTC", SocialAccounts: jsonObject{}, CreatedAt: stamp(u.CreatedAt), UpdatedAt: stamp(u.CreatedAt),
		Href: v.href("/users/" + u.ID),
	}
}

// short returns the short form of an id: its first eight digits.
func short(id string) string {
	if len(id) < 8 {
		return id
	}
	return id[:8]
}
