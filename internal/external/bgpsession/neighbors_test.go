// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const md5 = "Sup3rSecretPw"

// What the API says of the neighbours of a device with both sessions.
var (
	neighbor4 = packet.Neighbor{
		AddressFamily: "ipv4", CustomerAS: 65000, CustomerIP: "10.0.0.2", PeerAS: 65530,
		PeerIPs: []string{"169.254.255.1", "169.254.255.2"}, Multihop: true, MD5Enabled: true, MD5Password: md5,
	}
	neighbor6 = packet.Neighbor{
		AddressFamily: "ipv6", CustomerAS: 65000, CustomerIP: "2604:1380::1", PeerAS: 65530,
		PeerIPs: []string{"fc00::e", "fc00::f"}, Multihop: true,
	}
	state4   = []Neighbor{{CustomerAS: 65000, CustomerIP: "10.0.0.2", PeerAS: 65530, PeerIPs: []string{"169.254.255.1", "169.254.255.2"}, Multihop: true, MD5Enabled: true}}
	state6   = []Neighbor{{CustomerAS: 65000, CustomerIP: "2604:1380::1", PeerAS: 65530, PeerIPs: []string{"fc00::e", "fc00::f"}, Multihop: true}}
	details4 = managed.ConnectionDetails{
		"id": []byte("S4"), "deviceId": []byte("D1"), "addressFamily": []byte("ipv4"),
		"defaultRoute": []byte("false"), "status": []byte("up,up"), "learnedRoutes": []byte(""),
		"customerAs": []byte("65000"), "customerIp": []byte("10.0.0.2"), "peerAs": []byte("65530"), "peerIps": []byte("169.254.255.1,169.254.255.2"),
		"multihop": []byte("true"), "md5Enabled": []byte("true"), "md5Password": []byte(md5),
	}
	details6 = managed.ConnectionDetails{
		"id": []byte("S6"), "deviceId": []byte("D1"), "addressFamily": []byte("ipv6"),
		"defaultRoute": []byte("true"), "status": []byte("down"), "learnedRoutes": []byte("2604:1380::/64,2604:1381::/64"),
		"customerAs": []byte("65000"), "customerIp": []byte("2604:1380::1"), "peerAs": []byte("65530"), "peerIps": []byte("fc00::e,fc00::f"),
		"multihop": []byte("true"), "md5Enabled": []byte("false"), "md5Password": []byte(""),
	}
)

