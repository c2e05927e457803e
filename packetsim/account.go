// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"fmt"
	"net/http"
	"net/mail"
	"time"
)

// An Email is a mail address of a user.
type Email struct {
	ID      string `json:"id"`
	UserID  string `json:"user_id"`
	Address string `json:"address"`
	// Default is true for the one address that others see.
	Default   bool      `json:"default,omitempty"`
	Verified  bool      `json:"verified,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func (e Email) recordID() string    { return e.ID }
func (e Email) indexKeys() []string { return []string{"user/" + e.UserID, "address/" + e.Address} }

// A Notification is a notice of the operator to a user. There is no request
// that makes one; see Server.InsertNotification.
type Notification struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Type   string `json:"type"`
	// Severity is info unless it says otherwise.
	Severity  string    `json:"severity"`
	Body      string    `json:"body"`
	Context   string    `json:"context,omitempty"`
	Read      bool      `json:"read,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (n Notification) recordID() string    { return n.ID }
func (n Notification) indexKeys() []string { return []string{"user/" + n.UserID} }

type emailView struct {
	ID       string `json:"id"`
	Address  string `json:"address"`
	Default  bool   `json:"default"`
	Verified bool   `json:"verified"`
	Href     string `json:"href"`
}

// notificationView has the fields that packngo's notifications.go reads: the
// OpenAPI document of the service has no notifications.
type notificationView struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Body      string `json:"body"`
	Severity  string `json:"severity"`
	Read      bool   `json:"read"`
	Context   string `json:"context"`
	CreatedAt stamp  `json:"created_at"`
	UpdatedAt stamp  `json:"updated_at"`
	User      link   `json:"user"`
	Href      string `json:"href"`
}

// emailRequest is the body that adds an address, or makes it the default one.
// An address itself never changes.
type emailRequest struct {
	Address string `json:"address"`
	Default *bool  `json:"default"`
}

func accountRoutes() []route {
	return []route{
		{http.MethodPost, "/emails", (*call).createEmail},
		{http.MethodGet, "/emails/{id}", (*call).getEmail},
		{http.MethodPut, "/emails/{id}", (*call).updateEmail},
		{http.MethodDelete, "/emails/{id}", (*call).deleteEmail},
		{http.MethodGet, "/notifications", (*call).listNotifications},
		{http.MethodGet, "/notifications/{id}", (*call).getNotification},
		{http.MethodPut, "/notifications/{id}", (*call).readNotification},
	}
}

// InsertNotification sends a notice to the user with its UserID, the default
// user if that is empty. It needs a body.
func (s *Server) InsertNotification(n Notification) (Notification, error) {
	return insert(s, n, (*state).insertNotification)
}

func (st *state) insertNotification(n Notification, now time.Time) (Notification, error) {
	_, taken := st.notifications.get(n.ID)
	if err := checkID(n.ID, taken); err != nil {
		return n, err
	}
	n.ID, n.UserID = cmp.Or(n.ID, newID()), cmp.Or(n.UserID, defaultUserID())
	if _, found := st.users.get(n.UserID); !found {
		return n, fmt.Errorf("user %s does not exist", n.UserID)
	}
	if n.Body == "" {
		return n, invalid("body", n.Body, "a text")
	}
	n.Type, n.Severity = cmp.Or(n.Type, "notice"), cmp.Or(n.Severity, "info")
	n.CreatedAt, n.UpdatedAt = now, now
	st.notifications.put(n)
	return n, nil
}

// openAccount gives a user what every account has: the address that it was
// opened with, and a first notice.
func (st *state) openAccount(u User) {
	if st.emails.count("user/"+u.ID) == 0 {
		st.emails.put(Email{ID: fixedID("emails/" + u.ID), UserID: u.ID, Address: u.Email, Default: true, Verified: true, CreatedAt: u.CreatedAt})
	}
	if st.notifications.count("user/"+u.ID) == 0 {
		st.notifications.put(Notification{
			ID: fixedID("notifications/" + u.ID), UserID: u.ID, Type: "welcome", Severity: "info", Body: "Your account is open", CreatedAt: u.CreatedAt, UpdatedAt: u.CreatedAt,
		})
	}
}

