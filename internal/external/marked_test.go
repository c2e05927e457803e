// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// defineMarked is the small kind without a key: its objects are recognised by
// the mark of their owner.
func defineMarked(ops Operations[args, state, thing], owners *[]string) Definition[args, state, thing] {
	d := define(ops)
	d.Key, d.KeyOf = nil, nil
	d.Incomplete = func(a args) string {
		if a.Device == "" {
			return "the device is missing"
		}
		return ""
	}
	d.Recreate = func(asked bool, last state) (bool, string) {
		if last.Status == "never" {
			return false, "create another"
		}
		return asked, "ask for another"
	}
	d.Connect = func(_ *packet.Client, owner string) Operations[args, state, thing] {
		*owners = append(*owners, owner)
		return ops
	}
	return d
}

func TestObserveMarked(t *testing.T) {
	gone := func() *operationsOfThing { return upstream(thing{}, false, nil) }
	last := func(status string) func(resource.Managed) {
		return func(mg resource.Managed) {
			if err := storeState(mg, endpoint, state{ID: objectID, Status: status}); err != nil {
				t.Fatal(err)
			}
		}
	}
	again := func(mg resource.Managed) { meta.AddAnnotations(mg, map[string]string{AnnotationRecreate: "true"}) }
	exists := managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true, ConnectionDetails: details}
	cases := map[string]struct {
		reason  string
		spec    map[string]any
		changes []func(resource.Managed)
		ops     *operationsOfThing
		want    managed.ExternalObservation
		wantErr string
		why     string
		name    string
		claimed []string
		calls   []string
	}{
		"Create": {
			reason: "what nobody made is made; nobody else has a right to it", ops: gone(),
			claimed: []string{"me"}, calls: []string{"Find", "Prepare"},
		},
		"Incomplete": {
			reason: "without what is needed to look nothing is asked", spec: map[string]any{}, ops: gone(),
			wantErr: "the device is missing", why: string(ReasonIncomplete),
		},
		"Recover": {
			reason: "what carries our mark is ours, whatever became of the annotations", ops: upstream(ours, true, nil),
			want: exists, name: objectID, claimed: []string{objectID}, calls: []string{"Find", "Report"},
		},
		"Named": {
			reason: "who imports by name claims the object's id", changes: []func(resource.Managed){named(objectID)}, ops: upstream(ours, true, nil),
			want: exists, name: objectID, claimed: []string{objectID}, calls: []string{"Get", "Report"},
		},
		"Vanished": {
			reason: "what vanished is not made anew, and the remedy is told", changes: []func(resource.Managed){named(objectID), last("seen")}, ops: gone(),
			wantErr: "the thing " + objectID + " no longer exists; ask for another", why: string(ReasonVanished), name: objectID, claimed: []string{objectID}, calls: []string{"Get", "Find"},
		},
		"Mistyped": {
			reason: "a name that was given, and that nothing was ever seen to have, was mistyped", changes: []func(resource.Managed){named(objectID)}, ops: gone(),
			wantErr: "there is no thing " + objectID + "; correct the annotation crossplane.io/external-name, or remove it to have one created", why: string(ReasonVanished), name: objectID, claimed: []string{objectID}, calls: []string{"Get", "Find"},
		},
		"Again": {
			reason: "what vanished is made anew where that is asked for", changes: []func(resource.Managed){named(objectID), last("seen"), again}, ops: gone(),
			name: objectID, claimed: []string{objectID}, calls: []string{"Get", "Find", "Prepare"},
		},
		"NeverAgain": {
			reason: "the kind may refuse all the same", changes: []func(resource.Managed){named(objectID), last("never"), again}, ops: gone(),
			wantErr: "no longer exists; create another", why: string(ReasonVanished), name: objectID, claimed: []string{objectID}, calls: []string{"Get", "Find"},
		},
		"OfAnother": {
			reason:  "what status says of an object that was replaced says nothing of the one in its place",
			changes: []func(resource.Managed){named(otherID), last("never"), again}, ops: gone(),
			name: otherID, claimed: []string{otherID}, calls: []string{"Get", "Find", "Prepare"},
		},
		"Deleting": {
			reason: "what carries our mark is deleted with us, whatever became of the annotations", changes: []func(resource.Managed){deleted}, ops: upstream(ours, true, nil),
			want: managed.ExternalObservation{ResourceExists: true}, claimed: []string{objectID}, calls: []string{"Find"},
		},
		"DeletingAnother": {
			reason: "what carries our mark is deleted with us, although the name is of another", changes: []func(resource.Managed){named(otherID), deleted}, ops: successor(ours, nil),
			want: managed.ExternalObservation{ResourceExists: true}, name: otherID, claimed: []string{objectID}, calls: []string{"Get", "Find"},
		},
		"DeletingRecent": {
			reason: "a deletion waits for what may still appear", changes: []func(resource.Managed){pending(time.Minute), deleted}, ops: gone(),
			wantErr: "not known yet", why: string(ReasonCreationUnconfirmed), claimed: []string{"me"}, calls: []string{"Find"},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				spec := tc.spec
				if spec == nil {
					spec = asked()
				}
				ops, owners := *tc.ops, []string{}
				var claimed []string
				c := &Connector[args, state, thing]{
					Definition: defineMarked(&ops, &owners), Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
					Claims: &claimerFn{claimFn: func(_, key string, _ types.UID) (Claim, error) { claimed = append(claimed, key); return Held, nil }},
					Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
				}
				mg := session(t, empty, spec, tc.changes...)
				e, err := c.Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				got, err := e.Observe(t.Context(), mg)
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				for what, diff := range map[string]string{
					"observation":   cmp.Diff(tc.want, got),
					"external name": cmp.Diff(tc.name, meta.GetExternalName(mg)),
					"claims":        cmp.Diff(tc.claimed, claimed),
					"calls":         cmp.Diff(tc.calls, ops.calls),
					"owner":         cmp.Diff([]string{"me"}, owners),
				} {
					if diff != "" {
						t.Errorf("%s: %s: -want +got:\n%s", tc.reason, what, diff)
					}
				}
				if ready := mg.GetCondition(xpv1.TypeReady); tc.why != "" && string(ready.Reason) != tc.why {
					t.Errorf("%s: Ready says %q, want %q", tc.reason, ready.Reason, tc.why)
				}
			})
		}
	}
}

