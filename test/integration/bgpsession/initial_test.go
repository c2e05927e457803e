// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestInitProvider has a default route that counts when the session is made
// and is never compared afterwards, until forProvider asks for one.
func TestInitProvider(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, map[string]any{"initProvider": map[string]any{"defaultRoute": true}})
		posts := tn.sim.Requests(packetsim.Filter{Method: http.MethodPost, Route: postRoute})
		if len(posts) != 1 || !strings.Contains(posts[0].Body, `"default_route":true`) {
			t.Errorf("want one creation with a default route, got %+v", posts)
		}
		upToDate := condition(external.TypeUpToDate, corev1.ConditionTrue, "")
		tn.awaitSession("creation", u, all(defaultRoute(true), upToDate))

		tn.differ(false)
		tn.awaitSession("observation", u, all(defaultRoute(false), upToDate))
		tn.patch(u, `{"spec":{"initProvider":{"defaultRoute":true},"forProvider":{"defaultRoute":null}}}`)
		tn.settle(tn.token)
		tn.awaitSession("observation", u, all(defaultRoute(false), upToDate))
		tn.wantChanges("what stands in initProvider is not compared", map[string]int{"POST": 1})

		tn.patch(u, `{"spec":{"forProvider":{"defaultRoute":true}}}`)
		tn.awaitSession("update", u, all(defaultRoute(true), upToDate))
		tn.patch(u, `{"spec":{"initProvider":{"defaultRoute":false}}}`)
		tn.settle(tn.token)
		tn.awaitSession("observation", u, all(defaultRoute(true), upToDate))
		tn.wantChanges("what stands in forProvider is", map[string]int{"POST": 1, "PUT": 1})
	})
}

// TestInitProviderKey has the arguments that identify a session in
// initProvider.
func TestInitProviderKey(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, map[string]any{
			"forProvider":  map[string]any{},
			"initProvider": map[string]any{"addressFamily": "ipv6", "deviceId": tn.device.ID},
		})
		session := tn.only()
		if session.AddressFamily != "ipv6" || session.DeviceID != tn.device.ID {
			t.Errorf("want the device's session for IPv6, got %+v", session)
		}
		tn.sim.RemoveSession(session.ID)
		tn.awaitSession("making it anew", u, func(s *v1alpha1.BgpSession) error {
			if id := tn.onlyID(); id == "" {
				return errStillOld
			}
			return externalName(tn.onlyID())(s)
		})
		tn.wantChanges("the session is known by what it was made with", map[string]int{"POST": 2})
	})
}