func (c *call) createEmail() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	var req emailRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	a, err := mail.ParseAddress(req.Address)
	switch {
	case req.Address == "":
		return answer{}, errInvalid("Address can't be blank")
	case err != nil || a.Address != req.Address:
		return answer{}, errInvalid("Address is invalid")
	case c.st.emails.count("address/"+req.Address) > 0:
		return answer{}, errInvalid("Address has already been taken")
	}
	e := Email{ID: newID(), UserID: u.ID, Address: req.Address, CreatedAt: c.now}
	c.st.emails.put(e)
	e = c.st.prefer(e, req.Default)
	return created(e.render(c.view))
}

// prefer makes an address the default one of its user, if that is wanted.
func (st *state) prefer(e Email, wanted *bool) Email {
	if wanted == nil || !*wanted || e.Default {
		return e
	}
	for _, other := range st.emails.list("user/" + e.UserID) {
		other.Default = other.ID == e.ID
		st.emails.put(other)
	}
	u, _ := st.users.get(e.UserID)
	u.Email, e.Default = e.Address, true
	st.users.put(u)
	return e
}

// email returns the address of the path, if it is the caller's.
func (c *call) email() (Email, error) {
	u, err := c.user()
	if err != nil {
		return Email{}, err
	}
	e, found := c.st.emails.get(c.param("id"))
	if !found {
		return e, errNotFound()
	}
	if e.UserID != u.ID {
		return e, errForbidden(textDenied)
	}
	return e, nil
}

func (c *call) getEmail() (answer, error) {
	e, err := c.email()
	if err != nil {
		return answer{}, err
	}
	return ok(e.render(c.view))
}

func (c *call) updateEmail() (answer, error) {
	e, err := c.email()
	if err != nil {
		return answer{}, err
	}
	var req emailRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	return ok(c.st.prefer(e, req.Default).render(c.view))
}

func (c *call) deleteEmail() (answer, error) {
	e, err := c.email()
	if err != nil {
		return answer{}, err
	}
	if e.Default {
		return answer{}, errForbidden("Cannot delete the default email")
	}
	c.st.emails.delete(e.ID)
	return noContent()
}

func (e Email) render(v view) emailView {
	return emailView{ID: e.ID, Address: e.Address, Default: e.Default, Verified: e.Verified, Href: v.href("/emails/" + e.ID)}
}

func (c *call) listNotifications() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	page, meta := paginate(c, c.st.notifications.list("user/"+u.ID))
	views := make([]notificationView, 0, len(page))
	for _, n := range page {
		views = append(views, n.render(c.view))
	}
	return ok(struct {
		Notifications []notificationView `json:"notifications"`
		Meta          pageMeta           `json:"meta"`
	}{views, meta})
}

// notification returns the notice of the path, if it is the caller's.
func (c *call) notification() (Notification, error) {
	u, err := c.user()
	if err != nil {
		return Notification{}, err
	}
	n, found := c.st.notifications.get(c.param("id"))
	if !found {
		return n, errNotFound()
	}
	if n.UserID != u.ID {
		return n, errForbidden(textDenied)
	}
	return n, nil
}

func (c *call) getNotification() (answer, error) {
	n, err := c.notification()
	if err != nil {
		return answer{}, err
	}
	return ok(n.render(c.view))
}

// readNotification marks a notice as read. The request has no body.
func (c *call) readNotification() (answer, error) {
	n, err := c.notification()
	if err != nil {
		return answer{}, err
	}
	n.Read, n.UpdatedAt = true, c.now
	c.st.notifications.put(n)
	return ok(n.render(c.view))
}

func (n Notification) render(v view) notificationView {
	return notificationView{
		ID: n.ID, Type: n.Type, Body: n.Body, Severity: n.Severity, Read: n.Read, Context: n.Context,
		CreatedAt: stamp(n.CreatedAt), UpdatedAt: stamp(n.UpdatedAt), User: v.userLink("user", n.UserID), Href: v.href("/notifications/" + n.ID),
	}
}
