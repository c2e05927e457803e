// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestStale has answers come from before the session was there: no session is
// deleted, and no second one made.
func TestStale(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		routes []string
		// others is true if the session is not the resource's own.
		others bool
	}{
		"List":         {reason: "a list that lacks a session says nothing of one that can be read", routes: []string{postRoute}},
		"Get":          {reason: "a read that lacks a session does not make a second one", routes: []string{sessionRoute}},
		"ListAndGet":   {reason: "reads that lack a session do not make a second one", routes: []string{postRoute, sessionRoute}},
		"ListOfOthers": {reason: "a list that lacks a session does not make a second one", routes: []string{postRoute}, others: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				// The answers to another key are stale, which is taken later.
				later := tn.addToken(tn.token.Token + "-later")
				var past []*packetsim.ActiveFault
				for _, route := range tc.routes {
					past = append(past, tn.sim.Fault(packetsim.Fault{
						Name: "stale", Method: http.MethodGet, Route: route, Token: later.Token, Stale: true,
					}))
				}
				var u *unstructured.Unstructured
				made := 1
				if tc.others {
					made = 0
					tn.putKey(later.Token)
					tn.addSession("ipv4", false)
					u = tn.apply(tn.manifest(nil, nil))
				} else {
					u = tn.ready(nil, nil)
					tn.putKey(later.Token)
				}
				session := tn.only()
				if tc.routes[0] == sessionRoute || tc.others {
					tn.meets(past[0], 5)
				} else {
					tn.settleFor(5, later)
				}
				if diff := cmp.Diff(session, tn.only(), ignoreTimes); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
				}
				if n := len(tn.sim.Requests(packetsim.Filter{Method: http.MethodPost, Status: http.StatusCreated})); n != made {
					t.Errorf("%s: %d sessions were made, want %d", tc.reason, n, made)
				}
				for _, fault := range past {
					fault.Remove()
				}
				tn.awaitReady(u)
				tn.awaitSession("knowing the session", u, all(externalName(session.ID), created))
				tn.settle(later)
				for _, method := range []string{http.MethodPut, http.MethodDelete} {
					if n := tn.changes()[method]; n != 0 {
						t.Errorf("%s: %d requests %s", tc.reason, n, method)
					}
				}
				if diff := cmp.Diff(session, tn.only(), ignoreTimes); diff != "" {
					t.Errorf("%s, and is known again: -want, +got:\n%s", tc.reason, diff)
				}
			})
		})
	}
}
