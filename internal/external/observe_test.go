// SPDX-License-Identifier: Apache-2.0

package external

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

type conditions = map[xpv1.ConditionType]string

var errBoom = errors.New("boom")

var (
	ours      = thing{ID: objectID, Device: deviceID, Family: "ipv4"}
	differing = thing{ID: objectID, Device: deviceID, Family: "ipv4", Route: true}
	foreign   = thing{ID: objectID, Device: "another", Family: "ipv4"}
	details   = managed.ConnectionDetails{"id": []byte(objectID)}
)

// upstream answers Get and Find alike.
func upstream(x thing, found bool, err error) *operationsOfThing {
	return &operationsOfThing{
		getFn:     func(string, args) (thing, bool, error) { return x, found, err },
		findFn:    func(args) (thing, bool, error) { return x, found, err },
		prepareFn: func(args) error { return nil },
	}
}

// successor has nothing of the name, and answers Find.
func successor(x thing, err error) *operationsOfThing {
	return &operationsOfThing{
		getFn:  func(string, args) (thing, bool, error) { return thing{}, false, nil },
		findFn: func(args) (thing, bool, error) { return x, x.ID != "", err },
	}
}

type observation struct {
	reason  string
	spec    map[string]any
	changes []func(resource.Managed)
	ops     *operationsOfThing
	claims  *claimerFn

	want       managed.ExternalObservation
	wantErr    string
	conditions conditions
	name       string
	calls      []string
	events     []string
	forgot     []string
	// settled is true if the creation must be known to be settled.
	settled bool
}

func (tc observation) run(t *testing.T, scope func() resource.Managed) {
	t.Helper()
	if tc.spec == nil {
		tc.spec = asked()
	}
	ops, claims, events := *tc.ops, answers(Held, nil), &recorder{}
	if tc.claims != nil {
		claims = &claimerFn{claimFn: tc.claims.claimFn}
	}
	mg := session(t, scope, tc.spec, tc.changes...)
	got, err := connect(t, mg, &ops, claims, events).Observe(t.Context(), mg)
	text := ""
	if err != nil {
		text = err.Error()
	}
	if (tc.wantErr == "") != (err == nil) || !strings.Contains(text, tc.wantErr) {
		t.Errorf("%s: got error %q, want %q in it", tc.reason, text, tc.wantErr)
	}
	if strings.Contains(text, secretKey) || strings.Contains(mg.GetCondition(xpv1.TypeReady).Message, secretKey) {
		t.Errorf("%s: the key is in the error or condition", tc.reason)
	}
	for what, diff := range map[string]string{
		"observation":   cmp.Diff(tc.want, got),
		"conditions":    cmp.Diff(tc.conditions, conditionsOf(mg), cmpopts.EquateEmpty()),
		"external name": cmp.Diff(tc.name, meta.GetExternalName(mg)),
		"calls":         cmp.Diff(tc.calls, ops.calls),
		"events":        cmp.Diff(tc.events, events.reasons()),
		"claims forgot": cmp.Diff(tc.forgot, claims.forgot),
	} {
		if diff != "" {
			t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
		}
	}
	if tc.settled && meta.ExternalCreateIncomplete(mg) {
		t.Errorf("%s: the creation is not settled", tc.reason)
	}
	for _, c := range []xpv1.ConditionType{xpv1.TypeReady, TypeUpToDate, TypeAdopted, "Shining"} {
		if got := mg.GetCondition(c); got.Reason != "" && got.ObservedGeneration != 3 {
			t.Errorf("%s: %s is for generation %d, want 3", tc.reason, c, got.ObservedGeneration)
		}
	}
}

func runObservations(t *testing.T, cases map[string]observation) {
	t.Helper()
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) { tc.run(t, empty) })
		}
	}
}

