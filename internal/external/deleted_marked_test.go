// SPDX-License-Identifier: Apache-2.0

package external

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TestDeleteWhatDoesNotFit deletes resources whose arguments have changed away
// from their objects.
func TestDeleteWhatDoesNotFit(t *testing.T) {
	mine := lot{ID: objectID, Project: firstProject, Owner: "me"}
	theirs := lot{ID: objectID, Project: firstProject, Owner: "somebody"}
	other := lot{ID: otherID, Project: firstProject, Owner: "somebody"}
	made := func(mg resource.Managed) { meta.SetExternalCreateSucceeded(mg, now) }
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		all     []lot
		wrong   string
		findErr error
		wantErr string
		// left is what there is after the deletion.
		left   []lot
		events []string
	}{
		"Marked": {
			reason:  "what a lost creation made goes with its resource, wherever its project is",
			changes: []func(resource.Managed){unresolved(firstProject, time.Hour)}, all: []lot{mine, other}, left: []lot{other},
		},
		"Observed": {
			reason:  "so does what was made and observed here, although somebody took the mark away",
			changes: []func(resource.Managed){named(objectID), made, lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs},
		},
		"OnlyObserved": {
			reason:  "what was looked at, and never made, is let be",
			changes: []func(resource.Managed){named(objectID), lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"Unobserved": {
			reason:  "and what carries the mark and was not observed yet",
			changes: []func(resource.Managed){named(objectID), unresolved(firstProject, time.Hour), made},
			all:     []lot{mine},
		},
		"Renamed": {
			reason:  "and what carries the mark although the name is of another, which stays",
			changes: []func(resource.Managed){named(otherID), unresolved(firstProject, time.Hour)},
			all:     []lot{other, mine}, left: []lot{other}, events: []string{"Released"},
		},
		"Neither": {
			reason:  "what neither carries the mark nor was observed is let be",
			changes: []func(resource.Managed){named(objectID)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"NeitherUnlisted": {
			reason: "also by who may not look for the mark", findErr: &packet.Error{Class: packet.ClassForbidden},
			changes: []func(resource.Managed){named(objectID)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"Unreadable": {
			reason: "nothing is let be before it is known whose it is", findErr: errBoom,
			changes: []func(resource.Managed){named(objectID)}, all: []lot{mine}, left: []lot{mine}, wantErr: "boom",
		},
		"ObservedElsewhere": {
			reason:  "what was observed elsewhere is not what is here",
			changes: []func(resource.Managed){named(objectID), made, lotAt(t, elsewhere, objectID, firstProject)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"Spoilt": {
			reason:  "a name that is none any more loses nothing that carries the mark",
			changes: []func(resource.Managed){named(objectID + " "), lotAt(t, endpoint, objectID, firstProject)}, all: []lot{mine},
		},
		"SpoiltMade": {
			reason:  "nor what was made",
			changes: []func(resource.Managed){named(objectID + " "), made, lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs},
		},
		"SpoiltUnobserved": {
			reason:  "nor what was not observed yet",
			changes: []func(resource.Managed){named("edge"), unresolved(firstProject, time.Hour)}, all: []lot{mine},
		},
		"SpoiltStranger": {
			reason:  "a stranger's that was looked at stays, and that is told",
			changes: []func(resource.Managed){named(objectID + " "), lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"SpoiltNothing": {
			reason:  "what cannot be found for its name is told to stay",
			changes: []func(resource.Managed){named("edge")}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"StrippedStranger": {
			reason:  "a stranger's that was looked at stays, whatever became of the name",
			changes: []func(resource.Managed){lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
		"StrippedLost": {
			reason:  "even if what an attempt may have made is still looked for",
			changes: []func(resource.Managed){unresolved(firstProject, time.Hour), lotAt(t, endpoint, objectID, firstProject)}, all: []lot{theirs}, left: []lot{theirs},
		},
		"WrongName": {
			reason:  "what carries the mark goes, also if the name is of something else than a lot",
			changes: []func(resource.Managed){named(otherID), made, lotAt(t, endpoint, objectID, firstProject), attemptedIn(endpoint, firstProject)}, all: []lot{mine}, wrong: otherID,
		},
		"LostInPlace": {
			reason:  "nobody waits for what a lost creation in place of another one made, once it was found",
			changes: []func(resource.Managed){named(otherID), unresolved(firstProject, time.Minute)}, all: []lot{mine},
		},
		"NeverMade": {
			reason: "who made nothing has nothing to look for where the key may not look", findErr: &packet.Error{Class: packet.ClassForbidden},
		},
		"ObservedAnother": {
			reason:  "nor is another one",
			changes: []func(resource.Managed){named(objectID), made, lotAt(t, endpoint, otherID, firstProject)}, all: []lot{theirs}, left: []lot{theirs}, events: []string{"Released"},
		},
	}
	for name, tc := range cases {
		for scope, empty := range lotScopes {
			t.Run(name+scope, func(t *testing.T) {
				l, events := &lots{all: slices.Clone(tc.all), findErr: tc.findErr, wrong: tc.wrong}, &recorder{}
				mg := session(t, empty, inProject(secondProject), slices.Concat(tc.changes, []func(resource.Managed){deleted})...)
				var err error
				for goes := false; !goes && err == nil; {
					var e managed.ExternalClient
					var o managed.ExternalObservation
					if e, o, err = observeLot(t, mg, l, "", events); err == nil && o.ResourceExists {
						_, err = e.Delete(t.Context(), mg)
					}
					goes = !o.ResourceExists
				}
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				if diff := cmp.Diff(tc.left, l.all, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: what is left: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.events, events.reasons()); diff != "" {
					t.Errorf("%s: events: -want +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}

// What does not fit in more than its project is not what was made, whatever was
// made before.
func TestLeaveWhatWasNamedLater(t *testing.T) {
	l, events := &lots{all: []lot{{ID: objectID, Project: firstProject, Owner: "somebody"}}}, &recorder{}
	c := lotConnector(l, "", events, clocktesting.NewFakePassiveClock(now))
	c.Definition.Mismatch = func(lotArgs, lot) string { return "its plan is another" }
	mg := session(t, lotScopes["Cluster"], inProject(firstProject), named(objectID), lotAt(t, endpoint, objectID, firstProject), deleted,
		func(mg resource.Managed) { meta.SetExternalCreateSucceeded(mg, now) })
	e, err := c.Connect(t.Context(), mg)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := e.Observe(t.Context(), mg); err != nil || o.ResourceExists {
		t.Errorf("it is to be let be: got %+v, %v", o, err)
	}
	if diff := cmp.Diff([]string{"Released"}, events.reasons()); diff != "" {
		t.Errorf("events: -want +got:\n%s", diff)
	}
}

// A mark that is found beside what was looked at tells which is whose.
func TestStrippedBesideOwn(t *testing.T) {
	l := &lots{all: []lot{{ID: otherID, Project: firstProject, Owner: "somebody"}, {ID: objectID, Project: firstProject, Owner: "me"}}}
	mg := session(t, lotScopes["Cluster"], inProject(firstProject), lotAt(t, endpoint, otherID, firstProject))
	if _, o, err := observeLot(t, mg, l, "", &recorder{}); err != nil || !o.ResourceExists || meta.GetExternalName(mg) != objectID {
		t.Errorf("got %+v, %v and the name %q, want its own", o, err, meta.GetExternalName(mg))
	}
}

// While it lives, a resource does not touch what does not fit its arguments.
func TestKeepWhatDoesNotFit(t *testing.T) {
	l := &lots{all: []lot{{ID: objectID, Project: firstProject, Owner: "me"}}}
	mg := session(t, lotScopes["Cluster"], inProject(secondProject), named(objectID), lotAt(t, endpoint, objectID, firstProject))
	if _, _, err := observeLot(t, mg, l, "", &recorder{}); !strings.Contains(textOf(err), "its projectId is "+firstProject) {
		t.Errorf("got %v, want that the lot is another", err)
	}
}

// TestStripped has somebody replace the manifest, and all annotations with it,
// while lists lag behind.
func TestStripped(t *testing.T) {
	mine, theirs := lot{ID: objectID, Project: firstProject, Owner: "me"}, lot{ID: objectID, Project: firstProject, Owner: "somebody"}
	observed := lotAt(t, endpoint, objectID, firstProject)
	again := func(mg resource.Managed) { meta.AddAnnotations(mg, map[string]string{AnnotationRecreate: "true"}) }
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		all     []lot
		want    managed.ExternalObservation
		wantErr string
		name    string
		calls   []string
	}{
		"There": {
			reason: "what was observed here is read, and named again", changes: []func(resource.Managed){observed}, all: []lot{mine},
			want: managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true}, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"Gone": {
			reason: "what is gone has vanished, as if its name stood there", changes: []func(resource.Managed){observed},
			wantErr: "the lot " + objectID + " no longer exists; ask for another", name: objectID, calls: []string{"Get in " + firstProject, "Find in " + firstProject},
		},
		"Stranger": {
			reason: "what was only looked at is neither taken over nor is another made in its place", changes: []func(resource.Managed){observed}, all: []lot{theirs},
			wantErr: "this resource observed the lot " + objectID + ", and it is not known to have made it; set the annotation crossplane.io/external-name to that id to manage it, or delete this resource",
			calls:   []string{"Get in " + firstProject, "Find in " + firstProject},
		},
		"StrangerToLookAt": {
			reason: "unless it is to be looked at only", changes: []func(resource.Managed){observed, allowed("Observe")}, all: []lot{theirs},
			want: managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true}, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"Made": {
			reason: "what was made is known although somebody took the mark away", all: []lot{theirs},
			changes: []func(resource.Managed){observed, func(mg resource.Managed) { meta.SetExternalCreateSucceeded(mg, now) }},
			want:    managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true}, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"GoneAgain": {
			reason: "and is made anew where that is asked for", changes: []func(resource.Managed){observed, again},
			name: objectID, calls: []string{"Get in " + firstProject, "Find in " + firstProject, "Prepare in " + firstProject},
		},
		"Deleted": {
			reason: "it is deleted with its resource", changes: []func(resource.Managed){observed, deleted}, all: []lot{mine},
			want: managed.ExternalObservation{ResourceExists: true}, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"Elsewhere": {
			reason: "what was observed at another endpoint is not here", changes: []func(resource.Managed){lotAt(t, elsewhere, objectID, firstProject)}, all: []lot{mine},
			calls: []string{"Find in " + secondProject, "Prepare in " + secondProject},
		},
		"Never": {reason: "what was never observed is to be made", calls: []string{"Find in " + secondProject, "Prepare in " + secondProject}},
	}
	for name, tc := range cases {
		for scope, empty := range lotScopes {
			t.Run(name+scope, func(t *testing.T) {
				l := &lots{all: tc.all, lagging: true}
				mg := session(t, empty, nil, tc.changes...)
				_, got, err := observeLot(t, mg, l, secondProject, &recorder{})
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				for what, diff := range map[string]string{
					"observation":   cmp.Diff(tc.want, got),
					"external name": cmp.Diff(tc.name, meta.GetExternalName(mg)),
					"calls":         cmp.Diff(tc.calls, l.calls),
				} {
					if diff != "" {
						t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
					}
				}
			})
		}
	}
}

// TestLeave has resources deleted whose objects stay, without anything that
// could be asked.
func TestLeave(t *testing.T) {
	const undeletable = "the API cannot delete it"
	orphan := func(mg resource.Managed) {
		if o, ok := mg.(resource.Orphanable); ok {
			o.SetDeletionPolicy("Orphan")
		}
	}
	cases := map[string]struct {
		reason      string
		undeletable string
		changes     []func(resource.Managed)
		goes        map[string]bool
		because     string
	}{
		"Undeletable": {
			reason: "what the API cannot delete needs no API", undeletable: undeletable, changes: []func(resource.Managed){named(objectID), deleted},
			goes: map[string]bool{"Cluster": true, "Namespaced": true}, because: undeletable,
		},
		"Policies": {
			reason: "nor does what the policies keep", changes: []func(resource.Managed){named(objectID), deleted, allowed("Observe", "Create")},
			goes: map[string]bool{"Cluster": true, "Namespaced": true}, because: "the policies do not allow Delete",
		},
		"Orphan": {
			reason: "nor what the deletion policy keeps, whatever the management policies say", changes: []func(resource.Managed){named(objectID), deleted, allowed("Observe", "Delete"), orphan},
			goes: map[string]bool{"Cluster": true}, because: "the policies do not allow Delete",
		},
		"Unnamed": {
			reason: "of what never was nothing is told", undeletable: undeletable, changes: []func(resource.Managed){deleted},
			goes: map[string]bool{"Cluster": true, "Namespaced": true},
		},
		"Living": {
			reason: "while the resource lives the API is needed", undeletable: undeletable, changes: []func(resource.Managed){named(objectID)},
		},
		"Deletable": {
			reason: "and to delete an object it is", changes: []func(resource.Managed){named(objectID), deleted},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				events, claims := &recorder{}, &claimerFn{}
				c := &Connector[args, state, thing]{
					Definition: define(nil), Claims: claims, Events: events, Clock: clocktesting.NewFakePassiveClock(now),
					Configs: configsFn{resolveFn: refuses, endpointFn: func(resource.Managed) (string, error) { return "", errBoom }},
				}
				c.Definition.Undeletable = tc.undeletable
				mg := session(t, empty, asked(), tc.changes...)
				e, err := c.Connect(t.Context(), mg)
				if goes := err == nil; goes != tc.goes[scope] {
					t.Fatalf("%s: got %v, want that it goes: %t", tc.reason, err, tc.goes[scope])
				}
				if err != nil {
					return
				}
				if o, err := e.Observe(t.Context(), mg); err != nil || o.ResourceExists {
					t.Errorf("%s: got %+v, %v", tc.reason, o, err)
				}
				if len(events.events) != 0 {
					t.Errorf("%s: told before it goes: %v", tc.reason, events.events)
				}
				c.Forget(t.Context(), mg)
				if len(claims.released) != 1 {
					t.Errorf("%s: its claims were not dropped", tc.reason)
				}
				if tc.because == "" {
					if len(events.events) != 0 {
						t.Errorf("%s: got %v", tc.reason, events.events)
					}
					return
				}
				if len(events.events) != 1 || events.events[0].Reason != "Released" || events.events[0].Message != "Left the thing "+objectID+" as it is: "+tc.because {
					t.Errorf("%s: got %v, want %q", tc.reason, events.events, tc.because)
				}
			})
		}
	}
}
