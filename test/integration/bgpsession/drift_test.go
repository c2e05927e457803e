// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

var errStillOld = errors.New("the external name is still that of the session that vanished")

// onlyID returns the id of the API's only session, "" if there is none.
func (f *fixture) onlyID() string {
	all := f.sim.Sessions()
	if len(all) != 1 {
		return ""
	}
	return all[0].ID
}

func defaultRoute(want bool) func(*v1alpha1.BgpSession) error {
	return func(s *v1alpha1.BgpSession) error {
		if got := s.Status.AtProvider.DefaultRoute; got == nil || *got != want {
			return fmt.Errorf("want status.atProvider.defaultRoute %t, got %v", want, ptr.Deref(got, !want))
		}
		return nil
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason    string
		arguments map[string]any
		want      bool
	}{
		"Unset": {reason: "unset means the API's default, and is enforced"},
		"False": {reason: "false is enforced", arguments: map[string]any{"defaultRoute": false}},
		"True":  {reason: "true is enforced", arguments: map[string]any{"defaultRoute": true}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				u := tn.ready(tc.arguments, nil)
				id := tn.only().ID
				if err := tn.sim.UpdateSession(id, func(s *packetsim.BGPSession) { s.DefaultRoute = ptr.To(!tc.want) }); err != nil {
					t.Fatal(err)
				}
				await(t.Context(), t, "repair", func(context.Context) error {
					if s := tn.only(); s.ID != id || ptr.Deref(s.DefaultRoute, false) != tc.want {
						return fmt.Errorf("the session is %+v", s)
					}
					return nil
				})
				tn.settle(tn.token)
				tn.wantChanges(tc.reason+" by one request", map[string]int{"POST": 1, "PUT": 1})
				tn.awaitSession("reporting the repair", u, all(defaultRoute(tc.want), externalName(id)))
			})
		})
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		id := tn.only().ID
		tn.patch(u, `{"spec":{"forProvider":{"defaultRoute":true}}}`)
		tn.awaitSession("reporting the edit", u, all(defaultRoute(true), externalName(id)))
		tn.settle(tn.token)
		tn.wantChanges("an edit is one update in place", map[string]int{"POST": 1, "PUT": 1})
		if s := tn.only(); s.ID != id || !ptr.Deref(s.DefaultRoute, false) {
			t.Errorf("want session %s with a default route, got %+v", id, s)
		}
	})
}