// An object whose name was never recorded is found, deleted, and not waited for
// any longer.
func TestDeleteUnrecorded(t *testing.T) {
	for scope, empty := range scopes {
		found := true
		ops := upstream(ours, true, nil)
		ops.findFn = func(args) (thing, bool, error) { return ours, found, nil }
		ops.deleteFn = func(thing) error { return nil }
		c := &Connector[args, state, thing]{
			Definition: defineMarked(ops, &[]string{}), Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
			Claims: answers(Held, nil), Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
		}
		c.Definition.Window = time.Hour
		mg := session(t, empty, asked(), pending(time.Minute), deleted)
		for _, exists := range []bool{true, false} {
			found = exists
			e, err := c.Connect(t.Context(), mg)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Observe(t.Context(), mg)
			if err != nil || got.ResourceExists != exists {
				t.Fatalf("%s: got %+v, %v; want that it exists: %t", scope, got, err, exists)
			}
			if !exists {
				continue
			}
			if _, err := e.Delete(t.Context(), mg); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A kind without keys is found among rivals by the id of its object.
func TestKeyOfMarked(t *testing.T) {
	c := &Connector[args, state, thing]{Definition: defineMarked(nil, &[]string{})}
	for scope, empty := range scopes {
		if got := c.KeyOf(session(t, empty, asked())); got != "" {
			t.Errorf("%s: key %q without a name", scope, got)
		}
		if got := c.KeyOf(session(t, empty, asked(), named(objectID))); got != objectID {
			t.Errorf("%s: key %q, want the name", scope, got)
		}
	}
}

func TestDeleteRefused(t *testing.T) {
	ops := upstream(ours, true, nil)
	for scope, empty := range scopes {
		ops.deleteFn = func(thing) error {
			return &Refusal{Reason: "Provisioning", Message: "it is deleted once it is active"}
		}
		mg := session(t, empty, asked(), named(objectID), deleted)
		e := connect(t, mg, ops, answers(Held, nil), &recorder{})
		_, err := e.Delete(t.Context(), mg)
		if diff := cmp.Diff("cannot delete the thing: it is deleted once it is active", textOf(err)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", scope, diff)
		}
		want := condition(TypeDeletable, corev1.ConditionFalse, "Provisioning", "it is deleted once it is active")
		if diff := cmp.Diff(want, mg.GetCondition(TypeDeletable), cmpopts.IgnoreFields(xpv1.Condition{}, "LastTransitionTime", "ObservedGeneration")); diff != "" {
			t.Errorf("%s: what a deletion waits for is a condition: -want +got:\n%s", scope, diff)
		}
		ops.deleteFn = func(thing) error { return nil }
		if _, err := e.Delete(t.Context(), mg); err != nil || mg.GetCondition(TypeDeletable).Status != corev1.ConditionTrue {
			t.Errorf("%s: it waits no longer: got %v, %+v", scope, err, mg.GetCondition(TypeDeletable))
		}
	}
}
