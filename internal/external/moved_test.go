// SPDX-License-Identifier: Apache-2.0

package external

import (
	"cmp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// The first thing is where a resource had it; by now it asks for the second.
const otherDevice = "d0000000-0000-4000-8000-000000000002"

var (
	firstThing  = thing{ID: objectID, Device: otherDevice, Family: "ipv4"}
	secondThing = thing{ID: otherID, Device: deviceID, Family: "ipv4"}
)

// things are all there are, and operations on them.
func things(all ...thing) *operationsOfThing {
	find := func(match func(thing) bool) (thing, bool, error) {
		for _, x := range all {
			if match(x) {
				return x, true, nil
			}
		}
		return thing{}, false, nil
	}
	return &operationsOfThing{
		getFn: func(id string, _ args) (thing, bool, error) { return find(func(x thing) bool { return x.ID == id }) },
		findFn: func(a args) (thing, bool, error) {
			return find(func(x thing) bool { return x.Device == a.Device && x.Family == a.Family })
		},
		prepareFn: func(args) error { return nil },
	}
}

// observeMoving observes a kind with a key that can change.
func observeMoving(t *testing.T, mg resource.Managed, ops *operationsOfThing, claims Claimer, events *recorder) (managed.ExternalObservation, *externalClient[args, state, thing], error) {
	t.Helper()
	d := define(ops)
	// Without a device a thing is the user's.
	d.Key = func(a args) string { return cmp.Or(a.Device, "user") + "/" + a.Family }
	d.Incomplete = func(a args) string { return map[bool]string{true: "the family is missing"}[a.Family == ""] }
	d.Mismatch = func(a args, x thing) string {
		if a.Device != x.Device {
			return "its deviceId is " + x.Device
		}
		return ""
	}
	d.Retrace = retraceThing
	d.AsObserved = func(a args, last state) args {
		a.Device, a.Family = last.Device, last.Family
		return a
	}
	c := &Connector[args, state, thing]{
		Definition: d, Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
		Claims: claims, Events: events, Clock: clocktesting.NewFakePassiveClock(now), Late: 12 * time.Minute,
	}
	connected, err := c.Connect(t.Context(), mg)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := connected.(*externalClient[args, state, thing])
	if !ok {
		t.Fatalf("connected to a %T", connected)
	}
	o, err := e.Observe(t.Context(), mg)
	return o, e, err
}

func seenAs(t *testing.T, endpoint string, x thing) func(resource.Managed) {
	t.Helper()
	return func(mg resource.Managed) {
		t.Helper()
		if err := storeState(mg, endpoint, state{ID: x.ID, Device: x.Device, Family: x.Family}); err != nil {
			t.Fatal(err)
		}
	}
}

// attemptedAs is an attempt to create an object of which it is not known how it
// ended.
func attemptedAs(x thing) func(resource.Managed) {
	return func(mg resource.Managed) {
		pending(time.Hour)(mg)
		attemptedIn(endpoint, x.Device+"/"+x.Family)(mg)
	}
}

// TestMoved has a reference lead elsewhere by now, in the life of a resource and
// at its end.
func TestMoved(t *testing.T) {
	made := func(mg resource.Managed) { meta.SetExternalCreateSucceeded(mg, now) }
	taken := func(mg resource.Managed) { setConditions(mg, adopted("thing", Settled)) }
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		all     []thing
		wantErr string
		why     Reason
		name    string
		deletes string
		events  []string
		claimed string
	}{
		"DeletedMade": {
			reason:  "what was made and observed here goes with its resource, wherever it is",
			changes: []func(resource.Managed){named(objectID), made, seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing, secondThing},
			name: objectID, deletes: objectID, claimed: otherDevice + "/ipv4",
		},
		"DeletedAdopted": {
			reason:  "so does what was adopted",
			changes: []func(resource.Managed){named(objectID), taken, seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing},
			name: objectID, deletes: objectID, claimed: otherDevice + "/ipv4",
		},
		"DeletedObserved": {
			reason:  "what was only looked at is let be",
			changes: []func(resource.Managed){named(objectID), seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing},
			name: objectID, events: []string{"Released"},
		},
		"DeletedElsewhere": {
			reason:  "what was observed elsewhere is not what is here",
			changes: []func(resource.Managed){named(objectID), made, seenAs(t, elsewhere, firstThing), deleted}, all: []thing{firstThing},
			name: objectID, events: []string{"Released"},
		},
		"DeletedSwapped": {
			reason:  "nor is one in another place than was observed",
			changes: []func(resource.Managed){named(objectID), made, seenAs(t, endpoint, thing{ID: objectID, Device: "third", Family: "ipv4"}), deleted}, all: []thing{firstThing},
			name: objectID, events: []string{"Released"},
		},
		"Living": {
			reason:  "while the resource lives nothing is touched",
			changes: []func(resource.Managed){named(objectID), made, seenAs(t, endpoint, firstThing)}, all: []thing{firstThing},
			wantErr: "its deviceId is " + otherDevice, why: ReasonMismatch, name: objectID,
		},
		"LostDeleted": {
			reason:  "what a lost creation made is found where it was attempted, and deleted",
			changes: []func(resource.Managed){attemptedAs(firstThing), deleted}, all: []thing{firstThing, secondThing},
			deletes: objectID, claimed: otherDevice + "/ipv4",
		},
		"LostDeletedOther": {
			reason:  "what somebody else has where the reference leads by now stays",
			changes: []func(resource.Managed){attemptedAs(firstThing), deleted}, all: []thing{secondThing}, claimed: deviceID + "/ipv4",
		},
		"LostDeletedNamed": {
			reason:  "a name of another does not hide it",
			changes: []func(resource.Managed){named(otherID), attemptedAs(firstThing), deleted}, all: []thing{firstThing, {ID: otherID, Device: "third", Family: "ipv4"}},
			name: otherID, deletes: objectID, claimed: otherDevice + "/ipv4",
		},
		"LostLiving": {
			reason:  "no second one is made while the first is there",
			changes: []func(resource.Managed){attemptedAs(firstThing)}, all: []thing{firstThing},
			wantErr: "its deviceId is " + otherDevice, why: ReasonMismatch,
		},
		"Replaced": {
			reason:  "a manifest that was replaced, annotations and all, makes no second one beside the first",
			changes: []func(resource.Managed){seenAs(t, endpoint, firstThing)}, all: []thing{firstThing},
			wantErr: "this resource observed the thing " + objectID + ", and it is not known to have made it", why: ReasonNotOurs,
		},
		"ReplacedBesideAnother": {
			reason:  "nor does it take over another while the first is there",
			changes: []func(resource.Managed){seenAs(t, endpoint, firstThing)}, all: []thing{firstThing, secondThing},
			wantErr: "this resource observed the thing " + objectID, why: ReasonNotOurs,
		},
		"ReplacedAdopted": {
			reason:  "what was adopted is known, and does not fit",
			changes: []func(resource.Managed){taken, seenAs(t, endpoint, firstThing)}, all: []thing{firstThing},
			wantErr: "its deviceId is " + otherDevice, why: ReasonMismatch, name: objectID,
		},
		"ReplacedSame": {
			reason:  "what is still asked for is adopted, as its key leads to it",
			changes: []func(resource.Managed){seenAs(t, endpoint, secondThing)}, all: []thing{secondThing},
			name: otherID, events: []string{"Adopted"}, claimed: deviceID + "/ipv4",
		},
		"ReplacedGone": {
			reason:  "in place of what is gone another is made",
			changes: []func(resource.Managed){seenAs(t, endpoint, firstThing)}, claimed: deviceID + "/ipv4",
		},
		"ReplacedToLookAt": {
			reason:  "who changes nothing follows the key",
			changes: []func(resource.Managed){seenAs(t, endpoint, firstThing), allowed("Observe")}, all: []thing{firstThing, secondThing}, name: otherID,
		},
		"ReplacedDeleted": {
			reason:  "a resource that is not known to have made its object tells that it stays",
			changes: []func(resource.Managed){seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing}, events: []string{"Released"},
		},
		"ReplacedDeletedAdopted": {
			reason:  "what was adopted is deleted",
			changes: []func(resource.Managed){taken, seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing},
			name: objectID, deletes: objectID, claimed: otherDevice + "/ipv4",
		},
		"Spoilt": {
			reason:  "so is what was made and whose name is no id any more",
			changes: []func(resource.Managed){named(objectID + " "), made, seenAs(t, endpoint, firstThing), deleted}, all: []thing{firstThing},
			name: objectID, deletes: objectID, claimed: otherDevice + "/ipv4",
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				events, claimed := &recorder{}, ""
				claims := answers(Held, nil)
				claims.claimFn = claimInto(&claimed)
				mg := session(t, empty, asked(), tc.changes...)
				o, e, err := observeMoving(t, mg, things(tc.all...), claims, events)
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				if got := Reason(mg.GetCondition("Ready").Reason); tc.why != ReasonNone && got != tc.why {
					t.Errorf("%s: Ready says %q, want %q", tc.reason, got, tc.why)
				}
				deletes := ""
				if meta.WasDeleted(mg) && o.ResourceExists {
					deletes = e.object.ID
				}
				for what, diff := range map[string]string{
					"deletes":       gocmp.Diff(tc.deletes, deletes),
					"external name": gocmp.Diff(tc.name, meta.GetExternalName(mg)),
					"events":        gocmp.Diff(tc.events, events.reasons()),
					"claimed":       gocmp.Diff(tc.claimed, claimed),
				} {
					if diff != "" {
						t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
					}
				}
			})
		}
	}
}

