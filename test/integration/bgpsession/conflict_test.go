// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// manyPolls is how often a loser looks before its writes are counted.
const manyPolls = 50

var isConflict = condition("Ready", corev1.ConditionFalse, string(external.ReasonConflict))

// pairs are the scopes of two resources that ask for the same session.
var pairs = map[string]struct{ first, second scope }{
	"ClusterFirst":    {first: clusterScope, second: namespacedScope},
	"NamespacedFirst": {first: namespacedScope, second: clusterScope},
	"BothCluster":     {first: clusterScope, second: clusterScope},
	"BothNamespaced":  {first: namespacedScope, second: namespacedScope},
	"SharedConfig":    {first: sharedScope, second: namespacedScope},
}

// TestConflict has a second resource ask for a session that a first one
// manages.
func TestConflict(t *testing.T) {
	t.Parallel()
	for name, tc := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			first, second := f.tenant(tc.first), f.tenant(tc.second)
			winner := first.ready(nil, nil)
			// It asks for what the winner would have to undo again and again.
			loser := second.apply(second.manifest(map[string]any{"defaultRoute": true}, nil))
			second.awaitSession("losing", loser, isConflict)
			f.settleFor(manyPolls, second.token)

			first.awaitReady(winner)
			second.awaitSession("having lost", loser, all(isConflict, externalName("")))
			f.wantChanges("one of two manages the session", map[string]int{"POST": 1})
			f.wantNoWrites("a loser asks for no changes, however often it looks", second.token)
			second.wantDiscreet(loser, first, winner)

			session := f.only()
			second.delete(loser)
			f.settle(first.token)
			if diff := cmp.Diff(session, f.only(), ignoreTimes); diff != "" {
				t.Errorf("deleting the loser must leave the session: -want, +got:\n%s", diff)
			}
			f.wantChanges("deleting the loser changes nothing", map[string]int{"POST": 1})
			f.wantNoWrites("not even its deletion has a loser ask for changes", second.token)
			first.awaitReady(winner)
			if evidence.ever(winner.GetUID(), string(external.ReasonConflict)) {
				t.Error("the winner had a conflict for a while")
			}
		})
	}
}

// wantDiscreet fails the test if what a loser is told names anything of the
// winner, which may be another tenant's.
func (tn *tenant) wantDiscreet(loser *unstructured.Unstructured, owner *tenant, winner *unstructured.Unstructured) {
	tn.t.Helper()
	var told []string
	for _, c := range tn.stored(loser).Status.Conditions {
		told = append(told, c.Message)
	}
	events := &corev1.EventList{}
	if err := kube.List(tn.t.Context(), events); err != nil {
		tn.t.Fatal(err)
	}
	for _, e := range events.Items {
		if e.InvolvedObject.UID == loser.GetUID() {
			told = append(told, e.Message)
		}
	}
	text := strings.Join(told, "\n")
	if !strings.Contains(text, "another resource already manages the same BGP session") {
		tn.t.Errorf("the loser is not told why it lost:\n%s", text)
	}
	for what, secret := range map[string]string{
		"name or namespace": owner.name, "UID": string(winner.GetUID()), "session": owner.only().ID, "key": owner.token.Token,
	} {
		if strings.Contains(text, secret) {
			tn.t.Errorf("the loser is told the other's %s %s:\n%s", what, secret, text)
		}
	}
}

// TestConflictAtOnce has two resources created in the same moment: it does not
// matter who wins, but only one may.
func TestConflictAtOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			a, b := f.tenant(tc.first), f.tenant(tc.second)
			ua, ub := a.manifest(nil, nil), b.manifest(map[string]any{"defaultRoute": true}, nil)
			together(t, func() error { return kube.Create(t.Context(), ua) }, func() error { return kube.Create(t.Context(), ub) })
			a.deleteAfter(ua)
			b.deleteAfter(ub)
			await(t.Context(), t, "a creation", func(context.Context) error {
				if f.onlyID() == "" {
					return errors.New("there is no session")
				}
				return nil
			})
			if f.writes(a.token) == 0 {
				a, b, ua, ub = b, a, ub, ua
			}
			f.settleFor(manyPolls, b.token)
			a.awaitReady(ua)
			b.awaitSession("losing", ub, all(isConflict, externalName("")))
			f.wantChanges("one of two makes the session", map[string]int{"POST": 1})
			f.wantNoWrites("a loser asks for no changes, however often it looks", b.token)
		})
	}
}

// together does all at the same time.
func together(t *testing.T, do ...func() error) {
	t.Helper()
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, f := range do {
		wg.Go(func() {
			<-start
			if err := f(); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
}

// TestSuccession has the loser take over once the winner is gone.
func TestSuccession(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		keep    string
		changes map[string]int
	}{
		"Deleted": {
			reason:  "the winner deletes its session, the other makes its own",
			changes: map[string]int{"POST": 2, "DELETE": 1},
		},
		"Kept": {
			reason:  "the winner leaves its session, the other takes it over",
			keep:    `["Observe","Create","Update"]`,
			changes: map[string]int{"POST": 1},
		},
	}
	for name, tc := range cases {
		for pair, scopes := range pairs {
			t.Run(name+"/"+pair, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				first, second := f.tenant(scopes.first), f.tenant(scopes.second)
				winner := first.ready(nil, nil)
				loser := second.apply(second.manifest(nil, nil))
				second.awaitSession("losing", loser, isConflict)
				if tc.keep != "" {
					first.patch(winner, fmt.Sprintf(`{"spec":{"managementPolicies":%s}}`, tc.keep))
				}
				first.delete(winner)
				second.awaitReady(loser)
				second.awaitSession("taking over", loser, all(externalName(f.onlyID()), created))
				f.settle(second.token)
				f.wantChanges(tc.reason, tc.changes)
			})
		}
	}
}

// patch changes a session by a JSON merge patch.
func (tn *tenant) patch(u *unstructured.Unstructured, change string) {
	tn.t.Helper()
	if err := kube.Patch(tn.t.Context(), u.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(change))); err != nil {
		tn.t.Fatalf("cannot change the session: %v", err)
	}
}
