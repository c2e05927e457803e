// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestEstablished has the routers say different things of a session, through
// an outage too. Ready does not depend on them.
func TestEstablished(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		id := tn.only().ID
		for _, step := range []struct {
			status string
			want   corev1.ConditionStatus
		}{
			{"up,up", corev1.ConditionTrue},
			{"up,down", corev1.ConditionFalse},
			{"up,unknown", corev1.ConditionUnknown},
			{"down", corev1.ConditionFalse},
			{"unknown", corev1.ConditionUnknown},
			{"up", corev1.ConditionTrue},
		} {
			if err := tn.sim.SetSessionStatus(id, step.status); err != nil {
				t.Fatal(err)
			}
			tn.awaitSession("the routers' word "+step.status, u, all(
				condition("Established", step.want, ""), condition("Ready", corev1.ConditionTrue, ""), condition("Synced", corev1.ConditionTrue, ""),
			))
		}

		outage := tn.sim.Fault(packetsim.Fault{Name: "outage", Status: http.StatusServiceUnavailable, Errors: []string{"maintenance"}})
		unreadable := all(
			condition("Established", corev1.ConditionUnknown, "Unreadable"), condition("Ready", corev1.ConditionTrue, ""), condition("Synced", corev1.ConditionFalse, ""),
		)
		tn.awaitSession("the outage", u, unreadable)
		before := tn.stored(u).GetCondition("Established")
		tn.meets(outage, 5)
		tn.awaitSession("the outage", u, unreadable)
		if diff := cmp.Diff(before, tn.stored(u).GetCondition("Established")); diff != "" {
			t.Errorf("while the outage lasts its age counts from its beginning: -want, +got:\n%s", diff)
		}
		outage.Remove()
		tn.awaitReady(u)
		tn.awaitSession("keeping the session", u, externalName(id))
		tn.wantChanges("nothing of this changes the session", map[string]int{"POST": 1})
	})
}

// TestEvents has one event for each change of state, and none at polls that
// find nothing new, whether all is well or not.
func TestEvents(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		id := tn.only().ID
		await(t.Context(), t, "the event of its creation", func(ctx context.Context) error {
			if told, err := events(ctx, u); err != nil || told["CreatedExternalResource"] == 0 {
				return fmt.Errorf("it is not there, and error %w", err)
			}
			return nil
		})
		for _, step := range []struct{ status, reason string }{{"down", "Down"}, {"up", "Up"}, {"down", "Down"}, {"up", "Up"}} {
			tn.settle(tn.token) // What came before is told.
			before := tn.events(u)
			if err := tn.sim.SetSessionStatus(id, step.status); err != nil {
				t.Fatal(err)
			}
			tn.awaitSession("the routers' word", u, condition("Established", "", step.reason))
			before[step.reason]++
			await(t.Context(), t, "an event", func(ctx context.Context) error {
				got, err := events(ctx, u)
				if err != nil {
					return err
				}
				if got[step.reason] < before[step.reason] {
					return fmt.Errorf("there is none: %v", got)
				}
				return nil
			})
			tn.settleFor(10, tn.token)
			if diff := cmp.Diff(before, tn.events(u)); diff != "" {
				t.Errorf("after %s: events of polls that found nothing new: -want, +got:\n%s", step.status, diff)
			}
		}

		outage := tn.sim.Fault(packetsim.Fault{Name: "outage", Status: http.StatusForbidden, Errors: []string{"no"}})
		tn.awaitSession("the outage", u, condition("Synced", corev1.ConditionFalse, ""))
		// The first may be told late, and once more if its condition could not
		// be stored; one for each poll would never come to an end.
		before := tn.events(u)
		for rounds := 1; ; rounds++ {
			tn.meets(outage, 10)
			got := tn.events(u)
			diff := cmp.Diff(before, got)
			if diff == "" {
				break
			}
			if rounds == 5 {
				t.Errorf("events of a failure that lasts: -want, +got:\n%s", diff)
				break
			}
			before = got
		}
		outage.Remove()
		tn.awaitReady(u)
	})
}

// TestEventsOfRefusals has none at polls by which a resource is refused again.
func TestEventsOfRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first, second := f.tenant(clusterScope), f.tenant(namespacedScope)
	first.ready(nil, nil)
	loser := second.apply(second.manifest(nil, nil))
	second.awaitSession("losing", loser, isConflict)
	f.settle(second.token)
	await(t.Context(), t, "the event, which is written when there is time", func(ctx context.Context) error {
		if told, err := events(ctx, loser); err != nil || len(told) == 0 {
			return fmt.Errorf("there is none, and error %w", err)
		}
		return nil
	})
	before := second.events(loser)
	f.settleFor(20, second.token)
	if diff := cmp.Diff(before, second.events(loser)); diff != "" {
		t.Errorf("events of a conflict that lasts: -want, +got:\n%s", diff)
	}
}

// events counts the events about a session by their reason, each as often as
// it is said to have happened.
func (tn *tenant) events(u *unstructured.Unstructured) map[string]int {
	tn.t.Helper()
	n, err := events(tn.t.Context(), u)
	if err != nil {
		tn.t.Fatal(err)
	}
	return n
}

func events(ctx context.Context, u *unstructured.Unstructured) (map[string]int, error) {
	list := &corev1.EventList{}
	if err := kube.List(ctx, list); err != nil {
		return nil, fmt.Errorf("cannot list events: %w", err)
	}
	n := map[string]int{}
	for _, e := range list.Items {
		if e.InvolvedObject.UID == u.GetUID() {
			n[e.Reason] += int(max(e.Count, 1))
		}
	}
	return n, nil
}
