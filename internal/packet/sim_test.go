// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const md5 = "Sup3rSecretPw"

// start returns a server that has a project with a device, and a client for it.
func start(t *testing.T) (sim *packetsim.Sim, c *packet.Client, project packetsim.Project, device packetsim.Device) {
	t.Helper()
	sim = packetsim.Start(t, packetsim.Config{})
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token})
	if err != nil {
		t.Fatalf("Client(...): %v", err)
	}
	project = sim.AddProject(packetsim.Project{Name: "demo"})
	device = sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})
	return sim, c, project, device
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestSessionLife walks through the life of a session, calling each method that
// has to do with it.
func TestSessionLife(t *testing.T) {
	sim, c, project, device := start(t)
	ctx := t.Context()
	create := packet.CreateSession{AddressFamily: "ipv4"}

	if got := must[packet.Project](t)(c.GetProject(ctx, project.ID)); got.ID != project.ID || got.Name != "demo" {
		t.Errorf("GetProject(...): got %+v", got)
	}
	d := must[packet.Device](t)(c.GetDevice(ctx, device.ID))
	if d.ID != device.ID || d.ProjectID != project.ID || d.State != "active" || d.Hostname != "edge-1" || len(d.Addresses) != 3 {
		t.Errorf("GetDevice(...): got %+v", d)
	}

	if _, err := c.GetBGPConfig(ctx, project.ID); !packet.IsNotFound(err) {
		t.Errorf("GetBGPConfig(...) before BGP was asked for: got error %v", err)
	}
	var refused *packet.Error
	if _, err := c.CreateSession(ctx, device.ID, create); !errors.As(err, &refused) || refused.Class != packet.ClassBGPNotEnabled || refused.Ambiguous {
		t.Errorf("CreateSession(...) before BGP was asked for: got error %v", err)
	}
	if err := c.SetBGPConfig(ctx, project.ID, packet.SetBGPConfig{DeploymentType: "local", ASN: 65000, MD5: ptr.To(packet.Secret(md5))}); err != nil {
		t.Fatalf("SetBGPConfig(...): %v", err)
	}
	if got := must[packet.BGPConfig](t)(c.GetBGPConfig(ctx, project.ID)); !got.Enabled() || got.ASN != 65000 || got.MD5 != md5 || got.ProjectID != project.ID {
		t.Errorf("GetBGPConfig(...): got %+v", got)
	}

	if got := must[[]packet.Session](t)(c.ListDeviceSessions(ctx, device.ID)); len(got) != 0 {
		t.Errorf("ListDeviceSessions(...) before there is one: got %+v", got)
	}
	s := must[packet.Session](t)(c.CreateSession(ctx, device.ID, create))
	if s.AddressFamily != "ipv4" || s.DeviceID != device.ID || s.DefaultRoute || s.Status != "unknown" {
		t.Errorf("CreateSession(...): got %+v", s)
	}
	if _, err := c.CreateSession(ctx, device.ID, create); !packet.IsAlreadyExists(err) {
		t.Errorf("CreateSession(...) again: got error %v", err)
	}
	if got := must[packet.Session](t)(c.UpdateSession(ctx, s.ID, packet.UpdateSession{DefaultRoute: true})); got.ID != s.ID || !got.DefaultRoute {
		t.Errorf("UpdateSession(...): got %+v", got)
	}
	if got := must[packet.Session](t)(c.GetSession(ctx, s.ID)); got.ID != s.ID || !got.DefaultRoute || got.DeviceID != device.ID {
		t.Errorf("GetSession(...): got %+v", got)
	}
	if list := must[[]packet.Session](t)(c.ListDeviceSessions(ctx, device.ID)); len(list) != 1 || list[0].ID != s.ID || list[0].DeviceID != device.ID {
		t.Errorf("ListDeviceSessions(...): got %+v", list)
	}
	n := must[[]packet.Neighbor](t)(c.ListNeighbors(ctx, device.ID))
	if len(n) != 1 || n[0].AddressFamily != "ipv4" || n[0].CustomerAS != 65000 || !n[0].MD5Enabled || n[0].MD5Password != md5 || len(n[0].PeerIPs) == 0 {
		t.Errorf("ListNeighbors(...): got %+v", n)
	}
	if err := c.DiscoverSessions(ctx, project.ID); err != nil {
		t.Errorf("DiscoverSessions(...): %v", err)
	}

	if err := c.DeleteSession(ctx, s.ID); err != nil {
		t.Errorf("DeleteSession(...): %v", err)
	}
	if err := c.DeleteSession(ctx, s.ID); !packet.IsNotFound(err) {
		t.Errorf("DeleteSession(...) again: got error %v", err)
	}
	if _, err := c.GetSession(ctx, s.ID); !packet.IsNotFound(err) {
		t.Errorf("GetSession(...) after deletion: got error %v", err)
	}
	if got := len(sim.Sessions()); got != 0 {
		t.Errorf("want no session left, got %d", got)
	}
}

