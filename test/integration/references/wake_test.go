// SPDX-License-Identifier: Apache-2.0

package references

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// asleep are flags with which a resource acts within a test only if it is
// woken: polls and back-off are longer than the test.
var asleep = []string{"--poll-interval=1h", "--backoff-base=20m", "--backoff-max=20m"}

// TestWake has everything wait for what it refers to while the provider sleeps.
// What becomes usable wakes those that wait for it, in a chain. It does not run
// in parallel with others.
func TestWake(t *testing.T) {
	on.Provider.Restart(t, on.Provider.Stop, func() {}, asleep...)
	defer on.Provider.Restart(t, on.Provider.Stop, func() {})
	for _, scope := range stage.Scopes() {
		for name, by := range map[string]link{"ByName": byName, "BySelector": bySelector} {
			s := newStack(on.Tenant(t, stage.Scope{Name: scope.Name + "-" + name, Group: scope.Group, Namespaced: scope.Namespaced}, driven(t), packetsim.Token{}), by)
			waiting := stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "a resource that is referred to is not there or has no id yet")
			for _, u := range []*unstructured.Unstructured{s.session, s.device, s.config, s.key} {
				s.apply(u)
				s.AwaitResource(name+": waiting", u, waiting)
			}
			s.apply(s.project)
			s.AwaitReady(s.project)
			s.AwaitReady(s.key)
			s.AwaitReady(s.config)
			s.AwaitResource(name+": waiting for the block", s.device, waiting)
			s.apply(s.block)
			s.AwaitResource(name+": queueing", s.device, stage.AtProvider("state", "queued"))
			s.AwaitResource(name+": waiting for its addresses", s.session, stage.All(
				asked("deviceId", s.id(s.device)), stage.Condition("Ready", corev1.ConditionFalse, "DeviceNotReady"),
			))
			if err := s.Sim.Advance(10 * time.Minute); err != nil {
				t.Fatal(err)
			}
			// Nothing but a poll would tell that the device is active.
			s.Patch(s.device, `{"metadata":{"labels":{"look":"again"}}}`)
			s.AwaitReady(s.device)
			s.AwaitReady(s.session)
			s.WantChanges("each is made once", map[string]int{postProject: 1, postKey: 1, postBlock: 1, postConfig: 1, postDevice: 1, postSession: 1})
		}
	}
}
