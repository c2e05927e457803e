// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"strings"
)

type apiKeyView struct {
	ID          string `json:"id"`
	Token       string `json:"token,omitempty"`
	Description string `json:"description"`
	ReadOnly    bool   `json:"read_only"`
	User        *link  `json:"user,omitempty"`
	Project     *link  `json:"project,omitempty"`
	CreatedAt   stamp  `json:"created_at"`
	UpdatedAt   stamp  `json:"updated_at"`
}

// apiKeyRequest is the body that creates a key.
type apiKeyRequest struct {
	Description string `json:"description"`
	ReadOnly    bool   `json:"read_only"`
}

func apiKeyRoutes() []route {
	return []route{
		{http.MethodGet, "/user/api-keys", (*call).listUserKeys},
		{http.MethodPost, "/user/api-keys", (*call).createUserKey},
		{http.MethodDelete, "/user/api-keys/{id}", (*call).deleteKey},
		{http.MethodGet, "/projects/{id}/api-keys", (*call).listProjectKeys},
		{http.MethodPost, "/projects/{id}/api-keys", (*call).createProjectKey},
		{http.MethodDelete, "/api-keys/{id}", (*call).deleteKey},
	}
}

func (c *call) listUserKeys() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	return c.answerKeys(c.st.tokens.list("user/" + u.ID))
}

func (c *call) listProjectKeys() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerKeys(c.st.tokens.list("project/" + p.ID))
}

func (c *call) answerKeys(all []Token) (answer, error) {
	views := []apiKeyView{}
	for _, t := range all {
		if s := c.query.Get("search"); s == "" || strings.Contains(t.Description, s) {
			views = append(views, t.render(c.view))
		}
	}
	return ok(struct {
		Keys []apiKeyView `json:"api_keys"`
	}{views})
}

func (c *call) createUserKey() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	return c.createKey(Token{UserID: u.ID})
}

func (c *call) createProjectKey() (answer, error) {
	if _, err := c.user(); err != nil {
		return answer{}, err
	}
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.createKey(Token{UserID: c.who.UserID, ProjectID: p.ID})
}

func (c *call) createKey(t Token) (answer, error) {
	var req apiKeyRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if req.Description == "" {
		return answer{}, errInvalid("Description can't be blank")
	}
	t.Description, t.ReadOnly = req.Description, req.ReadOnly
	t.Token = strings.ReplaceAll(newID(), "-", "")
	t, err := c.st.addToken(t, c.now)
	if err != nil {
		return answer{}, err
	}
	return created(t.render(c.view))
}

func (c *call) deleteKey() (answer, error) {
	t, found := c.st.tokens.get(c.param("id"))
	if !found {
		return answer{}, errNotFound()
	}
	if t.ProjectID != "" {
		if err := c.within(t.ProjectID); err != nil {
			return answer{}, err
		}
	} else if c.who.ProjectID != "" || c.who.UserID != t.UserID {
		return answer{}, errForbidden(textDenied)
	}
	c.st.tokens.delete(t.ID)
	return noContent()
}

func (t Token) render(v view) apiKeyView {
	out := apiKeyView{
		ID: t.ID, Description: t.Description, ReadOnly: t.ReadOnly, CreatedAt: stamp(t.CreatedAt), UpdatedAt: stamp(t.UpdatedAt),
	}
	// Whoever may only read would else find there a key that may write.
	if v.caller == nil || !v.caller.who.ReadOnly {
		out.Token = t.Token
	}
	if t.ProjectID != "" {
		l := v.projectLink("project", t.ProjectID)
		out.Project = &l
	} else {
		l := v.userLink("user", t.UserID)
		out.User = &l
	}
	return out
}
