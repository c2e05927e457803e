// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// annotate sets an annotation of a session; an empty value removes it.
func (tn *tenant) annotate(u *unstructured.Unstructured, name, value string) {
	tn.t.Helper()
	text := "null"
	if value != "" {
		text = fmt.Sprintf("%q", value)
	}
	tn.patch(u, fmt.Sprintf(`{"metadata":{"annotations":{%q:%s}}}`, name, text))
}

// TestImport has a session that exists managed by its external name, with the
// arguments at once or after it was looked at without them.
func TestImport(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		looked  bool
		route   bool
		changes map[string]int
	}{
		"AtOnce":          {reason: "an imported session that is as asked for is not touched", route: true, changes: map[string]int{"DELETE": 1}},
		"AtOnceDiffering": {reason: "an imported session is mended in place", changes: map[string]int{"PUT": 1, "DELETE": 1}},
		"LookedAtFirst":   {reason: "arguments that are added later change nothing that is so", looked: true, route: true, changes: map[string]int{"DELETE": 1}},
		"LookedAtDiffers": {reason: "arguments that are added later count", looked: true, changes: map[string]int{"PUT": 1, "DELETE": 1}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				existing := tn.addSession("ipv4", tc.route)
				u := tn.manifest(map[string]any{"defaultRoute": true}, nil)
				if tc.looked {
					u = tn.observer(map[string]any{})
				}
				meta.SetExternalName(u, existing.ID)
				tn.apply(u)
				tn.awaitReady(u)
				if tc.looked {
					tn.settle(tn.token)
					tn.wantNoWrites("an import begins by looking", tn.token)
					tn.patch(u, fmt.Sprintf(`{"spec":{"managementPolicies":["*"],"forProvider":{"addressFamily":"ipv4","deviceId":%q,"defaultRoute":true}}}`, tn.device.ID))
				}
				tn.awaitSession("import", u, all(externalName(existing.ID), defaultRoute(true), created, condition(external.TypeUpToDate, corev1.ConditionTrue, "")))
				tn.settle(tn.token)
				tn.awaitReady(u)
				if got := tn.only(); got.ID != existing.ID || !ptr.Deref(got.DefaultRoute, false) {
					t.Errorf("%s: want session %s with a default route, got %+v", tc.reason, existing.ID, got)
				}
				tn.delete(u)
				tn.wantChanges(tc.reason+", and deleted with its resource", tc.changes)
			})
		})
	}
}

// TestImportOfAnother has external names that belong to sessions of another
// device or of the other family.
func TestImportOfAnother(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		other  func(tn *tenant) packetsim.BGPSession
		// says are the texts that the refusal must have.
		says func(tn *tenant, other packetsim.BGPSession) []string
	}{
		"Device": {
			reason: "a session of another device is refused, naming both devices",
			other: func(tn *tenant) packetsim.BGPSession {
				device := tn.sim.AddDevice(packetsim.Device{ProjectID: tn.project.ID, Hostname: "edge-2"})
				return tn.sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4", Status: "up", DefaultRoute: ptr.To(true)})
			},
			says: func(tn *tenant, other packetsim.BGPSession) []string {
				return []string{other.ID, other.DeviceID, tn.device.ID}
			},
		},
		"Family": {
			reason: "a session of the other family is refused, naming both families",
			other:  func(tn *tenant) packetsim.BGPSession { return tn.addSession("ipv6", true) },
			says: func(_ *tenant, other packetsim.BGPSession) []string {
				return []string{other.ID, "ipv6", "ipv4"}
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				other := tc.other(tn)
				refused := condition("Ready", corev1.ConditionFalse, string(external.ReasonMismatch))
				for _, end := range []string{"deletion", "correction"} {
					u := tn.manifest(nil, nil)
					meta.SetExternalName(u, other.ID)
					u.SetName(tn.name + "-" + end)
					tn.apply(u)
					tn.awaitSession("refusal", u, refused)
					tn.settle(tn.token)
					message := tn.stored(u).GetCondition("Ready").Message
					for _, text := range tc.says(tn, other) {
						if !strings.Contains(message, text) {
							t.Errorf("%s: %s is missing in %q", tc.reason, text, message)
						}
					}
					if end == "deletion" {
						tn.delete(u)
					}
					tn.wantNoWrites(tc.reason+"; nothing is changed", tn.token)
					if diff := cmp.Diff(other, tn.only(), ignoreTimes); diff != "" {
						t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
					}
					if end == "correction" {
						tn.annotate(u, meta.AnnotationKeyExternalName, "")
						tn.awaitReady(u)
						tn.wantChanges("once the name is corrected the session is made", map[string]int{"POST": 1})
					}
				}
			})
		})
	}
}