// TestFaults tries what each error means for what the server has stored.
func TestFaults(t *testing.T) {
	const (
		sessions = "/devices/{id}/bgp/sessions"
		one      = "/bgp/sessions/{id}"
	)
	type want struct {
		Failed, Ambiguous bool
		Requests, Stored  int
	}
	create := func(ctx context.Context, c *packet.Client, deviceID, _ string) error {
		_, err := c.CreateSession(ctx, deviceID, packet.CreateSession{AddressFamily: "ipv6"})
		return err
	}
	remove := func(ctx context.Context, c *packet.Client, _, id string) error { return c.DeleteSession(ctx, id) }

	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		call   func(ctx context.Context, c *packet.Client, deviceID, sessionID string) error
		want   want
	}{
		"StoredThen500": {
			reason: "A session that was stored before a 500 should be reported as ambiguous, and not be asked for again.",
			fault:  packetsim.OhSnap("POST", sessions, 1),
			call:   create,
			want:   want{Failed: true, Ambiguous: true, Requests: 1, Stored: 2},
		},
		"StoredThenCut": {
			reason: "So should one that was stored before the connection was cut.",
			fault:  packetsim.Fault{Method: "POST", Route: sessions, Times: 1, Store: true, Cut: packetsim.CutSilent},
			call:   create,
			want:   want{Failed: true, Ambiguous: true, Requests: 1, Stored: 2},
		},
		"RateLimited": {
			reason: "A session that was refused should not be ambiguous.",
			fault:  packetsim.RateLimited("POST", sessions, 1, packetsim.Refusal{RetryAfter: "1"}),
			call:   create,
			want:   want{Failed: true, Requests: 1, Stored: 1},
		},
		"DeletedThenCut": {
			reason: "A deletion whose first try was carried out and cut should succeed.",
			fault:  packetsim.Fault{Method: "DELETE", Route: one, Times: 1, Store: true, Cut: packetsim.CutSilent},
			call:   remove,
			want:   want{Requests: 2},
		},
		"DeleteBadGateway": {
			reason: "A deletion that did not get through should be tried again.",
			fault:  packetsim.BadGateway("DELETE", one, 2),
			call:   remove,
			want:   want{Requests: 3},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c, project, device := start(t)
			sim.EnableBGP(project.ID)
			s := sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
			sim.Fault(tc.fault)

			err := tc.call(t.Context(), c, device.ID, s.ID)
			got := want{
				Failed: err != nil, Ambiguous: packet.IsAmbiguous(err),
				Requests: len(sim.Requests()), Stored: len(sim.Sessions()),
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s\nerror: %v", tc.reason, diff, err)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	sim, _, project, device := start(t)
	other := sim.AddProject(packetsim.Project{Name: "other"})
	sim.AddToken(packetsim.Token{Token: "project-token", ProjectID: other.ID})
	conns := packet.NewConnections(packet.Options{})

	cases := map[string]struct {
		reason string
		token  string
		holds  func(error) bool
	}{
		"Unknown":      {"A token that the API does not know is a matter of the credential.", "nonsense", packet.IsUnauthorized},
		"OtherProject": {"A token of another project is not allowed to see the device.", "project-token", func(err error) bool { return packet.IsForbidden(err) || packet.IsNotFound(err) }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := conns.Client(packet.Config{BaseURL: sim.URL, Token: tc.token})
			if err != nil {
				t.Fatalf("Client(...): %v", err)
			}
			if _, err := c.GetDevice(t.Context(), device.ID); !tc.holds(err) {
				t.Errorf("%s\nGetDevice(...): got error %v", tc.reason, err)
			}
			if _, err := c.ListReservations(t.Context(), project.ID); !tc.holds(err) {
				t.Errorf("%s\nListReservations(...): got error %v", tc.reason, err)
			}
		})
	}
}

func TestVanishedDevice(t *testing.T) {
	sim, c, _, device := start(t)
	sim.FailDevice(device.ID)
	if _, err := c.GetDevice(t.Context(), device.ID); !packet.IsForbidden(err) {
		t.Errorf("a device that failed to provision should be forbidden: got error %v", err)
	}
}