func TestObservePresent(t *testing.T) {
	const id = endpoint + " " + deviceID + "/ipv4 me"
	upToDate := managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true, ConnectionDetails: details}
	outdated := managed.ExternalObservation{ResourceExists: true, ConnectionDetails: details}
	good := conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "True/AsAskedFor", "Shining": "True/Reported"}
	mending := conditions{xpv1.TypeReady: "True/Available", "Shining": "True/Reported"}
	drifted := conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "False/UpdateForbidden", "Shining": "True/Reported"}
	found := conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "True/AsAskedFor", "Shining": "True/Reported", TypeAdopted: "True/Found"}
	adopting := conditions{xpv1.TypeReady: "True/Available", "Shining": "True/Reported", TypeAdopted: "True/Found"}
	recovered := conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "True/AsAskedFor", "Shining": "True/Reported", TypeAdopted: "True/Recovered"}
	replaced := conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "True/AsAskedFor", "Shining": "True/Reported", TypeAdopted: "False/Replaced"}
	adoptedBefore := func(id string) func(resource.Managed) {
		return func(mg resource.Managed) {
			if err := storeState(mg, endpoint, state{ID: id}); err != nil {
				t.Fatal(err)
			}
			setConditions(mg, adopted("thing", Settled))
		}
	}
	written := asked()
	written["forProvider"].(map[string]any)["defaultRoute"] = false
	initial := asked()
	initial["initProvider"] = map[string]any{"defaultRoute": true}
	runObservations(t, map[string]observation{
		"Observe": {
			reason: "an object that is as asked for is reported", changes: []func(resource.Managed){named(objectID)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Report"},
		},
		"Update": {
			reason: "an object that differs is to be updated, and that it differs is left to the update to tell", changes: []func(resource.Managed){named(objectID)}, ops: upstream(differing, true, nil),
			want: outdated, conditions: mending, name: objectID, calls: []string{"Get", "Report"},
		},
		"UpdateForbidden": {
			reason: "a difference that the policies forbid to mend is a condition", spec: written,
			changes: []func(resource.Managed){named(objectID), allowed(xpv1.ManagementActionObserve, xpv1.ManagementActionCreate)}, ops: upstream(differing, true, nil),
			want: upToDate, conditions: drifted, name: objectID, calls: []string{"Get", "Report"}, events: []string{"UpdateForbidden"},
		},
		"ObserveOnlyDiffers": {
			reason: "an observe-only resource claims nothing and shows the difference", spec: written,
			changes: []func(resource.Managed){named(objectID), allowed(xpv1.ManagementActionObserve)}, ops: upstream(differing, true, nil), claims: answers(Lost, errBoom),
			want: upToDate, conditions: drifted, name: objectID, calls: []string{"Get", "Report"}, events: []string{"UpdateForbidden"},
		},
		"ObserveOnlyDefault": {
			reason:  "an observe-only resource that leaves an argument out does not ask for its default",
			changes: []func(resource.Managed){named(objectID), allowed(xpv1.ManagementActionObserve)}, ops: upstream(differing, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Report"},
		},
		"InitialOnly": {
			reason: "an argument that stands in initProvider only is not compared", spec: initial, changes: []func(resource.Managed){named(objectID)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Report"},
		},
		"ImportWithoutArguments": {
			reason: "a resource imported by its external name needs no arguments", spec: map[string]any{}, changes: []func(resource.Managed){named(objectID)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Report"},
		},
		"Adopt": {
			reason: "an object that exists already is adopted", ops: upstream(ours, true, nil),
			want: upToDate, conditions: found, name: objectID, calls: []string{"Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"AdoptDiffering": {
			reason: "an adopted object that differs is to be updated", ops: upstream(differing, true, nil),
			want: outdated, conditions: adopting, name: objectID, calls: []string{"Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"Recover": {
			reason: "an object that our unresolved creation made is adopted, also against the opt-out", changes: []func(resource.Managed){pending(time.Hour), keepsOut}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: recovered, name: objectID, calls: []string{"Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"RecoverNamed": {
			reason: "a named object with an unresolved creation is settled without a word", changes: []func(resource.Managed){named(objectID), pending(time.Minute)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Report"}, settled: true,
		},
		"RecoverLost": {
			reason:  "an object that a creation made whose answer was lost is adopted, also against the opt-out",
			changes: []func(resource.Managed){lostAt(time.Hour), keepsOut}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: recovered, name: objectID, calls: []string{"Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"RecoverRecreated": {
			reason:  "an object that was made in the place of one that vanished, by a creation that was cut off, gets its name",
			changes: []func(resource.Managed){named(otherID), pending(time.Hour)},
			ops: &operationsOfThing{
				getFn:  func(string, args) (thing, bool, error) { return thing{}, false, nil },
				findFn: func(args) (thing, bool, error) { return ours, true, nil },
			},
			want: upToDate, conditions: recovered, name: objectID, calls: []string{"Get", "Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"StillAdopted": {
			reason: "an object that was adopted stays so", changes: []func(resource.Managed){named(objectID), adoptedBefore(objectID)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: found, name: objectID, calls: []string{"Get", "Report"},
		},
		"NoLongerAdopted": {
			reason: "an object in the place of the one that was adopted was not found", changes: []func(resource.Managed){named(objectID), adoptedBefore(otherID)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: replaced, name: objectID, calls: []string{"Get", "Report"},
		},
		"ObserveOnlyByKey": {
			reason:  "an observe-only resource records what it found and takes nothing over",
			changes: []func(resource.Managed){allowed(xpv1.ManagementActionObserve)}, ops: upstream(ours, true, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Find", "Report"},
		},
		"ObserveOnlySuccessor": {
			reason:  "an observe-only resource follows its key to the object in place of the one that it found",
			changes: []func(resource.Managed){named(otherID), allowed(xpv1.ManagementActionObserve)}, ops: successor(ours, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Find", "Report"},
		},
		"AdoptionRefused": {
			reason: "an object that exists already is not adopted against the opt-out", changes: []func(resource.Managed){keepsOut}, ops: upstream(ours, true, nil),
			wantErr: "exists already", conditions: conditions{xpv1.TypeReady: "False/AdoptionRefused"}, calls: []string{"Find"}, forgot: []string{id},
		},
		"Replaced": {
			reason: "an object that somebody made in the place of ours is adopted like any other", changes: []func(resource.Managed){named(otherID)}, ops: successor(ours, nil),
			want: upToDate, conditions: found, name: objectID, calls: []string{"Get", "Find", "Report"}, events: []string{"Adopted"}, settled: true,
		},
		"ReplacedOptOut": {
			reason: "or not, against the opt-out", changes: []func(resource.Managed){named(otherID), keepsOut}, ops: successor(ours, nil),
			wantErr: "exists already", conditions: conditions{xpv1.TypeReady: "False/AdoptionRefused"}, name: otherID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"Stale": {
			reason: "one answer that is behind the times is not believed", changes: []func(resource.Managed){named(objectID)}, ops: successor(ours, nil),
			want: upToDate, conditions: good, name: objectID, calls: []string{"Get", "Find", "Report"},
		},
		"Conflict": {
			reason: "the loser of a conflict gets no name and no report", ops: upstream(ours, true, nil), claims: answers(Lost, nil),
			wantErr: "another resource already manages the same thing", conditions: conditions{xpv1.TypeReady: "False/Conflict"}, calls: []string{"Find"},
		},
		"ConflictLater": {
			reason: "who loses an object does not go on saying that it shines", changes: []func(resource.Managed){named(objectID), shining}, ops: upstream(ours, true, nil), claims: answers(Lost, nil),
			wantErr: "another resource already manages the same thing", conditions: conditions{xpv1.TypeReady: "False/Conflict", "Shining": "Unknown/Unreadable"},
			name: objectID, calls: []string{"Get"},
		},
		"Foreign": {
			reason: "an object that is not the one asked for is left alone", changes: []func(resource.Managed){named(objectID)}, ops: upstream(foreign, true, nil),
			wantErr: "its deviceId is another", conditions: conditions{xpv1.TypeReady: "False/ExternalNameMismatch"}, name: objectID, calls: []string{"Get"}, forgot: []string{id},
		},
	})
}

func TestObserveAbsent(t *testing.T) {
	const id = endpoint + " " + deviceID + "/ipv4 me"
	refused := upstream(thing{}, false, nil)
	refused.prepareFn = func(args) error { return &Refusal{Reason: "DeviceNotFound", Message: "there is no device"} }
	gone := func(why string) conditions {
		return conditions{xpv1.TypeReady: "False/" + why, "Shining": "Unknown/Unreadable"}
	}
	broken := upstream(thing{}, false, nil)
	broken.prepareFn = func(args) error { return errBoom }
	runObservations(t, map[string]observation{
		"Create": {
			reason: "a missing object is to be created", ops: upstream(thing{}, false, nil), calls: []string{"Find", "Prepare"},
		},
		"CreateAnew": {
			reason: "an object that vanished is to be created anew", changes: []func(resource.Managed){named(objectID)}, ops: upstream(thing{}, false, nil),
			name: objectID, calls: []string{"Get", "Find", "Prepare"},
		},
		"PrepareRefused": {
			reason: "what prevents creation is a condition", ops: refused, wantErr: "there is no device",
			conditions: conditions{xpv1.TypeReady: "False/DeviceNotFound"}, calls: []string{"Find", "Prepare"},
			forgot: []string{id},
		},
		"PrepareFails": {
			reason: "a failure that may pass is no condition", ops: broken, wantErr: "boom", calls: []string{"Find", "Prepare"}, forgot: []string{id},
		},
		"Vanished": {
			reason:  "that an object vanished is said before another is made in its place: what is set before a creation is lost",
			changes: []func(resource.Managed){named(objectID), observedAs(t, objectID), shining}, ops: upstream(thing{}, false, nil),
			wantErr: "the thing " + objectID + " no longer exists and is made anew", conditions: gone("Vanished"), name: objectID, calls: []string{"Get", "Find"},
		},
		"VanishedSaid": {
			reason:  "once that is said the object is made anew",
			changes: []func(resource.Managed){named(objectID), observedAs(t, objectID), vanishedBefore}, ops: upstream(thing{}, false, nil),
			conditions: gone("Vanished"), name: objectID, calls: []string{"Get", "Find", "Prepare"},
		},
		"VanishedRefused": {
			reason:  "a resource whose object vanished and cannot be made anew says why",
			changes: []func(resource.Managed){named(objectID), observedAs(t, objectID), vanishedBefore}, ops: refused,
			wantErr: "there is no device", conditions: gone("DeviceNotFound"), name: objectID, calls: []string{"Get", "Find", "Prepare"}, forgot: []string{id},
		},
		"VanishedFails": {
			reason:  "a failure to prepare leaves it said that the object vanished",
			changes: []func(resource.Managed){named(objectID), observedAs(t, objectID), vanishedBefore}, ops: broken,
			wantErr: "boom", conditions: gone("Vanished"), name: objectID, calls: []string{"Get", "Find", "Prepare"}, forgot: []string{id},
		},
		"VanishedForbidden": {
			reason:  "an object that vanished and may not be made anew is not said to shine",
			changes: []func(resource.Managed){named(objectID), shining, allowed(xpv1.ManagementActionObserve)}, ops: upstream(thing{}, false, nil),
			wantErr: "there is no such thing", conditions: gone("NotFound"), name: objectID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"Wait": {
			reason: "a recent creation without an answer is not repeated", changes: []func(resource.Managed){pending(time.Minute)}, ops: upstream(thing{}, false, nil),
			wantErr: "not known yet", conditions: conditions{xpv1.TypeReady: "False/CreationUnconfirmed"}, calls: []string{"Find"},
		},
		"WaitForLost": {
			reason:  "a creation whose answer was lost is not repeated while its object may still appear",
			changes: []func(resource.Managed){lostAt(time.Minute)}, ops: upstream(thing{}, false, nil),
			wantErr: "not known yet", conditions: conditions{xpv1.TypeReady: "False/CreationUnconfirmed"}, calls: []string{"Find"},
		},
		"WindowOver": {
			reason: "an old creation without an object is repeated", changes: []func(resource.Managed){pending(10 * time.Minute)}, ops: upstream(thing{}, false, nil),
			calls: []string{"Find", "Prepare"},
		},
		"NotFound": {
			reason: "an observe-only resource says that there is nothing", changes: []func(resource.Managed){allowed(xpv1.ManagementActionObserve)}, ops: upstream(thing{}, false, nil),
			wantErr: "there is no such thing", conditions: conditions{xpv1.TypeReady: "False/NotFound"}, calls: []string{"Find"}, forgot: []string{id},
		},
		"Incomplete": {
			reason: "without name and key nothing is asked", spec: map[string]any{}, ops: upstream(ours, true, nil),
			wantErr: "device or family is missing", conditions: conditions{xpv1.TypeReady: "False/Incomplete"},
		},
		"InvalidName": {
			reason: "an external name that is no id is not asked for", changes: []func(resource.Managed){named("edge")}, ops: upstream(ours, true, nil),
			wantErr: `external name "edge" is not an id`, conditions: conditions{xpv1.TypeReady: "False/ExternalNameMismatch"}, name: "edge",
		},
		"CannotClaim": {
			reason: "without knowing the rivals nothing is done", ops: upstream(ours, true, nil), claims: answers(Lost, errBoom),
			wantErr: "boom", calls: []string{"Find"},
		},
		"Elsewhere": {
			reason: "an object that was observed at another endpoint is not made here because it is not here", changes: []func(resource.Managed){named(objectID), observedAt(t, "https://old.example.net/")},
			ops: upstream(thing{}, false, nil), wantErr: "remove the annotation crossplane.io/external-name to have another one here",
			conditions: conditions{xpv1.TypeReady: "False/ObservedElsewhere"}, name: objectID, calls: []string{"Get", "Find"},
		},
		"ElsewhereToLookAt": {
			reason: "nor has it vanished", changes: []func(resource.Managed){named(objectID), observedAt(t, "https://old.example.net/"), allowed(xpv1.ManagementActionObserve)},
			ops: upstream(thing{}, false, nil), wantErr: "correct the address there, or correct the annotation crossplane.io/external-name",
			conditions: conditions{xpv1.TypeReady: "False/ObservedElsewhere"}, name: objectID, calls: []string{"Get", "Find"},
		},
		"CannotClaimNamed": {
			reason: "a failure to list rivals is no failure to read the object", changes: []func(resource.Managed){named(objectID)}, ops: upstream(ours, true, nil), claims: answers(Lost, errBoom),
			wantErr: "cannot tell whether another resource manages the thing: boom", name: objectID, calls: []string{"Get"},
		},
	})
}
