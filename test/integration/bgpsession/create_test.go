// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	for _, s := range []scope{clusterScope, namespacedScope, sharedScope} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			tn := newFixture(t).tenant(s)
			ref := map[string]any{"name": "bgp"}
			if !s.namespaced {
				ref["namespace"] = tn.name
			}
			u := tn.ready(map[string]any{"defaultRoute": true}, map[string]any{"writeConnectionSecretToRef": ref})
			tn.settle(tn.token)
			tn.wantChanges("a session is created by one request", map[string]int{"POST": 1})
			session := tn.only()
			tn.awaitSession("recording the id", u, all(externalName(session.ID), created))

			neighbor := v1alpha1.NeighborsObservation{
				CustomerAs: ptr.To[int64](65000), PeerAs: ptr.To[int64](65530),
				Multihop: ptr.To(true), Md5Enabled: ptr.To(true),
			}
			got := tn.stored(u).Status.AtProvider
			if len(got.Neighbors) != 1 || ptr.Deref(got.Neighbors[0].CustomerIP, "") == "" || len(got.Neighbors[0].PeerIps) == 0 {
				t.Fatalf("want one neighbour with addresses, got %+v", got.Neighbors)
			}
			// Addresses and hops are the simulated site's to choose.
			neighbor.CustomerIP, neighbor.PeerIps, neighbor.Multihop = got.Neighbors[0].CustomerIP, got.Neighbors[0].PeerIps, got.Neighbors[0].Multihop
			want := v1alpha1.BgpSessionObservation{
				ID: &session.ID, AddressFamily: ptr.To("ipv4"), DeviceID: &tn.device.ID, DefaultRoute: ptr.To(true),
				Endpoint: &tn.url, Status: ptr.To("up"), LearnedRoutes: got.LearnedRoutes, Neighbors: []v1alpha1.NeighborsObservation{neighbor},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("status.atProvider: -want, +got:\n%s", diff)
			}
			tn.wantSecret("bgp", map[string]string{
				"id": session.ID, "deviceId": tn.device.ID, "addressFamily": "ipv4",
				"customerAs": "65000", "customerIp": *neighbor.CustomerIP, "peerAs": "65530",
				"md5Enabled": "true", "md5Password": password,
			})
		})
	}
}

// wantSecret fails the test if the connection secret lacks one of the values.
func (tn *tenant) wantSecret(name string, want map[string]string) {
	tn.t.Helper()
	secret := &corev1.Secret{}
	if err := kube.Get(tn.t.Context(), types.NamespacedName{Namespace: tn.name, Name: name}, secret); err != nil {
		tn.t.Fatalf("cannot read the connection secret: %v", err)
	}
	got := map[string]string{}
	for k := range want {
		got[k] = string(secret.Data[k])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		tn.t.Errorf("connection secret: -want, +got:\n%s", diff)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		ref := map[string]any{"name": "bgp"}
		if !tn.namespaced {
			ref["namespace"] = tn.name
		}
		u := tn.ready(nil, map[string]any{"writeConnectionSecretToRef": ref})
		tn.delete(u)
		if left := tn.sim.Sessions(); len(left) != 0 {
			t.Errorf("want no session at the API, got %+v", left)
		}
		tn.wantChanges("a session is deleted by one request", map[string]int{"POST": 1, "DELETE": 1})
		secret := &corev1.Secret{}
		secret.Namespace, secret.Name = tn.name, "bgp"
		await(t.Context(), t, "deletion of the connection secret", gone(secret))
	})
}

func TestDeleteWhatIsGone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		remove func(tn *tenant)
	}{
		"Device": {
			reason: "without its device there is no session to delete",
			remove: func(tn *tenant) { tn.sim.RemoveDevice(tn.device.ID) },
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				u := tn.ready(nil, nil)
				// The provider would make a session anew that is gone alone.
				tc.remove(tn)
				tn.delete(u)
				if left := tn.sim.Sessions(); len(left) != 0 {
					t.Errorf("%s: want no session at the API, got %+v", tc.reason, left)
				}
				tn.wantChanges(tc.reason, map[string]int{"POST": 1})
			})
		})
	}
}

func TestVanished(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		old := tn.only().ID
		tn.sim.RemoveSession(old)
		await(t.Context(), t, "making the session anew", func(ctx context.Context) error {
			s, err := read(ctx, u)
			if err != nil {
				return err
			}
			if externalName(old)(s) == nil {
				return errStillOld
			}
			return all(condition("Ready", corev1.ConditionTrue, ""), externalName(tn.onlyID()))(s)
		})
		tn.settle(tn.token)
		tn.wantChanges("a session that vanished is made anew, once", map[string]int{"POST": 2})
	})
}
