// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/internal/external/bgpsession"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestBGPNotEnabled has a session asked for in a project without BGP: a
// condition says what to enable, nothing is posted, and the session follows
// by itself; and so once more when BGP is turned off later and the session
// vanishes with it.
func TestBGPNotEnabled(t *testing.T) {
	t.Parallel()
	status := func(s string) func(tn *tenant) {
		return func(tn *tenant) {
			tn.t.Helper()
			if _, err := tn.sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: tn.project.ID, Status: s}); err != nil {
				tn.t.Fatal(err)
			}
		}
	}
	cases := map[string]struct {
		reason string
		turn   func(tn *tenant)
	}{
		"Never": {
			reason: "nothing is asked for in a project that never had BGP",
			turn:   func(tn *tenant) { tn.sim.RemoveBGPConfig(tn.project.ID) },
		},
		"Disabled":  {reason: "nothing is asked for in a project whose BGP is turned off", turn: status(packetsim.BGPDisabled)},
		"Requested": {reason: "nothing is asked for in a project whose BGP is not approved yet", turn: status(packetsim.BGPRequested)},
	}
	refused := condition("Ready", corev1.ConditionFalse, string(bgpsession.ReasonBGPNotEnabled))
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				tc.turn(tn)
				u := tn.apply(tn.manifest(nil, nil))
				tn.awaitSession("refusal", u, refused)
				tn.settleFor(10, tn.token)
				tn.wantNoWrites(tc.reason, tn.token)
				message := tn.stored(u).GetCondition("Ready").Message
				for _, text := range []string{tn.project.ID, "BGP is not enabled", "follows by itself"} {
					if !strings.Contains(message, text) {
						t.Errorf("the condition does not say %q: %q", text, message)
					}
				}
				before := len(tn.sim.Requests())
				tn.enableBGP()
				tn.awaitReady(u)
				tn.wantNextLook(before)
				tn.awaitSession("creation", u, created)
				tn.wantChanges("once BGP is enabled the session is made", map[string]int{"POST": 1})

				tc.turn(tn)
				tn.sim.RemoveSession(tn.only().ID)
				tn.awaitSession("refusal", u, refused)
				tn.settleFor(10, tn.token)
				tn.wantChanges(tc.reason+", again", map[string]int{"POST": 1})
				before = len(tn.sim.Requests())
				tn.enableBGP()
				tn.awaitReady(u)
				tn.wantNextLook(before)
				tn.awaitSession("creation", u, all(externalName(tn.only().ID), created))
				tn.wantChanges("once BGP is enabled again the session is made again", map[string]int{"POST": 2})
			})
		})
	}
}

// wantNextLook fails the test if more than one look at the project's BGP, and
// one that was under way, came between what was requested before and the
// creation.
func (tn *tenant) wantNextLook(before int) {
	tn.t.Helper()
	looks := 0
	for _, r := range tn.sim.Requests()[before:] {
		if r.Method == http.MethodPost {
			break
		}
		if strings.HasSuffix(r.Route, "/bgp-config") {
			looks++
		}
	}
	if looks == 0 || looks > 2 {
		tn.t.Errorf("the session was made %d looks after BGP was enabled, want the next one", looks)
	}
}
