// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestPasswordOfAnotherKey has a session read with a key that may read
// neighbours, and then with one that may not.
func TestPasswordOfAnotherKey(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	if _, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project.ID, MD5: md5}); err != nil {
		t.Fatal(err)
	}
	device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})
	session := sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4", Status: "up"})
	weak := sim.AddToken(packetsim.Token{Token: "weak-key-1", ProjectID: project.ID})
	sim.Fault(packetsim.Fault{Token: weak.Token, Route: "/devices/{id}/bgp/neighbors", Status: 403, Errors: []string{"no"}})
	kind, conns := Definition(Options{}), packet.NewConnections(packet.Options{})
	var got []string
	for _, token := range []string{sim.Token, weak.Token, sim.Token} {
		c, err := conns.Client(packet.Config{BaseURL: sim.URL, Token: token})
		if err != nil {
			t.Fatal(err)
		}
		o := kind.Connect(c, "owner")
		s, ok, err := o.Get(t.Context(), session.ID, Arguments{})
		if err != nil || !ok {
			t.Fatalf("got %t, %v", ok, err)
		}
		r := o.Report(t.Context(), s, external.View[State]{Publishes: true})
		got = append(got, string(r.Details["md5Password"]))
	}
	if diff := cmp.Diff([]string{md5, "", md5}, got); diff != "" {
		t.Errorf("passwords: -want +got:\n%s", diff)
	}
}

func TestRefusedKey(t *testing.T) {
	previous := State{ID: "S4", Status: "up,up", Neighbors: state4}
	for _, class := range []packet.Class{packet.ClassForbidden, packet.ClassUnauthorized} {
		o := over(&fakeAPI{neighborsFn: func(string) ([]packet.Neighbor, error) { return nil, &packet.Error{Class: class} }})
		o.remember("S4", neighbor4, start)
		other := &operations{api: o.api, endpoint: o.endpoint, credential: credential{1}, shared: o.shared}
		other.remember("S4", neighbor4, start.Add(time.Second))

		r := o.Report(t.Context(), four, external.View[State]{Previous: previous, Publishes: true})
		if r.Details != nil || o.remembers("S4") || !other.remembers("S4") {
			t.Errorf("%s: what the key read before is not told nor kept, what another one read is kept: got %v, %t, %t", class, r.Details, o.remembers("S4"), other.remembers("S4"))
		}
		if diff := cmp.Diff(state4, r.State.Neighbors); diff != "" {
			t.Errorf("%s: the status stays: -want +got:\n%s", class, diff)
		}
	}
}

func TestFewCredentialsAreRemembered(t *testing.T) {
	o := over(&fakeAPI{})
	for i := range byte(maxCredentials + 2) {
		o.credential = credential{i}
		o.remember("S4", neighbor4, start)
		o.remember("S4", neighbor6, start)
	}
	var got []bool
	for i := range byte(maxCredentials + 2) {
		o.credential = credential{i}
		got = append(got, o.remembers("S4"))
	}
	if diff := cmp.Diff([]bool{false, false, true, true, true, true}, got); diff != "" {
		t.Errorf("after rotations the latest keys count: -want +got:\n%s", diff)
	}
	o.shared.forget("E1", "s4")
	if o.remembers("S4") || len(o.shared.peerings.values) != 0 {
		t.Error("a session that is forgotten is so for all keys")
	}
}

func TestLittleIsKeptOfNeighbors(t *testing.T) {
	n := neighbor4
	n.PeerIPs = nil
	for i := range 1000 {
		n.PeerIPs = append(n.PeerIPs, fmt.Sprint(i))
	}
	o := over(&fakeAPI{neighborsFn: func(string) ([]packet.Neighbor, error) { return []packet.Neighbor{n}, nil }})
	r := o.Report(t.Context(), four, external.View[State]{})
	p, _ := o.peering("S4")
	if len(p.neighbor.PeerIPs) != maxPeers || cap(p.neighbor.PeerIPs) > 2*maxPeers {
		t.Errorf("kept %+v", p.neighbor)
	}
	if got := r.State.Neighbors[0].PeerIPs; len(got) != maxPeers {
		t.Errorf("told %d routers, want %d", len(got), maxPeers)
	}
}

// TestDiscoveryWithAnotherKey has a key that may not discover come first.
func TestDiscoveryWithAnotherKey(t *testing.T) {
	const age = 30 * time.Minute
	fresh := external.View[State]{Manages: true}
	known := external.View[State]{Previous: State{ID: "S4", Status: "up,up", Neighbors: state4}, Manages: true}
	cases := map[string]struct {
		reason               string
		deviceErr, refusal   error
		discoveries, devices int32
	}{
		"Discovery": {reason: "a discovery that a key may not start can be started with another one", refusal: errForbidden, discoveries: 2, devices: 1},
		"Device":    {reason: "so it is if the key may not read the device", deviceErr: errForbidden, discoveries: 1, devices: 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakePassiveClock(start)
			poor, rich := newCounting(tc.refusal, tc.deviceErr), newCounting(nil, nil)
			one := with(&poor.fakeAPI, Options{StatusAge: age, Clock: clock})
			two := &operations{api: &rich.fakeAPI, endpoint: one.endpoint, credential: credential{1}, shared: one.shared}
			one.Report(t.Context(), four, fresh)
			one.Report(t.Context(), four, known)
			two.Report(t.Context(), four, known)
			clock.SetTime(start.Add(5 * time.Minute))
			one.Report(t.Context(), four, known)
			two.Report(t.Context(), four, known)
			got := []int32{poor.discoveries.Load() + rich.discoveries.Load(), poor.devices.Load() + rich.devices.Load()}
			if diff := cmp.Diff([]int32{tc.discoveries, tc.devices}, got); diff != "" || rich.discoveries.Load() != 1 {
				t.Errorf("%s: discoveries and readings of the device: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCancelledReport ends a reconciliation while the device is read.
func TestCancelledReport(t *testing.T) {
	a := newCounting(nil, nil)
	o := with(&a.fakeAPI, Options{StatusAge: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	device := a.deviceFn
	a.deviceFn = func(string) (packet.Device, error) { cancel(); return packet.Device{}, ctx.Err() }
	o.Report(ctx, four, external.View[State]{Manages: true})
	a.deviceFn = device
	o.Report(t.Context(), four, external.View[State]{Manages: true})
	if a.devices.Load() != 1 || a.discoveries.Load() != 1 {
		t.Errorf("a reading that was called off proves nothing: the device was read %d times for %d discoveries", a.devices.Load(), a.discoveries.Load())
	}
}
