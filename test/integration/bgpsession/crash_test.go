// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// The test in this file kills the provider: it does not run in parallel with
// others.

// TestCrash has the provider killed at each step of a creation in either
// scope. Whatever was written by then, each asks for one session in the end,
// and nobody has to help.
func TestCrash(t *testing.T) {
	cases := map[string]struct {
		reason string
		// fault holds the creations back, or else the requests to Kubernetes
		// are that end so once there is a session.
		fault  *packetsim.Fault
		suffix string
		// posts are how many there are for a session.
		posts int
	}{
		"BeforePOST": {
			reason: "a creation that never arrived is repeated",
			fault:  &packetsim.Fault{Hang: true, Cut: packetsim.CutSilent},
			posts:  2,
		},
		"BetweenPOSTAndAnswer": {
			reason: "a session whose id never arrived is found again",
			fault:  &packetsim.Fault{Store: true, Hang: true},
			posts:  1,
		},
		"BetweenPOSTAndAnnotation": {
			reason: "a session whose id was never written down is found again",
			posts:  1,
		},
		"BetweenAnnotationAndConfirm": {
			reason: "a session whose id was written down and never observed is not made again",
			suffix: "/status",
			posts:  1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			a, b := f.tenant(clusterScope), f.tenant(namespacedScope)
			// Creations on one device are made one after the other.
			device := f.sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: "edge-2"})
			met, release := []<-chan struct{}{}, func() {}
			if tc.fault != nil {
				for _, id := range []string{f.device.ID, device.ID} {
					fault := *tc.fault
					fault.Method, fault.Path, fault.Times = http.MethodPost, "/devices/"+id+"/bgp/sessions", 1
					active := f.sim.Fault(fault)
					met = append(met, active.Met())
				}
				release = f.sim.ClearFaults
			} else {
				g := newGateway(t, func(r *http.Request) (of string) {
					for _, tn := range []*tenant{a, b} {
						if r.Method != http.MethodGet && strings.HasSuffix(r.URL.Path, "/bgpsessions/"+tn.name+tc.suffix) && f.posted(tn.token) {
							return tn.name
						}
					}
					return ""
				}, a.name, b.name)
				restart(t, provider.kill, func() { provider.connect(t, g.address) })
				t.Cleanup(func() { provider.connect(t, "") })
				met = []<-chan struct{}{g.met[a.name], g.met[b.name]}
			}
			ua := a.apply(a.manifest(map[string]any{"defaultRoute": true}, nil))
			ub := b.apply(b.manifest(map[string]any{"defaultRoute": true, "deviceId": device.ID}, nil))
			for _, step := range met {
				select {
				case <-step:
				case <-time.After(patience):
					t.Fatalf("the step was not reached; %s", provider.process.Tail())
				}
			}
			restart(t, provider.kill, func() {
				release()
				provider.connect(t, "")
			})
			a.awaitReady(ua)
			b.awaitReady(ub)
			f.settle(a.token, b.token)
			f.wantChanges(tc.reason, map[string]int{"POST": 2 * tc.posts})
			for _, s := range f.sim.Sessions() {
				tn, u := a, ua
				if s.DeviceID == device.ID {
					tn, u = b, ub
				}
				tn.awaitSession("recovery", u, all(externalName(s.ID), defaultRoute(true), created))
			}
			if n := len(f.sim.Sessions()); n != 2 {
				t.Errorf("%s: want one session for each, got %d", tc.reason, n)
			}
		})
	}
}

// posted is true if a session was made with a key.
func (f *fixture) posted(key packetsim.Token) bool {
	for _, r := range f.sim.Requests(packetsim.Filter{Method: http.MethodPost, Status: http.StatusCreated}) {
		if r.TokenID == key.ID {
			return true
		}
	}
	return false
}
