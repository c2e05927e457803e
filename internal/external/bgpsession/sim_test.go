// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestAgainstSim reports sessions of both families from a real HTTP API.
func TestAgainstSim(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	if _, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project.ID, MD5: md5}); err != nil {
		t.Fatal(err)
	}
	device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})
	kind := Definition(Options{StatusAge: time.Hour})
	dial := func(token string) external.Operations[Arguments, State, packet.Session] {
		c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: token})
		if err != nil {
			t.Fatal(err)
		}
		return kind.Connect(c, "owner")
	}
	o := dial(sim.Token)
	for _, family := range []string{"ipv4", "ipv6"} {
		a := Arguments{DeviceID: device.ID, AddressFamily: family}
		if err := o.Prepare(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		s, err := o.Create(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		r := o.Report(t.Context(), s, external.View[State]{Manages: true, Publishes: true})
		if len(r.State.Neighbors) != 1 {
			t.Fatalf("%s: got neighbours %+v", family, r.State.Neighbors)
		}
		n := r.State.Neighbors[0]
		if n.CustomerIP == "" || len(n.PeerIPs) == 0 || n.CustomerAS != 65000 || n.PeerAS == 0 || !n.MD5Enabled {
			t.Errorf("%s: the neighbour lacks something: %+v", family, n)
		}
		if got := string(r.Details["md5Password"]); got != md5 {
			t.Errorf("%s: got password %q", family, got)
		}
		if got := string(r.Details["customerIp"]); got != n.CustomerIP {
			t.Errorf("%s: the secret has customer %q, status %q", family, got, n.CustomerIP)
		}
	}
	discoveries := sim.Requests(packetsim.Filter{Method: "POST", Route: "/projects/{id}/bgp/discover"})
	if len(discoveries) != 1 || discoveries[0].Status != 200 || discoveries[0].Path != "/projects/"+project.ID+"/bgp/discover" {
		t.Errorf("two new sessions of a project: got discoveries %+v, want one", discoveries)
	}
	if n := len(sim.Requests(packetsim.Filter{Route: "/devices/{id}"})); n != 2 {
		t.Errorf("the device was read %d times for two creations, want 2: its project is known from there", n)
	}
}

// TestDiscoveryRefused has discovery fail in the ways that endpoints and keys
// make it fail.
func TestDiscoveryRefused(t *testing.T) {
	const route = "/projects/{id}/bgp/discover"
	cases := map[string]struct {
		reason   string
		readOnly bool
		fault    packetsim.Fault
		status   int
	}{
		"ReadOnly":    {reason: "a key that may only read", readOnly: true, status: 403},
		"Missing":     {reason: "an endpoint without discovery", fault: packetsim.Fault{Route: route, Status: 404, Errors: []string{"Not found"}}, status: 404},
		"Unavailable": {reason: "an endpoint in trouble", fault: packetsim.OhSnap("POST", route, 0), status: 500},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			sim := packetsim.Start(t, packetsim.Config{})
			project := sim.AddProject(packetsim.Project{Name: "demo"})
			sim.EnableBGP(project.ID)
			device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})
			session := sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4", Status: "up"})
			token := sim.AddToken(packetsim.Token{Token: "a-key", ProjectID: project.ID, ReadOnly: tc.readOnly})
			if tc.fault.Status != 0 {
				sim.Fault(tc.fault)
			}
			c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: token.Token})
			if err != nil {
				t.Fatal(err)
			}
			o := Definition(Options{StatusAge: time.Hour}).Connect(c, "owner")
			s, ok, err := o.Get(t.Context(), session.ID, Arguments{})
			if err != nil || !ok {
				t.Fatalf("%s: got %t, %v", tc.reason, ok, err)
			}
			var states []State
			for range 3 {
				states = append(states, o.Report(t.Context(), s, external.View[State]{Manages: true}).State)
			}
			if states[0].Status != "up" || len(states[0].Neighbors) != 1 {
				t.Errorf("%s is no harm to the report: %+v", tc.reason, states[0])
			}
			if diff := cmp.Diff(states[0], states[2]); diff != "" {
				t.Errorf("%s: the report changes: -first +last:\n%s", tc.reason, diff)
			}
			var got []int
			for _, r := range sim.Requests(packetsim.Filter{Route: route}) {
				got = append(got, r.Status)
			}
			if diff := cmp.Diff([]int{tc.status}, got); diff != "" {
				t.Errorf("%s is tried once: statuses: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
