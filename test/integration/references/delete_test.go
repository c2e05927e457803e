// SPDX-License-Identifier: Apache-2.0

package references

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestDeletionInAnyOrder deletes everything at once, in several orders. TestResolve
// deletes each resource before what it refers to.
func TestDeletionInAnyOrder(t *testing.T) {
	t.Parallel()
	shuffled := func(seed uint64) func([]*unstructured.Unstructured) {
		return func(all []*unstructured.Unstructured) {
			rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		}
	}
	cases := map[string]struct {
		reason string
		order  func([]*unstructured.Unstructured)
	}{
		"ProjectFirst": {reason: "all is in use", order: slices.Reverse[[]*unstructured.Unstructured]},
		"Shuffled1":    {reason: "some is", order: shuffled(1)},
		"Shuffled2":    {reason: "some is", order: shuffled(2)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
				t.Helper()
				s := newStack(tn, byName)
				s.ready()
				paths, order := s.paths(), s.all()
				tc.order(order)
				s.deleteAll(order)
				s.wantNothing(paths)
				if posts := len(s.Sim.Requests(packetsim.Filter{Method: "POST"})); posts != 6 {
					t.Errorf("although %s: want the 6 requests that made it all, got %d", tc.reason, posts)
				}
			})
		})
	}
}

// TestDeletionWhileProvisioning deletes everything at once while the device is
// provisioned, which the API lets nobody interrupt. All else waits for that, and
// says so.
func TestDeletionWhileProvisioning(t *testing.T) {
	t.Parallel()
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			s := newStack(on.Tenant(t, scope, driven(t), packetsim.Token{}), byName)
			s.apply(s.all()...)
			s.AwaitResource("queueing", s.device, stage.AtProvider("state", "queued"))
			for _, u := range []*unstructured.Unstructured{s.project, s.key, s.block, s.config} {
				s.AwaitReady(u)
			}
			paths := []string{"/projects/" + s.id(s.project), "/ssh-keys/" + s.id(s.key), "/ips/" + s.id(s.block), "/devices/" + s.id(s.device)}
			for _, u := range s.all() {
				s.Delete(u)
			}
			s.AwaitResource("waiting", s.device, stage.Condition("Deletable", corev1.ConditionFalse, "Provisioning", "deleted as soon as"))
			s.AwaitResource("waiting for the device", s.project, stage.Condition("Deletable", corev1.ConditionFalse, "InUse", "devices edge-1"))
			if err := s.Sim.Advance(10 * time.Minute); err != nil {
				t.Fatal(err)
			}
			s.awaitGone(t.Context())
			s.wantNothing(paths)
		})
	}
}

// TestNamespaceDeletion deletes the namespace of everything, which takes Secrets
// and configuration away in whatever order.
func TestNamespaceDeletion(t *testing.T) {
	t.Parallel()
	s := newStack(on.Tenant(t, stage.Scopes()[1], packetsim.Start(t, packetsim.Config{}), packetsim.Token{}), byName)
	s.ready()
	paths := s.paths()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.Name}}
	if err := s.Kube.Delete(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	s.awaitGone(t.Context())
	s.Await(t.Context(), t, "deletion of the namespace", s.Gone(namespace))
	s.wantNothing(paths)
}
