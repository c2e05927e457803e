// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A method is one method of Client, called with an id, and what goes over the
// wire for it.
type method struct {
	reason string
	call   func(ctx context.Context, c *Client, id string) (any, error)
	id     string
	// noID is true if the method takes no id, and ownID if it goes without one
	// too, for what is the caller's own.
	noID, ownID bool
	// sends are the secrets in the request.
	sends  []string
	answer http.HandlerFunc
	wire   seen
	want   any
}

// discard fits a method that returns only an error into the table.
func discard(err error) (any, error) { return nil, err }

var methods = union(sessionMethods, bgpConfigMethods, projectMethods, deviceMethods, reservationMethods, sshKeyMethods, vlanMethods)

func union(tables ...map[string]method) map[string]method {
	out := map[string]method{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}

var sessionMethods = map[string]method{
	"GetSession": {
		reason: "A session should be translated, with its device's id from the link.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetSession(ctx, id) },
		id:     sessionID,
		answer: answering(200, sessionBody),
		wire:   seen{Method: "GET", URI: "/metal/v1/bgp/sessions/" + sessionID},
		want:   wantSession,
	},
	"ListDeviceSessions": {
		reason: "Null should count as no default route; an included device should be understood too.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListDeviceSessions(ctx, id) },
		id:     deviceID,
		answer: answering(200, `{"bgp_sessions":[`+sessionBody+`,{"id":"`+projectID+`","status":"unknown","learned_routes":[],
			"default_route":null,"address_family":"ipv6","device":{"id":"`+deviceID+`","href":"/devices/x"}}]}`),
		wire: seen{Method: "GET", URI: "/metal/v1/devices/" + deviceID + "/bgp/sessions"},
		want: []Session{wantSession, {ID: projectID, Status: "unknown", LearnedRoutes: []string{}, AddressFamily: "ipv6", DeviceID: deviceID}},
	},
	"CreateSession": {
		reason: "False should be sent: left out, the API stores null.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.CreateSession(ctx, id, CreateSession{AddressFamily: "ipv4"})
		},
		id:     deviceID,
		answer: answering(201, sessionBody),
		wire: seen{
			Method: "POST", URI: "/metal/v1/devices/" + deviceID + "/bgp/sessions",
			Body: `{"address_family":"ipv4","default_route":false}` + "\n",
		},
		want: wantSession,
	},
	"UpdateSession": {
		reason: "The answer to an update should be translated.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.UpdateSession(ctx, id, UpdateSession{DefaultRoute: true})
		},
		id:     sessionID,
		answer: answering(200, sessionBody),
		wire:   seen{Method: "PUT", URI: "/metal/v1/bgp/sessions/" + sessionID, Body: `{"default_route":true}` + "\n"},
		want:   wantSession,
	},
	"DeleteSession": {
		reason: "A deletion has no answer.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return discard(c.DeleteSession(ctx, id)) },
		id:     sessionID,
		answer: answering(204, ""),
		wire:   seen{Method: "DELETE", URI: "/metal/v1/bgp/sessions/" + sessionID},
	},
	"DiscoverSessions": {
		reason: "Discovery should go where the API has it, not where packngo believes it.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return discard(c.DiscoverSessions(ctx, id))
		},
		id:     projectID,
		answer: answering(200, `{"updated_at":"2022-02-02T19:01:03.943Z"}`),
		wire:   seen{Method: "POST", URI: "/metal/v1/projects/" + projectID + "/bgp/discover"},
	},
	"ListNeighbors": {
		reason: "Families should be named as sessions name them.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListNeighbors(ctx, id) },
		id:     deviceID,
		answer: answering(200, `{"bgp_neighbors":[
			{"address_family":4,"customer_as":4200000000,"customer_ip":"10.66.29.1","md5_enabled":true,"md5_password":"`+testMD5+`","multihop":true,
			 "peer_as":65530,"peer_ips":["169.254.255.1","169.254.255.2"],
			 "routes_in":[{"route":"10.66.29.0/25","exact":false}],"routes_out":[{"route":"0.0.0.0/0","exact":true}]},
			{"address_family":6,"customer_as":65000,"customer_ip":"2604:1380:1:1::1","md5_enabled":false,"md5_password":null,"multihop":false,
			 "peer_as":65530,"peer_ips":["fc00::e"],"routes_in":[],"routes_out":[]}]}`),
		wire: seen{Method: "GET", URI: "/metal/v1/devices/" + deviceID + "/bgp/neighbors"},
		want: []Neighbor{
			{
				AddressFamily: "ipv4", CustomerAS: 4200000000, CustomerIP: "10.66.29.1", PeerAS: 65530,
				PeerIPs: []string{"169.254.255.1", "169.254.255.2"}, MD5Enabled: true, MD5Password: testMD5, Multihop: true,
			},
			{
				AddressFamily: "ipv6", CustomerAS: 65000, CustomerIP: "2604:1380:1:1::1", PeerAS: 65530,
				PeerIPs: []string{"fc00::e"},
			},
		},
	},
}

var wantSession = Session{
	ID: sessionID, AddressFamily: "ipv4", Status: "up,down", DefaultRoute: true,
	LearnedRoutes: []string{"10.32.16.0/31"}, DeviceID: deviceID,
}

func TestMethods(t *testing.T) {
	for name, tc := range methods {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answer)
			got, err := tc.call(t.Context(), newTestClient(t, a.URL, testOptions()), tc.id)
			if err != nil {
				t.Fatalf("%s\nerror: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nresult: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]seen{tc.wire}, a.requests(), cmpopts.IgnoreFields(seen{}, "Header", "Remote")); diff != "" {
				t.Errorf("%s\nrequests: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestInvalidIDs(t *testing.T) {
	a := startAPI(t, answering(200, `{}`))
	c := newTestClient(t, a.URL, testOptions())
	for name, tc := range methods {
		for _, id := range []string{"", "nonsense", "../projects", sessionID + "/../x", sessionID + "?x=y", "\n" + sessionID} {
			if tc.noID || tc.ownID && id == "" {
				continue
			}
			_, err := tc.call(t.Context(), c, id)
			if !IsInvalid(err) || IsAmbiguous(err) {
				t.Errorf("%s(%q): want an invalid error, got %v", name, id, err)
			}
		}
	}
	if got := a.requests(); len(got) != 0 {
		t.Errorf("want no request, got %v", got)
	}
}

func TestInvalidIDText(t *testing.T) {
	c := newTestClient(t, "http://127.0.0.1:1", testOptions())
	_, err := c.GetSession(t.Context(), "nonsense")
	if want := "GET /bgp/sessions/{id}: invalid: session id is not a UUID"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	err = c.DiscoverSessions(t.Context(), "")
	if want := "POST /projects/{id}/bgp/discover: invalid: project id is empty"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}
