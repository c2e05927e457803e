// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TestKeyOfTheAttempt has the key that is asked for change after an attempt to
// create an object. The object, if there is one, is what the attempt made.
func TestKeyOfTheAttempt(t *testing.T) {
	const four, six = endpoint + " " + deviceID + "/ipv4", endpoint + " " + deviceID + "/ipv6"
	asks := func(family string) map[string]any {
		return map[string]any{"forProvider": map[string]any{"deviceId": deviceID, "addressFamily": family}}
	}
	unknown := map[string]any{"forProvider": map[string]any{"deviceId": deviceID}}
	attempted := func(at string, ago time.Duration) func(resource.Managed) {
		return func(mg resource.Managed) {
			meta.SetExternalCreatePending(mg, now.Add(-ago))
			meta.AddAnnotations(mg, map[string]string{AnnotationCreationPlace: at})
		}
	}
	failed := func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, now) }
	exists := managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true}
	cases := map[string]struct {
		reason  string
		spec    map[string]any
		changes []func(resource.Managed)
		made    bool
		want    managed.ExternalObservation
		why     Reason
		name    string
		place   string
		sought  string // the family that was looked for
	}{
		"First":       {reason: "the key is recorded before the request", spec: asks("ipv4"), place: four, sought: "ipv4"},
		"Changed":     {reason: "what a lost creation made is found by the key of then, and adopted", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(four, time.Minute)}, made: true, want: exists, name: objectID, place: four, sought: "ipv4"},
		"Recent":      {reason: "with another key it has to be waited for: the API refuses nothing", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(four, time.Minute)}, why: ReasonCreationUnconfirmed, place: four, sought: "ipv4"},
		"Late":        {reason: "after the window the new key is made", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(four, time.Hour)}, place: six, sought: "ipv4"},
		"Same":        {reason: "with the same key there is nothing to wait for", spec: asks("ipv4"), changes: []func(resource.Managed){attempted(four, time.Minute)}, place: four, sought: "ipv4"},
		"Failed":      {reason: "an attempt that is known to have failed made nothing", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(four, time.Minute), failed}, place: six, sought: "ipv6"},
		"Garbled":     {reason: "a record that is none is no record", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(endpoint+" ipv4", time.Hour)}, place: six, sought: "ipv6"},
		"GarbledGone": {reason: "nor for a deletion", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(endpoint+" ipv4", time.Hour), deleted}, place: endpoint + " ipv4", sought: "ipv6"},
		"Elsewhere":   {reason: "what may have been made at another endpoint is not made here as well", spec: asks("ipv6"), changes: []func(resource.Managed){attempted(elsewhere+" "+deviceID+"/ipv4", time.Hour)}, why: ReasonCreationUnconfirmed, place: elsewhere + " " + deviceID + "/ipv4"},
		"LeftBehind":  {reason: "nor does a resource go while it may be there, whatever it asks for by now", spec: unknown, changes: []func(resource.Managed){attempted(elsewhere+" "+deviceID+"/ipv4", time.Hour), deleted}, why: ReasonCreationUnconfirmed, place: elsewhere + " " + deviceID + "/ipv4"},
		"Deleted":     {reason: "what was made is deleted, although nothing asks for it any more", spec: unknown, changes: []func(resource.Managed){attempted(four, time.Hour), deleted}, made: true, want: managed.ExternalObservation{ResourceExists: true}, place: four, sought: "ipv4"},
		"DeletedSoon": {reason: "and waited for", spec: unknown, changes: []func(resource.Managed){attempted(four, time.Minute), deleted}, why: ReasonCreationUnconfirmed, place: four, sought: "ipv4"},
		"Unknown":     {reason: "who is not deleted has to say what to make", spec: unknown, changes: []func(resource.Managed){attempted(four, time.Hour)}, why: ReasonIncomplete, place: four},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				sought := ""
				ops := upstream(thing{}, false, nil)
				ops.findFn = func(a args) (thing, bool, error) { sought = a.Family; return ours, tc.made, nil }
				d := define(ops)
				d.Retrace = retraceThing
				c := &Connector[args, state, thing]{
					Definition: d, Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
					Claims: answers(Held, nil), Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
				}
				mg := session(t, empty, tc.spec, tc.changes...)
				e, err := c.Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				got, err := e.Observe(t.Context(), mg)
				if ready := mg.GetCondition(xpv1.TypeReady); (err != nil) != (tc.why != "") || err != nil && Reason(ready.Reason) != tc.why {
					t.Errorf("%s: got %v and that it is not ready for %q, want %q", tc.reason, err, ready.Reason, tc.why)
				}
				for what, diff := range map[string]string{
					"observation":   cmp.Diff(tc.want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".ConnectionDetails" }, cmp.Ignore())),
					"external name": cmp.Diff(tc.name, meta.GetExternalName(mg)),
					"place":         cmp.Diff(tc.place, mg.GetAnnotations()[AnnotationCreationPlace]),
					"sought":        cmp.Diff(tc.sought, sought),
				} {
					if diff != "" {
						t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
					}
				}
			})
		}
	}
}

// retraceThing is what kinds do whose keys can change.
func retraceThing(a args, key string) args {
	if device, family, ok := strings.Cut(key, "/"); ok {
		a.Device, a.Family = device, family
	}
	return a
}

// TestRefusedSecondAttempt has the API refuse a second object with the key. If
// an earlier attempt may have made the first, that stays to be found.
func TestRefusedSecondAttempt(t *testing.T) {
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		lost    bool
	}{
		"Ours":   {reason: "an earlier attempt may have made it", changes: []func(resource.Managed){pending(time.Hour)}, lost: true},
		"Theirs": {reason: "who never tried did not make it"},
		"Moved":  {reason: "nor who tried elsewhere", changes: []func(resource.Managed){attemptedAs(firstThing)}},
		"Same":   {reason: "who tried here may have", changes: []func(resource.Managed){attemptedAs(secondThing)}, lost: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			ops := upstream(thing{}, false, nil)
			ops.createFn = func(args) (thing, error) { return thing{}, &packet.Error{Class: packet.ClassAlreadyExists} }
			mg := session(t, scopes["Namespaced"], asked(), tc.changes...)
			_, e, err := observeMoving(t, mg, ops, answers(Held, nil), &recorder{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Create(t.Context(), mg); !packet.IsAlreadyExists(err) {
				t.Errorf("got %v, want what the API says", err)
			}
			meta.SetExternalCreateFailed(mg, now) // As the managed reconciler does.
			if got := creationOf(mg, clocktesting.NewFakePassiveClock(now.Add(time.Hour)), time.Minute) != Settled; got != tc.lost {
				t.Errorf("%s: it is to be found: got %t", tc.reason, got)
			}
		})
	}
}
