// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
	"time"
)

// An Organization owns projects. Its members may use all of them.
type Organization struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description,omitempty"`
	Website     string     `json:"website,omitempty"`
	Twitter     string     `json:"twitter,omitempty"`
	Logo        string     `json:"logo,omitempty"`
	CustomData  jsonObject `json:"customdata,omitempty"`
	Address     jsonObject `json:"address,omitempty"`
	MemberIDs   []string   `json:"member_ids"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
}

func (o Organization) recordID() string { return o.ID }

func (o Organization) indexKeys() []string {
	keys := make([]string, 0, len(o.MemberIDs))
	for _, m := range o.MemberIDs {
		keys = append(keys, "member/"+m)
	}
	return keys
}

type organizationView struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Website     string     `json:"website"`
	Twitter     string     `json:"twitter"`
	Logo        string     `json:"logo,omitempty"`
	CustomData  jsonObject `json:"customdata"`
	Address     jsonObject `json:"address,omitempty"`
	CreditAmt   float64    `json:"credit_amount"`
	Projects    []link     `json:"projects"`
	Members     []link     `json:"members"`
	Memberships []link     `json:"memberships"`
	CreatedAt   stamp      `json:"created_at"`
	UpdatedAt   stamp      `json:"updated_at"`
	Href        string     `json:"href"`
}

func organizationRoutes() []route {
	return []route{
		{http.MethodGet, "/organizations", (*call).listOrganizations},
		{http.MethodGet, "/organizations/{id}", (*call).getOrganization},
		{http.MethodPost, "/organizations", (*call).createOrganization},
		{http.MethodPut, "/organizations/{id}", (*call).updateOrganization},
		{http.MethodDelete, "/organizations/{id}", (*call).deleteOrganization},
		{http.MethodGet, "/organizations/{id}/customdata", (*call).getOrganizationCustomData},
		{http.MethodGet, "/organizations/{id}/payment-methods", (*call).listPaymentMethods},
	}
}

func (c *call) listOrganizations() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	page, meta := paginate(c, c.st.orgs.list("member/"+u.ID))
	views := make([]organizationView, 0, len(page))
	for _, o := range page {
		views = append(views, o.render(c.view))
	}
	return ok(struct {
		Organizations []organizationView `json:"organizations"`
		Meta          pageMeta           `json:"meta"`
	}{views, meta})
}

func (c *call) getOrganization() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(o.render(c.view))
}

func (c *call) getOrganizationCustomData() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(object(o.CustomData))
}

// organization returns the organization with the given id, if the caller may
// use it.
func (c *call) organization(id string) (Organization, error) {
	o, found := c.st.orgs.get(id)
	if !found {
		return Organization{}, errNotFound()
	}
	if c.who.ProjectID != "" || !slices.Contains(o.MemberIDs, c.who.UserID) {
		return Organization{}, errForbidden(textDenied)
	}
	return o, nil
}

func (o Organization) render(v view) organizationView {
	projects := slices.DeleteFunc(v.st.projects.list("organization/"+o.ID), func(p Project) bool { return v.caller != nil && !v.caller.sees(p) })
	out := organizationView{
		ID: o.ID, Name: o.Name, Description: o.Description, Website: o.Website, Twitter: o.Twitter, Logo: o.Logo,
		CustomData: object(o.CustomData), Address: o.Address, Memberships: []link{}, CreatedAt: stamp(o.CreatedAt), UpdatedAt: stamp(o.UpdatedAt),
		Projects: links(v, "projects", "/projects/", projects, func(v view, p Project) any { return p.render(v) }),
		Members:  []link{}, Href: v.href("/organizations/" + o.ID),
	}
	for _, id := range o.MemberIDs {
		out.Members = append(out.Members, v.userLink("members", id))
	}
	return out
}

// organizationLink renders a reference to an organization. An include does not
// show it to callers who may not read it.
func (v view) organizationLink(field, id string) link {
	full := func(v view) any {
		o, _ := v.st.orgs.get(id)
		return o.render(v)
	}
	if v.caller != nil && !v.caller.ownsOrganization(id) {
		full = nil
	}
	return v.link(field, "/organizations/"+id, full)
}

// liteUser renders a user in short, unless the request excludes it.
func (v view) liteUser(field, id string) link {
	return v.whole(field, "/users/"+id, func(v view) any {
		u, _ := v.st.users.get(id)
		return u.lite(v)
	})
}

// userLink renders a reference to a user.
func (v view) userLink(field, id string) link {
	return v.link(field, "/users/"+id, func(v view) any {
		u, _ := v.st.users.get(id)
		return u.render(v)
	})
}