func TestNeighbors(t *testing.T) {
	both := []packet.Neighbor{neighbor6, neighbor4}
	old := []Neighbor{{CustomerAS: 1}}
	known := State{ID: "S4", Status: "up,up", Neighbors: old}
	later, earlier := start.Add(time.Second), start.Add(-time.Second)
	cases := map[string]struct {
		reason     string
		view       external.View[State]
		next       time.Time // when what is remembered is to be read again
		neighbors  []packet.Neighbor
		err        error
		reads      int
		want       []Neighbor
		details    managed.ConnectionDetails
		remembered time.Duration // until the next reading
	}{
		"First": {
			reason:    "neighbours that are not known are read",
			neighbors: both, reads: 1, want: state4, details: details4, remembered: 10 * time.Minute,
		},
		"Fresh": {
			reason: "neighbours read a moment ago are told from memory, the password with them",
			view:   external.View[State]{Previous: known}, next: later, want: state4, details: details4, remembered: time.Second,
		},
		"Due": {
			reason: "neighbours are read again after a while, so that a change of the project's password is noticed",
			view:   external.View[State]{Previous: known}, next: start, neighbors: both, reads: 1, want: state4, details: details4, remembered: 10 * time.Minute,
		},
		"StatusChanged": {
			reason: "neighbours are read if the status changed",
			view:   external.View[State]{Previous: State{ID: "S4", Status: "down", Neighbors: old}}, next: later,
			neighbors: both, reads: 1, want: state4, details: details4, remembered: 10 * time.Minute,
		},
		"OtherSession": {
			reason: "neighbours are read for a session made anew",
			view:   external.View[State]{Previous: State{ID: "S3", Status: "up,up", Neighbors: old}}, next: later,
			neighbors: both, reads: 1, want: state4, details: details4, remembered: 10 * time.Minute,
		},
		"Restart": {
			reason: "after a restart neighbours that status tells are read in their turn, and no secret is written until then",
			view:   external.View[State]{Previous: known}, want: old, remembered: 5 * time.Minute,
		},
		"RestartWithSecret": {
			reason: "a password that is asked for and not in memory is read at once",
			view:   external.View[State]{Previous: known, Publishes: true}, neighbors: both, reads: 1, want: state4, details: details4, remembered: 10 * time.Minute,
		},
		"SecretLater": {
			reason: "a secret that is asked for later is told from memory",
			view:   external.View[State]{Previous: known, Publishes: true}, next: later, want: state4, details: details4, remembered: time.Second,
		},
		"Unreadable": {
			reason: "neighbours that cannot be read are told from memory",
			view:   external.View[State]{Previous: known}, next: earlier, err: errBoom, reads: 1, want: state4, details: details4, remembered: -time.Second,
		},
		"UnreadableAndUnknown": {
			reason: "neighbours that cannot be read and are not in memory keep their last value and leave the secret",
			view:   external.View[State]{Previous: known, Publishes: true}, err: errBoom, reads: 1, want: old,
		},
		"OtherFamily": {
			reason: "neighbours of the other family are not it",
			view:   external.View[State]{Previous: known}, next: earlier, neighbors: both[:1], reads: 1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			reads := 0
			o := over(&fakeAPI{neighborsFn: func(device string) ([]packet.Neighbor, error) {
				reads++
				if device != "D1" {
					t.Errorf("%s: read the neighbours of %q", tc.reason, device)
				}
				return tc.neighbors, tc.err
			}})
			if !tc.next.IsZero() {
				o.remember("S4", neighbor4, tc.next)
			}
			got := o.Report(t.Context(), four, tc.view)
			want := State{ID: "S4", AddressFamily: "ipv4", DeviceID: "D1", Status: "up,up", Neighbors: tc.want}
			if diff := cmp.Diff(want, got.State); diff != "" {
				t.Errorf("%s: state: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.details, got.Details); diff != "" {
				t.Errorf("%s: details: -want +got:\n%s", tc.reason, diff)
			}
			if reads != tc.reads {
				t.Errorf("%s: neighbours were read %d times, want %d", tc.reason, reads, tc.reads)
			}
			p, ok := o.peering("S4")
			if ok != (tc.remembered != 0) || ok && p.next.Sub(start) != tc.remembered {
				t.Errorf("%s: remembered: %t, to be read again after %s; want %s", tc.reason, ok, p.next.Sub(start), tc.remembered)
			}
		})
	}
}

func TestNeighborsAreOfOneEndpoint(t *testing.T) {
	reads := 0
	one := over(&fakeAPI{neighborsFn: func(string) ([]packet.Neighbor, error) { reads++; return []packet.Neighbor{neighbor4}, nil }})
	two := &operations{api: one.api, endpoint: "E2", shared: one.shared}
	v := external.View[State]{Previous: State{ID: "S4", Status: "up,up", Neighbors: state4}, Publishes: true}
	for range 2 {
		one.Report(t.Context(), four, v)
		two.Report(t.Context(), four, v)
	}
	if reads != 2 {
		t.Errorf("neighbours of two sessions with one id at two endpoints were read %d times, want once each", reads)
	}
}

func TestChangedPassword(t *testing.T) {
	n := neighbor4
	o := over(&fakeAPI{neighborsFn: func(string) ([]packet.Neighbor, error) { return []packet.Neighbor{n}, nil }})
	first := o.Report(t.Context(), four, external.View[State]{Publishes: true})
	n.MD5Password = "An0therSecret"
	o.remember("S4", neighbor4, start) // As if the time had come.
	next := o.Report(t.Context(), four, external.View[State]{Previous: first.State, Publishes: true})
	if got := string(next.Details["md5Password"]); got != "An0therSecret" {
		t.Errorf("got password %q", got)
	}
	if diff := cmp.Diff(first.State, next.State); diff != "" {
		t.Errorf("the state does not show the password: -before +after:\n%s", diff)
	}
}
