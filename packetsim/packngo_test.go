// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/packethost/packngo"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// client returns a packngo client of its own for a server.
func client(t *testing.T, sim *packetsim.Sim) *packngo.Client {
	t.Helper()
	c, err := packngo.NewClientWithBaseURL("packetsim", sim.Token, &http.Client{}, sim.URL)
	if err != nil {
		t.Fatalf("cannot make packngo client: %v", err)
	}
	return c
}

func TestPackngoLifeOfSession(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	c := client(t, sim)

	p, _, err := c.Projects.Create(&packngo.ProjectCreateRequest{Name: "demo"})
	if err != nil {
		t.Fatalf("create project: %v", err)
	}
	if cfg, _, err := c.BGPConfig.Get(p.ID, nil); err != nil || cfg.ID != "" {
		t.Errorf("BGP config of a new project: want the empty object, got %+v, %v", cfg, err)
	}
	d, _, err := c.Devices.Create(&packngo.DeviceCreateRequest{
		Hostname: "edge-1", Facility: []string{"ny5"}, Plan: "c3.small.x86", OS: "ubuntu_18_04", ProjectID: p.ID, BillingCycle: "hourly", CustomData: `{"a":1}`,
	})
	if err != nil {
		t.Fatalf("create device: %v", err)
	}
	if d.State != "queued" || len(d.Network) != 0 {
		t.Errorf("new device: want queued without addresses, got %s with %d", d.State, len(d.Network))
	}
	if d, _, err = c.Devices.Get(d.ID, nil); err != nil {
		t.Fatalf("get device: %v", err)
	}
	if d.State != "active" || len(d.Network) != 3 || d.GetNetworkType() != packngo.NetworkTypeL3 || d.Facility.Code != "ny5" {
		t.Errorf("device: want active with 3 addresses in layer3 at ny5, got %s %d %s %s", d.State, len(d.Network), d.GetNetworkType(), d.Facility.Code)
	}

	yes := true
	_, resp, err := c.BGPSessions.Create(d.ID, packngo.CreateBGPSessionRequest{AddressFamily: "ipv4"})
	if err == nil || resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("create session without BGP: want 422, got %v", err)
	}
	if _, err := c.BGPConfig.Create(p.ID, packngo.CreateBGPConfigRequest{DeploymentType: "local", Asn: 65000, Md5: "Sup3rSecretPw"}); err != nil {
		t.Fatalf("enable BGP: %v", err)
	}
	s, _, err := c.BGPSessions.Create(d.ID, packngo.CreateBGPSessionRequest{AddressFamily: "ipv4", DefaultRoute: &yes})
	if err != nil {
		t.Fatalf("create session: %v", err)
	}
	if s.Status != "unknown" || !*s.DefaultRoute {
		t.Errorf("new session: want unknown with default route, got %+v", s)
	}
	if s, _, err = c.BGPSessions.Get(s.ID, &packngo.GetOptions{Includes: []string{"device"}}); err != nil || s.Device.ID != d.ID || s.Status != "up" {
		t.Errorf("get session: want up on device %s, got %+v, %v", d.ID, s, err)
	}
	ns, _, err := c.Devices.ListBGPNeighbors(d.ID, nil)
	if err != nil {
		t.Fatalf("list neighbours: %v", err)
	}
	want := []packngo.BGPNeighbor{{
		AddressFamily: 4, CustomerAs: 65000, CustomerIP: d.GetNetworkInfo().PrivateIPv4, Md5Enabled: true, Md5Password: "Sup3rSecretPw", Multihop: true,
		PeerAs: 65530, PeerIps: []string{"169.254.255.1", "169.254.255.2"},
		RoutesIn: []packngo.BGPRoute{{Route: "10.80.0.0/25"}}, RoutesOut: []packngo.BGPRoute{{Route: "0.0.0.0/0", Exact: true}},
	}}
	if diff := cmp.Diff(want, ns); diff != "" {
		t.Errorf("neighbours: -want, +got:\n%s", diff)
	}
	if u, _, err := c.BGPSessions.Update(s.ID, packngo.UpdateBGPSessionRequest{}); err != nil || *u.DefaultRoute {
		t.Errorf("update session: want no default route, got %+v, %v", u, err)
	}
	if _, err := c.BGPSessions.Delete(s.ID); err != nil {
		t.Errorf("delete session: %v", err)
	}
	if _, resp, err := c.BGPSessions.Get(s.ID, nil); err == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("get deleted session: want 404, got %v", err)
	}
	if _, err := c.Devices.Delete(d.ID, true); err != nil {
		t.Errorf("delete device: %v", err)
	}
	if _, err := c.Projects.Delete(p.ID); err != nil {
		t.Errorf("delete project: %v", err)
	}
}
