// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// addSession adds a session to the device that nobody manages.
func (f *fixture) addSession(family string, defaultRoute bool) packetsim.BGPSession {
	f.t.Helper()
	return f.sim.AddSession(packetsim.BGPSession{
		DeviceID: f.device.ID, AddressFamily: family, Status: "up", DefaultRoute: ptr.To(defaultRoute),
	})
}

// observer returns a session that only observes, with the arguments alone.
func (tn *tenant) observer(arguments map[string]any) *unstructured.Unstructured {
	return tn.manifest(nil, map[string]any{"managementPolicies": []any{"Observe"}, "forProvider": arguments})
}

// TestLookUp has resources observe a session, by its name or by its key, and
// never ask for anything but reads.
func TestLookUp(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason   string
		named    bool
		keyed    bool
		route    *bool
		upToDate corev1.ConditionStatus
	}{
		"ByExternalName":           {reason: "a session is observed by its external name alone", named: true, upToDate: corev1.ConditionTrue},
		"ByDeviceAndFamily":        {reason: "a session is observed by device and family alone", keyed: true, upToDate: corev1.ConditionTrue},
		"Differing":                {reason: "a difference is reported and not mended", named: true, route: ptr.To(false), upToDate: corev1.ConditionFalse},
		"ByDeviceAndFamilyDiffers": {reason: "a difference is reported and not mended", keyed: true, route: ptr.To(false), upToDate: corev1.ConditionFalse},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				tn.addSession("ipv6", false)
				existing := tn.addSession("ipv4", true)
				arguments := map[string]any{}
				if tc.keyed {
					arguments["addressFamily"], arguments["deviceId"] = "ipv4", tn.device.ID
				}
				if tc.route != nil {
					arguments["defaultRoute"] = *tc.route
				}
				u := tn.observer(arguments)
				if tc.named {
					meta.SetExternalName(u, existing.ID)
				}
				tn.apply(u)
				tn.awaitReady(u)
				tn.awaitSession("observation", u, all(externalName(existing.ID), defaultRoute(true), condition(external.TypeUpToDate, tc.upToDate, "")))
				tn.settle(tn.token)
				if err := condition(external.TypeUpToDate, tc.upToDate, "")(tn.stored(u)); err != nil {
					t.Errorf("%s: %v", tc.reason, err)
				}
				tn.delete(u)
				tn.wantNoWrites(tc.reason, tn.token)
				if _, ok := tn.sim.Session(existing.ID); !ok {
					t.Errorf("%s: the session is gone", tc.reason)
				}
			})
		})
	}
}

// TestLookUpLater has a resource observe what is not there yet, is there, and
// vanishes.
func TestLookUpLater(t *testing.T) {
	t.Parallel()
	missing := condition("Ready", corev1.ConditionFalse, string(external.ReasonNotFound))
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.apply(tn.observer(map[string]any{"addressFamily": "ipv4", "deviceId": tn.device.ID}))
		tn.awaitSession("missing the session", u, all(missing, condition("Synced", corev1.ConditionFalse, "")))
		tn.settle(tn.token)

		appeared := tn.addSession("ipv4", true)
		tn.awaitReady(u)
		tn.awaitSession("finding the session", u, all(externalName(appeared.ID), defaultRoute(true)))

		tn.sim.RemoveSession(appeared.ID)
		tn.awaitSession("missing the session", u, all(
			missing, condition("Synced", corev1.ConditionFalse, ""), condition("Established", corev1.ConditionUnknown, ""),
		))
		tn.settle(tn.token)

		// Another one has another id, but it is what was asked for.
		again := tn.addSession("ipv4", false)
		tn.awaitReady(u)
		tn.awaitSession("finding the session", u, all(externalName(again.ID), defaultRoute(false)))
		tn.wantNoWrites("whoever only looks asks for reads only", tn.token)
	})
}

// TestLookUpNothing has a resource observe although it says neither name nor
// key.
func TestLookUpNothing(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.apply(tn.observer(map[string]any{}))
		tn.awaitSession("refusal", u, condition("Ready", corev1.ConditionFalse, string(external.ReasonIncomplete)))
		session := tn.addSession("ipv4", false)
		tn.annotate(u, meta.AnnotationKeyExternalName, session.ID)
		tn.awaitReady(u)
		tn.wantNoWrites("whoever only looks asks for reads only", tn.token)
	})
}
