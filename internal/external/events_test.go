// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

func TestChanges(t *testing.T) {
	paused := event.Normal("ReconciliationPaused", "Reconciliation is paused")
	failed := event.Warning("CannotObserveExternalResource", errBoom)
	said := xpv1.ReconcileError(errors.Wrap(errBoom, "observe failed"))
	deleted := event.Normal("DeletedExternalResource", "Successfully requested deletion of external resource")
	cases := map[string]struct {
		reason string
		synced xpv1.Condition
		ready  xpv1.Condition
		event  event.Event
		told   bool
	}{
		"First":          {reason: "a first failure is told", event: failed, told: true},
		"Repeated":       {reason: "a failure that Synced tells already is not", synced: said, event: failed},
		"AfterSuccess":   {reason: "a failure after a success is told, be it the same as before", synced: xpv1.ReconcileSuccess(), event: failed, told: true},
		"Other":          {reason: "another failure than the last is told", synced: said, event: event.Warning("CannotObserveExternalResource", errors.New("bang")), told: true},
		"Raw":            {reason: "Synced may tell the failure alone", synced: xpv1.ReconcileError(errBoom), event: failed},
		"Resumed":        {reason: "a failure after a pause is told", synced: xpv1.ReconcilePaused(), event: failed, told: true},
		"Normal":         {reason: "what is no failure is told, whatever failed before", synced: said, event: event.Normal("Adopted", "boom"), told: true},
		"Paused":         {reason: "a pause is told", synced: xpv1.ReconcileSuccess(), event: paused, told: true},
		"PausedRepeated": {reason: "a pause is told once", synced: xpv1.ReconcilePaused(), event: paused},
		"Deleted":        {reason: "that a deletion is asked for is told", synced: xpv1.ReconcileSuccess(), ready: xpv1.Available(), event: deleted, told: true},
		"DeletedAgain":   {reason: "and not again while the object goes", synced: xpv1.ReconcileSuccess(), ready: xpv1.Deleting(), event: deleted},
		"DeletedAtLast":  {reason: "after one that failed it is", synced: said, ready: xpv1.Deleting(), event: deleted, told: true},
		"WhilePaused":    {reason: "anything else is told during a pause too", synced: xpv1.ReconcilePaused(), event: event.Normal("Adopted", ""), told: true},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				mg := session(t, empty, asked())
				if tc.synced.Type != "" {
					mg.SetConditions(tc.synced)
				}
				if tc.ready.Type != "" {
					mg.SetConditions(tc.ready)
				}
				to := &recorder{}
				Changes(to).WithAnnotations("external-name", objectID).Event(mg, tc.event)
				if got := len(to.events) == 1; got != tc.told {
					t.Errorf("%s: told: %t, want %t", tc.reason, got, tc.told)
				}
			})
		}
	}
	to := &recorder{}
	Changes(to).Event(&runtime.Unknown{}, failed)
	if len(to.events) != 1 {
		t.Error("an object without conditions has no last word: its events are told")
	}
}

