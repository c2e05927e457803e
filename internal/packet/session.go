// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/packethost/packngo"
)

const (
	routeSession         = "/bgp/sessions/{id}"
	routeDeviceSessions  = "/devices/{id}/bgp/sessions"
	routeProjectSessions = "/projects/{id}/bgp/sessions"
	routeDiscover        = "/projects/{id}/bgp/discover"
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
	// ReadAt is when the request that told all this was started: what is
	// written here is not older.
	ReadAt time.Time
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
	return c.read.session(ctx, id)
}

// ListDeviceSessions returns the sessions of a device, at most one per family.
func (c *Client) ListDeviceSessions(ctx context.Context, deviceID string) ([]Session, error) {
	if err := checkID(http.MethodGet, routeDeviceSessions, "device", deviceID); err != nil {
		return nil, err
	}
	return c.read.deviceSessions(ctx, deviceID)
}

// ListProjectSessions returns all sessions of a project in one request.
func (c *Client) ListProjectSessions(ctx context.Context, projectID string) ([]Session, error) {
	if err := checkID(http.MethodGet, routeProjectSessions, "project", projectID); err != nil {
		return nil, err
	}
	return c.read.projectSessions(ctx, projectID)
}

// CreateSession makes a session. It is sent once, never repeated: after an
// error for which IsAmbiguous or IsAlreadyExists holds, look for the session
// with ListDeviceSessions.
func (c *Client) CreateSession(ctx context.Context, deviceID string, s CreateSession) (Session, error) {
	if err := checkID(http.MethodPost, routeDeviceSessions, "device", deviceID); err != nil {
		return Session{}, err
	}
	var got *packngo.BGPSession
	l, err := c.do(ctx, request{route: routeDeviceSessions}, func(p *packngo.Client) (err error) {
		got, _, err = p.BGPSessions.Create(deviceID, packngo.CreateBGPSessionRequest{
			AddressFamily: s.AddressFamily, DefaultRoute: &s.DefaultRoute,
		})
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return l.session(*got)
}

// UpdateSession changes a session in place and returns it as it is afterwards.
func (c *Client) UpdateSession(ctx context.Context, id string, s UpdateSession) (Session, error) {
	if err := checkID(http.MethodPut, routeSession, "session", id); err != nil {
		return Session{}, err
	}
	var got *packngo.BGPSession
	l, err := c.do(ctx, request{route: routeSession}, func(p *packngo.Client) (err error) {
		got, _, err = p.BGPSessions.Update(id, packngo.UpdateBGPSessionRequest{DefaultRoute: s.DefaultRoute})
		return err
	})
	if l.emptySuccess {
		// The API document gives this answer no body.
		return direct{c}.session(ctx, id)
	}
	if err != nil {
		return Session{}, err
	}
	return l.sessionWithID(*got, id)
}

// DeleteSession deletes a session. It fails with ClassNotFound if the session
// did not exist, and succeeds if it vanished between two tries of this call.
func (c *Client) DeleteSession(ctx context.Context, id string) error {
	if err := checkID(http.MethodDelete, routeSession, "session", id); err != nil {
		return err
	}
	_, err := c.do(ctx, request{route: routeSession}, func(p *packngo.Client) error {
		_, err := p.BGPSessions.Delete(id)
		return err
	})
	return err
}

// DiscoverSessions asks for the status of all sessions of a project to be read
// from the switches; the effect shows minutes later. Like every POST it is sent
// once. packngo posts elsewhere, see
// https://github.com/packethost/packngo/issues/316.
func (c *Client) DiscoverSessions(ctx context.Context, projectID string) error {
	if err := checkID(http.MethodPost, routeDiscover, "project", projectID); err != nil {
		return err
	}
	_, err := c.do(ctx, request{route: routeDiscover}, func(p *packngo.Client) error {
		_, err := p.DoRequest(http.MethodPost, "projects/"+projectID+"/bgp/discover", nil, nil)
		return err
	})
	return err
}

func (d direct) session(ctx context.Context, id string) (Session, error) {
	var got *packngo.BGPSession
	l, err := d.do(ctx, request{route: routeSession}, func(p *packngo.Client) (err error) {
		got, _, err = p.BGPSessions.Get(id, nil)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return l.sessionWithID(*got, id)
}

func (d direct) deviceSessions(ctx context.Context, deviceID string) ([]Session, error) {
	return d.sessions(ctx, routeDeviceSessions, func(p *packngo.Client) ([]packngo.BGPSession, *packngo.Response, error) {
		return p.Devices.ListBGPSessions(deviceID, nil)
	})
}

func (d direct) projectSessions(ctx context.Context, projectID string) ([]Session, error) {
	return d.sessions(ctx, routeProjectSessions, func(p *packngo.Client) ([]packngo.BGPSession, *packngo.Response, error) {
		return p.Projects.ListBGPSessions(projectID, nil)
	})
}

func (d direct) sessions(ctx context.Context, route string, list func(*packngo.Client) ([]packngo.BGPSession, *packngo.Response, error)) ([]Session, error) {
	var got []packngo.BGPSession
	l, err := d.do(ctx, request{route: route, list: "bgp_sessions"}, func(p *packngo.Client) (err error) {
		got, _, err = list(p)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Session, 0, len(got))
	for _, g := range got {
		s, err := l.session(g)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// session translates an answer. One without an id is no session: {} must not be
// taken for one.
func (l *call) session(s packngo.BGPSession) (Session, error) {
	if !ValidID(s.ID) {
		return Session{}, l.unusable("the answer holds a session without an id")
	}
	return Session{
		ID:            s.ID,
		AddressFamily: s.AddressFamily,
		Status:        s.Status,
		DefaultRoute:  s.DefaultRoute != nil && *s.DefaultRoute,
		LearnedRoutes: s.LearnedRoutes,
		DeviceID:      linkedID(s.Device.ID, s.Device.Href),
		ReadAt:        l.started,
	}, nil
}

// sessionWithID translates the answer to a request for one session.
func (l *call) sessionWithID(s packngo.BGPSession, id string) (Session, error) {
	if !strings.EqualFold(s.ID, id) {
		return Session{}, l.unusable("the answer holds another session")
	}
	return l.session(s)
}

// linkedID returns the id of an object that is included or only linked to: the
// last element of its href.
func linkedID(id, href string) string {
	if id != "" || href == "" {
		return id
	}
	return path.Base(href)
}