// TestReferenceStands has a reference stand for nothing yet, of a kind whose
// objects are somebody else's without it.
func TestReferenceStands(t *testing.T) {
	refers := map[string]any{"forProvider": map[string]any{"addressFamily": "ipv4", "deviceIdSelector": map[string]any{"matchLabels": map[string]any{"role": "edge"}}}}
	const waits = "spec.forProvider.deviceIdSelector names what is not there or has no id yet"
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		wantErr string
		want    managed.ExternalObservation
		calls   []string
	}{
		"Living":       {reason: "nothing is made, or looked for, in another place", wantErr: waits},
		"Lost":         {reason: "nor after an attempt", changes: []func(resource.Managed){pending(time.Hour)}, wantErr: waits},
		"LostDeleted":  {reason: "nor is anything deleted in another place", changes: []func(resource.Managed){pending(time.Hour), deleted}},
		"There":        {reason: "what is there stays as asked for", changes: []func(resource.Managed){named(objectID), seenAs(t, endpoint, firstThing)}, want: managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true, ConnectionDetails: details}, calls: []string{"Get", "Report"}},
		"Gone":         {reason: "what is gone is not made in another place", changes: []func(resource.Managed){named("50000000-0000-4000-8000-000000000003")}, wantErr: waits, calls: []string{"Get"}},
		"GoneDeleted":  {reason: "and needs not be known to go", changes: []func(resource.Managed){named("50000000-0000-4000-8000-000000000003"), deleted}, calls: []string{"Get"}},
		"FoundDeleted": {reason: "what was attempted is", changes: []func(resource.Managed){attemptedAs(firstThing), deleted}, want: managed.ExternalObservation{ResourceExists: true}, calls: []string{"Find"}},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				ops := things(firstThing, thing{ID: otherID, Family: "ipv4"})
				mg := session(t, empty, refers, tc.changes...)
				got, _, err := observeMoving(t, mg, ops, answers(Held, nil), &recorder{})
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				if diff := gocmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if diff := gocmp.Diff(tc.calls, ops.calls); diff != "" {
					t.Errorf("%s: calls: -want +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}

// Whether an object is gone is asked where it was, and another is looked for
// where it is asked for.
func TestReadWhereItWas(t *testing.T) {
	ops := things()
	var read, found args
	get, find := ops.getFn, ops.findFn
	ops.getFn = func(id string, a args) (thing, bool, error) { read = a; return get(id, a) }
	ops.findFn = func(a args) (thing, bool, error) { found = a; return find(a) }
	mg := session(t, scopes["Cluster"], asked(), named(objectID), seenAs(t, endpoint, firstThing))
	if _, _, err := observeMoving(t, mg, ops, answers(Held, nil), &recorder{}); err != nil {
		t.Fatal(err)
	}
	want := []args{{Device: otherDevice, Family: "ipv4"}, {Device: deviceID, Family: "ipv4"}}
	if diff := gocmp.Diff(want, []args{read, found}); diff != "" {
		t.Errorf("read and found: -want +got:\n%s", diff)
	}
}

// Of a resource that is being deleted only the attempt is looked for: what it asks
// for besides may be somebody else's.
func TestLookForTheAttemptAlone(t *testing.T) {
	for name, tc := range map[string]struct {
		changes []func(resource.Managed)
		want    args
	}{
		"Living":  {changes: []func(resource.Managed){attemptedAs(firstThing)}, want: args{Device: otherDevice, Family: "ipv4", Route: ptr.To(true)}},
		"Deleted": {changes: []func(resource.Managed){attemptedAs(firstThing), deleted}, want: args{Device: otherDevice, Family: "ipv4"}},
	} {
		t.Run(name, func(t *testing.T) {
			var found args
			ops := things()
			ops.findFn = func(a args) (thing, bool, error) { found = a; return thing{}, false, nil }
			spec := asked()
			spec["initProvider"] = map[string]any{"defaultRoute": true}
			if _, _, err := observeMoving(t, session(t, scopes["Cluster"], spec, tc.changes...), ops, answers(Held, nil), &recorder{}); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tc.want, found); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What can be read only where it is asked for is not said to be gone because
// something else is asked for.
func TestMovedAway(t *testing.T) {
	for scope, empty := range scopes {
		mg, events := session(t, empty, asked(), named(objectID), seenAs(t, endpoint, firstThing), shining), &recorder{}
		for attempt, want := range []string{
			"the thing " + objectID + " is that of " + otherDevice + "/ipv4, which is not asked for any more; it stays as it is, and one is made for " + deviceID + "/ipv4", "",
		} {
			_, err := connect(t, mg, things(), answers(Held, nil), events).Observe(t.Context(), mg)
			if diff := gocmp.Diff(want, textOf(err)); diff != "" {
				t.Errorf("%s: attempt %d: -want +got:\n%s", scope, attempt, diff)
			}
			if got := Reason(mg.GetCondition("Ready").Reason); got != ReasonMoved {
				t.Errorf("%s: Ready says %q", scope, got)
			}
		}
		if diff := gocmp.Diff([]string{"Released"}, events.reasons()); diff != "" {
			t.Errorf("%s: events: -want +got:\n%s", scope, diff)
		}
	}
}
