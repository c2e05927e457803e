// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"
	"time"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestObserveDeleted(t *testing.T) {
	const id = endpoint + " " + deviceID + "/ipv4 me"
	last := func(mg resource.Managed) { mg.SetFinalizers([]string{managed.FinalizerName}) }
	awaited := func(mg resource.Managed) { mg.SetFinalizers([]string{managed.FinalizerName, "example.org/wait"}) }
	runObservations(t, map[string]observation{
		"Delete": {
			reason: "our object is to be deleted", changes: []func(resource.Managed){named(objectID), deleted}, ops: upstream(ours, true, nil),
			want: managed.ExternalObservation{ResourceExists: true}, name: objectID, calls: []string{"Get"},
		},
		"DeleteLost": {
			reason: "the object of a creation whose answer was lost is to be deleted", changes: []func(resource.Managed){lostAt(time.Hour), deleted}, ops: upstream(ours, true, nil),
			want: managed.ExternalObservation{ResourceExists: true}, calls: []string{"Find"},
		},
		"DeleteRecreated": {
			reason:  "the object of a creation that was cut off is to be deleted although the name is of one that vanished",
			changes: []func(resource.Managed){named(objectID), pending(time.Hour), deleted},
			ops: &operationsOfThing{
				getFn:  func(string, args) (thing, bool, error) { return thing{}, false, nil },
				findFn: func(args) (thing, bool, error) { return ours, true, nil },
			},
			want: managed.ExternalObservation{ResourceExists: true}, name: objectID, calls: []string{"Get", "Find"},
		},
		"DeleteUnresolved": {
			reason: "the object of an unresolved creation is to be deleted", changes: []func(resource.Managed){pending(time.Hour), deleted}, ops: upstream(ours, true, nil),
			want: managed.ExternalObservation{ResourceExists: true}, calls: []string{"Find"},
		},
		"Wait": {
			reason: "a deletion waits for a recent creation", changes: []func(resource.Managed){pending(time.Minute), deleted}, ops: upstream(thing{}, false, nil),
			wantErr: "not known yet", conditions: conditions{xpv1.TypeReady: "False/CreationUnconfirmed"}, calls: []string{"Find"},
		},
		"Gone": {
			reason: "a resource whose object is gone goes without a word", changes: []func(resource.Managed){named(objectID), deleted}, ops: upstream(thing{}, false, nil),
			name: objectID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"Stale": {
			reason: "an answer that is behind the times leaves nothing behind", changes: []func(resource.Managed){named(objectID), deleted}, ops: successor(ours, nil),
			want: managed.ExternalObservation{ResourceExists: true}, name: objectID, calls: []string{"Get", "Find"},
		},
		"Successor": {
			reason: "what somebody made in the place of ours is not ours", changes: []func(resource.Managed){named(otherID), deleted}, ops: successor(ours, nil),
			name: otherID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"SuccessorForbidden": {
			reason: "who may not list has the one answer", changes: []func(resource.Managed){named(objectID), deleted}, ops: successor(thing{}, &packet.Error{Class: packet.ClassForbidden}),
			name: objectID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"SuccessorUnreadable": {
			reason: "a list that fails says nothing", changes: []func(resource.Managed){named(objectID), deleted}, ops: successor(thing{}, errBoom),
			wantErr: "boom", name: objectID, calls: []string{"Get", "Find"},
		},
		"Elsewhere": {
			reason: "an object that was observed at another endpoint is not gone because it is not at this one", changes: []func(resource.Managed){named(objectID), deleted, observedAt(t, "https://old.example.net/")},
			ops: upstream(thing{}, false, nil), wantErr: "was observed at https://old.example.net/, and is not at " + endpoint,
			conditions: conditions{xpv1.TypeReady: "False/ObservedElsewhere"}, name: objectID, calls: []string{"Get", "Find"},
		},
		"GoneHere": {
			reason: "an object that was observed here is gone", changes: []func(resource.Managed){named(objectID), deleted, observedAt(t, endpoint)},
			ops: upstream(thing{}, false, nil), name: objectID, calls: []string{"Get", "Find"}, forgot: []string{id},
		},
		"MayAppear": {
			reason: "a deletion waits for what may be stored late, also of a kind that repeats creations at once", changes: []func(resource.Managed){lostAt(11 * time.Minute), deleted}, ops: upstream(thing{}, false, nil),
			wantErr: "not known yet", conditions: conditions{xpv1.TypeReady: "False/CreationUnconfirmed"}, calls: []string{"Find"},
		},
		"NeverOurs": {
			reason: "a key alone is not looked for", changes: []func(resource.Managed){deleted}, ops: upstream(ours, true, nil), forgot: []string{id},
		},
		"Incomplete": {
			reason: "a resource without name and key can go", spec: map[string]any{}, changes: []func(resource.Managed){deleted}, ops: upstream(ours, true, nil),
			forgot: []string{endpoint + "  me"},
		},
		"InvalidArgument": {
			reason:  "a resource whose object cannot be looked for can go",
			changes: []func(resource.Managed){pending(time.Hour), deleted},
			ops: &operationsOfThing{findFn: func(args) (thing, bool, error) {
				return thing{}, false, &Refusal{Reason: ReasonInvalid, Argument: "addressFamily", Message: "no"}
			}},
			calls: []string{"Find"}, forgot: []string{id},
		},
		"InvalidName": {
			reason: "a resource whose name is no id can go, and tells what it leaves", changes: []func(resource.Managed){named("edge"), deleted}, ops: upstream(ours, true, nil),
			name: "edge", events: []string{"Released"}, forgot: []string{id},
		},
		"Loser": {
			reason: "the loser goes, the object stays", changes: []func(resource.Managed){named(objectID), deleted}, ops: upstream(ours, true, nil), claims: answers(Lost, nil),
			name: objectID, calls: []string{"Get"}, events: []string{"Released"}, forgot: []string{id},
		},
		"LoserAwaited": {
			reason: "while somebody else's finalizer stands, nothing is left yet", changes: []func(resource.Managed){named(objectID), deleted, awaited}, ops: upstream(ours, true, nil), claims: answers(Lost, nil),
			name: objectID, calls: []string{"Get"}, forgot: []string{id},
		},
		"LoserLast": {
			reason: "it is told when ours is the last", changes: []func(resource.Managed){named(objectID), deleted, last}, ops: upstream(ours, true, nil), claims: answers(Lost, nil),
			name: objectID, calls: []string{"Get"}, events: []string{"Released"}, forgot: []string{id},
		},
		"Foreign": {
			reason: "a foreign object stays", changes: []func(resource.Managed){named(objectID), deleted}, ops: upstream(foreign, true, nil),
			name: objectID, calls: []string{"Get"}, events: []string{"Released"}, forgot: []string{id},
		},
	})
}
