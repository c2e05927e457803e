// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestReplaced has somebody delete the session of a resource and make another
// one in its place: it is taken over, unless adoption is opted out.
func TestReplaced(t *testing.T) {
	t.Parallel()
	for _, s := range []scope{clusterScope, namespacedScope} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			tn := f.tenant(s)
			u := tn.ready(nil, nil)
			// Else it could be quicker than we are.
			tn.annotate(u, meta.AnnotationKeyReconciliationPaused, "true")
			tn.awaitSession("pausing", u, condition(xpv1.TypeSynced, corev1.ConditionFalse, string(xpv1.ReasonReconcilePaused)))
			f.sim.RemoveSession(f.only().ID)
			other := f.sim.AddSession(packetsim.BGPSession{DeviceID: f.device.ID, AddressFamily: "ipv4"})
			tn.annotate(u, meta.AnnotationKeyReconciliationPaused, "false")
			tn.awaitSession("having taken the other over", u, all(externalName(other.ID), condition(xpv1.TypeReady, corev1.ConditionTrue, "")))
			f.wantChanges("nothing is made beside the other", map[string]int{"POST": 1})
			tn.delete(u)
			f.wantChanges("what was taken over is deleted", map[string]int{"POST": 1, "DELETE": 1})
		})
	}
}

// TestRivalThatCannot has a resource that cannot, or will not, manage the
// session ask for it first: it does not keep the one from it that can.
func TestRivalThatCannot(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		prepare func(f *fixture, tn *tenant)
		spec    map[string]any
		adopt   string
		exists  bool
	}{
		"ReadOnly": {
			reason: "its key may only read",
			prepare: func(f *fixture, tn *tenant) {
				tn.putKey(f.sim.AddToken(packetsim.Token{Token: keyPrefix + "reader-of-" + tn.name, ProjectID: f.project.ID, ReadOnly: true}).Token)
			},
		},
		"OptOut":   {reason: "it refuses to adopt", adopt: "false", exists: true},
		"NoCreate": {reason: "its policies lack Create", spec: map[string]any{"managementPolicies": []any{"Observe", "Update"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			first, second := f.tenant(namespacedScope), f.tenant(clusterScope)
			if tc.prepare != nil {
				tc.prepare(f, first)
			}
			if tc.exists {
				f.sim.AddSession(packetsim.BGPSession{DeviceID: f.device.ID, AddressFamily: "ipv4"})
			}
			u := first.manifest(nil, tc.spec)
			if tc.adopt != "" {
				u.SetAnnotations(map[string]string{external.AnnotationAdopt: tc.adopt})
			}
			first.apply(u)
			first.awaitSession("not managing the session", u, condition(xpv1.TypeSynced, corev1.ConditionFalse, ""))
			second.ready(nil, nil)
			first.awaitSession("having a conflict although "+tc.reason, u, isConflict)
		})
	}
}

// TestLateStore has a resource deleted whose session is stored only after that:
// it is found and deleted, and not left behind.
func TestLateStore(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tn := f.tenant(namespacedScope)
	hanging := f.sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Hang: true})
	u := tn.apply(tn.manifest(nil, nil))
	select {
	case <-hanging.Met():
	case <-t.Context().Done():
		t.Fatal("there was no creation")
	}
	if err := kube.Delete(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	tn.awaitSession("waiting for what may be stored late", u, condition(xpv1.TypeReady, corev1.ConditionFalse, string(external.ReasonCreationUnconfirmed)))
	f.sim.AddSession(packetsim.BGPSession{DeviceID: f.device.ID, AddressFamily: "ipv4"})
	await(t.Context(), t, "deletion of the resource", gone(u))
	if left := f.sim.Sessions(); len(left) != 0 {
		t.Errorf("the API still has %+v", left)
	}
}