func TestChangesAreTold(t *testing.T) {
	shines := func(s corev1.ConditionStatus, why xpv1.ConditionReason) xpv1.Condition {
		return condition("Shining", s, why, "Look at it.")
	}
	ready := func(s corev1.ConditionStatus, why xpv1.ConditionReason) xpv1.Condition {
		return condition(xpv1.TypeReady, s, why, "")
	}
	const of = "of the thing " + objectID + " is "
	cases := map[string]struct {
		reason      string
		before, now xpv1.Condition
		want        []event.Event
	}{
		"Worse": {
			reason: "a change to the worse is a warning, and tells which object, what it was and what to do",
			before: shines(corev1.ConditionTrue, "Bright"), now: shines(corev1.ConditionFalse, "Dark"),
			want: []event.Event{{Type: event.TypeWarning, Reason: "Dark", Message: "Shining " + of + "False and was True (Bright). Look at it."}},
		},
		"Better": {
			reason: "a change to the better is none",
			before: shines(corev1.ConditionFalse, "Dark"), now: shines(corev1.ConditionTrue, "Bright"),
			want: []event.Event{{Type: event.TypeNormal, Reason: "Bright", Message: "Shining " + of + "True and was False (Dark). Look at it."}},
		},
		"ReadableAgain": {
			reason: "an object that can be read again is news",
			before: shines(corev1.ConditionUnknown, "Unreadable"), now: shines(corev1.ConditionTrue, "Bright"),
			want: []event.Event{{Type: event.TypeNormal, Reason: "Bright", Message: "Shining " + of + "True and was Unknown (Unreadable). Look at it."}},
		},
		"Same":      {reason: "the same again is no news", before: shines(corev1.ConditionFalse, "Dark"), now: shines(corev1.ConditionFalse, "Dark")},
		"OtherText": {reason: "another reason for the same status is no news", before: shines(corev1.ConditionFalse, "Dark"), now: shines(corev1.ConditionFalse, "Dim")},
		"FirstGood": {reason: "a first good word is no news", now: shines(corev1.ConditionTrue, "Bright")},
		"FirstNone": {reason: "nor is it that nothing is known yet", now: shines(corev1.ConditionUnknown, "Unknown")},
		"FirstBad": {
			reason: "a first bad word is news", now: shines(corev1.ConditionFalse, "Dark"),
			want: []event.Event{{Type: event.TypeWarning, Reason: "Dark", Message: "Shining " + of + "False. Look at it."}},
		},
		"Created": {reason: "an object that was just made is told of already", before: ready(corev1.ConditionFalse, xpv1.ReasonCreating), now: ready(corev1.ConditionTrue, "Available")},
		"Ready": {
			reason: "an object that is there after all is news", before: ready(corev1.ConditionFalse, "Conflict"), now: ready(corev1.ConditionTrue, "Available"),
			want: []event.Event{{Type: event.TypeNormal, Reason: "Available", Message: "Ready " + of + "True and was False (Conflict)"}},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				mg := session(t, empty, asked())
				if tc.before.Type != "" {
					setConditions(mg, tc.before)
				}
				told := &recorder{}
				c := &externalClient[args, state, thing]{Definition: define(nil), events: told, object: ours}
				c.announce(mg, tc.now)
				for i := range told.events {
					told.events[i].Annotations = nil
				}
				if diff := cmp.Diff(tc.want, told.events); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if got := mg.GetCondition(tc.now.Type); got.Status != tc.now.Status || got.ObservedGeneration != 3 {
					t.Errorf("%s: the condition was not set: %+v", tc.reason, got)
				}
			})
		}
	}
}

func TestFailingUpdateIsToldOnce(t *testing.T) {
	for scope, empty := range scopes {
		t.Run(scope, func(t *testing.T) {
			ops := upstream(differing, true, nil)
			ops.updateFn = func(thing, args, []Difference) (thing, error) { return thing{}, errBoom }
			mg, told := session(t, empty, asked(), named(objectID)), &recorder{}
			var first xpv1.Condition
			for i := range 3 {
				client := connect(t, mg, ops, answers(Held, nil), told)
				if _, err := client.Observe(t.Context(), mg); err != nil {
					t.Fatal(err)
				}
				if _, err := client.Update(t.Context(), mg); err == nil {
					t.Fatal("the update did not fail")
				}
				if i == 0 {
					first = mg.GetCondition(TypeUpToDate)
				}
				if diff := cmp.Diff(first, mg.GetCondition(TypeUpToDate)); diff != "" {
					t.Errorf("attempt %d changes the condition: -first +got:\n%s", i, diff)
				}
			}
			if got := told.reasons(); len(got) != 0 {
				t.Errorf("the managed reconciler tells of a failing update; got %q besides", strings.Join(got, ", "))
			}
		})
	}
}

func TestView(t *testing.T) {
	secret := asked()
	secret["writeConnectionSecretToRef"] = map[string]any{"name": "bgp", "namespace": "team-a"}
	cases := map[string]struct {
		reason  string
		spec    map[string]any
		changes []func(resource.Managed)
		want    View[state]
	}{
		"New":         {reason: "who holds the claim manages the object", want: View[state]{Manages: true}},
		"Publishes":   {reason: "who asks for a secret is told apart", spec: secret, want: View[state]{Manages: true, Publishes: true}},
		"ObserveOnly": {reason: "who only observes manages nothing", changes: []func(resource.Managed){allowed(xpv1.ManagementActionObserve)}},
		"Observed":    {reason: "what was reported last is handed on", changes: []func(resource.Managed){observedAs(t, objectID)}, want: View[state]{Manages: true, Previous: state{ID: objectID, Status: "bright"}}},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				spec := tc.spec
				if spec == nil {
					spec = asked()
				}
				ops := upstream(ours, true, nil)
				mg := session(t, empty, spec, append(tc.changes, named(objectID))...)
				if _, err := connect(t, mg, ops, answers(Held, nil), &recorder{}).Observe(t.Context(), mg); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]View[state]{tc.want}, ops.views); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}
