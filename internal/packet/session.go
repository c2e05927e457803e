// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"strings"

	"github.com/packethost/packngo"
)

const (
	routeSession        = "/bgp/sessions/{id}"
	routeDeviceSessions = "/devices/{id}/bgp/sessions"
	routeDiscover       = "/projects/{id}/bgp/discover"
)

// A Session is a BGP session between a device and the routers above it.
type Session struct {
	// ID is the session's UUID.
	ID string
	// AddressFamily is "ipv4" or "ipv6". A device has at most one session of
	// each.
	AddressFamily string
	// Status is "unknown", "up", "down" or a comma list with a word for each
	// switch, such as "up,down". It can be hours old, see
	// https://github.com/packethost/packngo/issues/316.
	Status string
	// DefaultRoute is whether the routers announce a default route. The API's
	// null counts as false.
	DefaultRoute bool
	// LearnedRoutes are the prefixes that the routers accepted; as old as
	// Status.
	LearnedRoutes []string
	// DeviceID is the UUID of the session's device.
	DeviceID string
}

// A CreateSession says what a new session should be.
type CreateSession struct {
	// AddressFamily is "ipv4" or "ipv6". It cannot be changed later.
	AddressFamily string
	// DefaultRoute asks the routers to announce a default route.
	DefaultRoute bool
}

// An UpdateSession says what of a session should change: the API allows this
// one field.
type UpdateSession struct {
	// DefaultRoute asks the routers to announce a default route.
	DefaultRoute bool
}

// GetSession returns the session with the given id.
func (c *Client) GetSession(ctx context.Context, id string) (Session, error) {
	if err := checkID(http.MethodGet, routeSession, "session", id); err != nil {
		return Session{}, err
	}
	var got bgpSessionBody
	l, err := c.ask(ctx, request{route: routeSession}, http.MethodGet, "bgp/sessions/"+id, nil, &got)
	if err != nil {
		return Session{}, err
	}
	return l.sessionWithID(got, id)
}

// ListDeviceSessions returns the sessions of a device, at most one per family.
func (c *Client) ListDeviceSessions(ctx context.Context, deviceID string) ([]Session, error) {
	if err := checkID(http.MethodGet, routeDeviceSessions, "device", deviceID); err != nil {
		return nil, err
	}
	return listing[bgpSessionBody, Session]{
		request: request{route: routeDeviceSessions, list: "bgp_sessions"},
		path:    "devices/" + deviceID + "/bgp/sessions", unpaged: true, most: maxOfDevice, translate: (*call).session,
	}.all(ctx, c)
}

// CreateSession makes a session. It is sent once, never repeated: after an
// error for which IsAmbiguous or IsAlreadyExists holds, look for the session
// with ListDeviceSessions.
func (c *Client) CreateSession(ctx context.Context, deviceID string, s CreateSession) (Session, error) {
	if err := checkID(http.MethodPost, routeDeviceSessions, "device", deviceID); err != nil {
		return Session{}, err
	}
	var got bgpSessionBody
	l, err := c.ask(ctx, request{route: routeDeviceSessions}, http.MethodPost, "devices/"+deviceID+"/bgp/sessions",
		packngo.CreateBGPSessionRequest{AddressFamily: s.AddressFamily, DefaultRoute: &s.DefaultRoute}, &got)
	if err != nil {
		return Session{}, err
	}
	return l.session(got)
}

// UpdateSession changes a session in place and returns it as it is afterwards.
func (c *Client) UpdateSession(ctx context.Context, id string, s UpdateSession) (Session, error) {
	if err := checkID(http.MethodPut, routeSession, "session", id); err != nil {
		return Session{}, err
	}
	var got bgpSessionBody
	l, err := c.ask(ctx, request{route: routeSession}, http.MethodPut, "bgp/sessions/"+id,
		packngo.UpdateBGPSessionRequest{DefaultRoute: s.DefaultRoute}, &got)
	if l.emptySuccess {
		// The API document gives this answer no body.
		return c.GetSession(ctx, id)
	}
	if err != nil {
		return Session{}, err
	}
	return l.sessionWithID(got, id)
}

// DeleteSession deletes a session. It fails with ClassNotFound if the session
// did not exist, and succeeds if it vanished between two tries of this call.
func (c *Client) DeleteSession(ctx context.Context, id string) error {
	return c.remove(ctx, routeSession, "session", "bgp/sessions/", id)
}

// DiscoverSessions asks for the status of all sessions of a project to be read
// from the switches; the effect shows minutes later. Like every POST it is sent
// once. packngo posts elsewhere, see
// https://github.com/packethost/packngo/issues/316.
func (c *Client) DiscoverSessions(ctx context.Context, projectID string) error {
	if err := checkID(http.MethodPost, routeDiscover, "project", projectID); err != nil {
		return err
	}
	_, err := c.ask(ctx, request{route: routeDiscover}, http.MethodPost, "projects/"+projectID+"/bgp/discover", nil, nil)
	return err
}

// bgpSessionBody is what is read of a session: packngo's type has room for a
// whole device, more than a kilobyte for each {}.
type bgpSessionBody struct {
	ID            word         `json:"id"`
	AddressFamily word         `json:"address_family"`
	Status        word         `json:"status"`
	DefaultRoute  *bool        `json:"default_route"`
	LearnedRoutes few[address] `json:"learned_routes"`
	Device        link         `json:"device"`
}

// session translates an answer. One without an id is no session: {} must not be
// taken for one.
func (l *call) session(s bgpSessionBody) (Session, error) {
	device := s.Device.id()
	switch {
	case !ValidID(string(s.ID)):
		return Session{}, l.unusable("the answer holds a session without an id")
	case !ValidID(device):
		return Session{}, l.unusable("the answer holds a session without a device")
	case s.AddressFamily != "ipv4" && s.AddressFamily != "ipv6":
		return Session{}, l.unusable("the answer holds a session of an unknown address family")
	}
	return Session{
		ID:            string(s.ID),
		AddressFamily: string(s.AddressFamily),
		Status:        string(s.Status),
		DefaultRoute:  s.DefaultRoute != nil && *s.DefaultRoute,
		LearnedRoutes: stringsOf(s.LearnedRoutes),
		DeviceID:      device,
	}, nil
}

// sessionWithID translates the answer to a request for one session.
func (l *call) sessionWithID(s bgpSessionBody, id string) (Session, error) {
	if !strings.EqualFold(string(s.ID), id) {
		return Session{}, l.unusable("the answer holds another session")
	}
	return l.session(s)
}
