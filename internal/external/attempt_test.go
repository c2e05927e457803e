// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// unresolved is an attempt of which it is not known how it ended.
func unresolved(project string, ago time.Duration) func(resource.Managed) {
	return func(mg resource.Managed) {
		pending(ago)(mg)
		attemptedIn(endpoint, project)(mg)
	}
}

// refersTo is a specification with a reference that may stay unresolved, and does.
func refersTo(project string) map[string]any {
	return map[string]any{"forProvider": map[string]any{
		"projectIdRef": map[string]any{"name": project, "policy": map[string]any{"resolution": "Optional"}},
	}}
}

// TestPlaceOfTheAttempt has the project that is asked for change around an
// attempt to create an object.
func TestPlaceOfTheAttempt(t *testing.T) {
	const first, second = endpoint + " " + firstProject, endpoint + " " + secondProject
	here := []lot{{ID: objectID, Project: firstProject, Owner: "me"}}
	exists := managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: true}
	failed := func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, now.Add(-time.Minute)) }
	succeeded := func(mg resource.Managed) { meta.SetExternalCreateSucceeded(mg, now.Add(-time.Minute)) }
	cases := map[string]struct {
		reason string
		// spec writes no project if it is nil.
		spec    map[string]any
		config  string
		changes []func(resource.Managed)
		all     []lot
		want    managed.ExternalObservation
		wantErr string
		why     Reason
		name    string
		place   string
		calls   []string
	}{
		"First": {
			reason: "the default of the configuration is taken for a first creation, and recorded", config: firstProject,
			place: first, calls: []string{"Find in " + firstProject, "Prepare in " + firstProject},
		},
		"Written": {
			reason: "what is written counts, and is recorded", spec: inProject(secondProject), config: firstProject,
			place: second, calls: []string{"Find in " + secondProject, "Prepare in " + secondProject},
		},
		"ConfigChanged": {
			reason: "what a lost creation made is found where it was made, whatever the configuration says by now", config: secondProject,
			changes: []func(resource.Managed){unresolved(firstProject, time.Minute)}, all: here,
			want: exists, name: objectID, place: first, calls: []string{"Find in " + firstProject},
		},
		"ConfigLost": {
			reason:  "nor does the configuration have to say anything any more",
			changes: []func(resource.Managed){unresolved(firstProject, time.Minute)}, all: here,
			want: exists, name: objectID, place: first, calls: []string{"Find in " + firstProject},
		},
		"ConfigChangedRecent": {
			reason: "and is waited for there", config: secondProject,
			changes: []func(resource.Managed){unresolved(firstProject, time.Minute)},
			wantErr: "not known yet", why: ReasonCreationUnconfirmed, place: first, calls: []string{"Find in " + firstProject},
		},
		"ConfigChangedAgain": {
			reason: "a creation is repeated where it was attempted", config: secondProject,
			changes: []func(resource.Managed){unresolved(firstProject, time.Hour)},
			place:   first, calls: []string{"Find in " + firstProject, "Prepare in " + firstProject},
		},
		"ReferenceChanged": {
			reason: "no second one is made where a reference leads now", spec: inProject(secondProject),
			changes: []func(resource.Managed){unresolved(firstProject, time.Hour)}, all: here,
			wantErr: "its projectId is " + firstProject, why: ReasonMismatch, place: first, calls: []string{"Find in " + firstProject},
		},
		"ReferenceChangedAgain": {
			reason: "once it is known that the first attempt made nothing, what is written counts", spec: inProject(secondProject),
			changes: []func(resource.Managed){unresolved(firstProject, time.Hour)},
			place:   second, calls: []string{"Find in " + firstProject, "Prepare in " + secondProject},
		},
		"Failed": {
			reason: "an attempt that is known to have failed binds nobody", config: secondProject,
			changes: []func(resource.Managed){unresolved(firstProject, time.Minute), failed},
			place:   second, calls: []string{"Find in " + secondProject, "Prepare in " + secondProject},
		},
		"Garbled": {
			reason: "a record that is none is no record", config: secondProject,
			changes: []func(resource.Managed){pending(time.Hour), attemptedIn(endpoint, "../"+firstProject)},
			place:   second, calls: []string{"Find in " + secondProject, "Prepare in " + secondProject},
		},
		"Elsewhere": {
			reason: "what may have been made at another endpoint is not made here as well", config: firstProject,
			changes: []func(resource.Managed){pending(time.Hour), attemptedIn(elsewhere, firstProject)},
			wantErr: "it is not known whether the lot was created at " + elsewhere, why: ReasonCreationUnconfirmed, place: elsewhere + " " + firstProject,
		},
		"ElsewhereFailed": {
			reason: "unless it is known that it was not", config: secondProject,
			changes: []func(resource.Managed){pending(time.Minute), failed, attemptedIn(elsewhere, firstProject)},
			place:   second, calls: []string{"Find in " + secondProject, "Prepare in " + secondProject},
		},
		"Observed": {
			reason: "an object stays in its project", config: secondProject,
			changes: []func(resource.Managed){named(objectID), lotAt(t, endpoint, objectID, firstProject)}, all: here,
			want: exists, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"ObservedElsewhere": {
			reason: "what was observed at another endpoint says nothing here", config: firstProject,
			changes: []func(resource.Managed){named(objectID), lotAt(t, elsewhere, objectID, secondProject)}, all: here,
			want: exists, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"ObservedAnother": {
			reason: "nor what was observed of another object", config: firstProject,
			changes: []func(resource.Managed){named(objectID), lotAt(t, endpoint, otherID, secondProject)}, all: here,
			want: exists, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"VanishedElsewhere": {
			reason: "what was observed at another endpoint has not vanished because it is not at this one", config: firstProject,
			changes: []func(resource.Managed){named(objectID), lotAt(t, elsewhere, objectID, firstProject)},
			wantErr: "was observed at " + elsewhere, why: ReasonElsewhere, name: objectID, calls: []string{"Get in " + firstProject, "Find in " + firstProject},
		},
		"Reference": {
			reason: "the default of the configuration does not take the place of what a reference will stand for", spec: refersTo("team-a"), config: firstProject,
			wantErr: "spec.forProvider.projectIdRef names what is not there or has no id yet", why: ReasonIncomplete,
		},
		"ReferenceAttempted": {
			reason: "what a lost creation made is found all the same", spec: refersTo("team-a"), config: secondProject,
			changes: []func(resource.Managed){unresolved(firstProject, time.Minute)}, all: here,
			want: exists, name: objectID, place: first, calls: []string{"Find in " + firstProject},
		},
		"ReferenceObserved": {
			reason: "and so is what was observed", spec: refersTo("team-a"), config: secondProject,
			changes: []func(resource.Managed){named(objectID), lotAt(t, endpoint, objectID, firstProject)}, all: here,
			want: exists, name: objectID, calls: []string{"Get in " + firstProject},
		},
		"Unobserved": {
			reason: "an object that was made and not observed yet is where it was made", config: secondProject,
			changes: []func(resource.Managed){named(objectID), unresolved(firstProject, time.Minute), succeeded}, all: here,
			want: exists, name: objectID, place: first, calls: []string{"Get in " + firstProject},
		},
		"LookedForInItsProject": {
			reason: "whether an object is gone is asked where it was", spec: inProject(secondProject),
			changes: []func(resource.Managed){named(objectID), lotAt(t, endpoint, objectID, firstProject)},
			wantErr: "no longer exists", why: ReasonVanished, name: objectID, calls: []string{"Get in " + firstProject, "Find in " + firstProject},
		},
	}
	for name, tc := range cases {
		for scope, empty := range lotScopes {
			t.Run(name+scope, func(t *testing.T) {
				l := &lots{all: tc.all}
				mg := session(t, empty, tc.spec, tc.changes...)
				_, got, err := observeLot(t, mg, l, tc.config, &recorder{})
				if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
					t.Errorf("%s: got error %v, want %q in it", tc.reason, err, tc.wantErr)
				}
				if ready := mg.GetCondition(xpv1.TypeReady); tc.why != ReasonNone && Reason(ready.Reason) != tc.why {
					t.Errorf("%s: Ready says %q, want %q", tc.reason, ready.Reason, tc.why)
				}
				for what, diff := range map[string]string{
					"observation":   cmp.Diff(tc.want, got),
					"external name": cmp.Diff(tc.name, meta.GetExternalName(mg)),
					"place":         cmp.Diff(tc.place, mg.GetAnnotations()[AnnotationCreationPlace]),
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

// Objects that are in no project have a place all the same, and those that have
// a key need none.
func TestPlaceWithoutProject(t *testing.T) {
	cases := map[string]struct {
		reason     string
		definition Definition[args, state, thing]
		want       string
	}{
		"Marked": {reason: "a mark is looked for at an endpoint", definition: defineMarked(upstream(thing{}, false, nil), &[]string{}), want: endpoint},
		"Keyed":  {reason: "the API tells an object with a key from a second one", definition: define(upstream(thing{}, false, nil))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &Connector[args, state, thing]{
				Definition: tc.definition, Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
				Claims: answers(Held, nil), Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
			}
			mg := session(t, scopes["Cluster"], asked())
			e, err := c.Connect(t.Context(), mg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Observe(t.Context(), mg); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, mg.GetAnnotations()[AnnotationCreationPlace]); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// manager is what a managed reconciler needs of one.
type manager struct {
	ctrl.Manager

	client client.Client
}

func (m manager) GetClient() client.Client   { return m.client }
func (m manager) GetScheme() *runtime.Scheme { return m.client.Scheme() }

// TestPlaceIsStoredBeforeTheRequest runs the managed reconciler, whose provider
// dies in the middle of the request, and another provider with another
// configuration after it.
func TestPlaceIsStoredBeforeTheRequest(t *testing.T) {
	finalized := func(mg resource.Managed) { meta.AddFinalizer(mg, managed.FinalizerName) }
	for name, changes := range map[string][]func(resource.Managed){
		"New": nil, "Finalized": {finalized}, "Moved": {finalized, attemptedIn(endpoint, secondProject)},
	} {
		t.Run(name, func(t *testing.T) {
			mg := session(t, lotScopes["Cluster"], nil, changes...)
			kube, _ := stored(t, mg)
			l := &lots{}
			reconcile := func(project string) {
				t.Helper()
				r := managed.NewReconciler(manager{client: kube}, resource.ManagedKind(clusterv1alpha1.Device_GroupVersionKind),
					managed.WithExternalConnector(lotConnector(l, project, &recorder{}, clock.RealClock{})), managed.WithManagementPolicies(),
					managed.WithInitializers(), managed.WithFinalizer(&Finalizer{Client: kube}), managed.WithDeterministicExternalName(true))
				if _, err := r.Reconcile(t.Context(), ctrl.Request{NamespacedName: types.NamespacedName{Name: "edge"}}); err != nil {
					t.Fatal(err)
				}
			}
			read := func() *clusterv1alpha1.Device {
				t.Helper()
				kept := &clusterv1alpha1.Device{}
				if err := kube.Get(t.Context(), client.ObjectKeyFromObject(mg), kept); err != nil {
					t.Fatal(err)
				}
				return kept
			}
			var before *clusterv1alpha1.Device
			l.created = func() error {
				before = read()
				l.all = []lot{{ID: objectID, Project: firstProject, Owner: "me"}}
				return &packet.Error{Class: packet.ClassUnavailable, Ambiguous: true}
			}
			l.lagging = true
			reconcile(firstProject)
			if before == nil {
				t.Fatal("nothing was created")
			}
			if meta.GetExternalCreatePending(before).IsZero() {
				t.Error("when the request left, it was not recorded that it would")
			}
			if diff := cmp.Diff(endpoint+" "+firstProject, before.GetAnnotations()[AnnotationCreationPlace]); diff != "" {
				t.Errorf("what was recorded when the request left: -want +got:\n%s", diff)
			}
			l.lagging, l.calls = false, nil
			reconcile(secondProject)
			if diff := cmp.Diff([]string{"Find in " + firstProject}, l.calls); diff != "" {
				t.Errorf("what was made is looked for where it was made: -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(objectID, meta.GetExternalName(read())); diff != "" {
				t.Errorf("external name: -want +got:\n%s", diff)
			}
		})
	}
}

// TestSameSecond has attempts follow each other within a second, in which the
// annotations cannot tell them apart.
func TestSameSecond(t *testing.T) {
	at := now.Add(300 * time.Millisecond)
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		waits   bool
		wantErr string
	}{
		"First":        {reason: "a first attempt waits for nothing"},
		"FailedNow":    {reason: "a later attempt waits until the second is over in which the last one failed", changes: []func(resource.Managed){func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, at) }}, waits: true},
		"FailedBefore": {reason: "no longer than that", changes: []func(resource.Managed){func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, now.Add(-time.Millisecond)) }}},
		"SucceededNow": {
			reason: "nor can one that succeeded be told from one in place of what vanished",
			changes: []func(resource.Managed){named(objectID), func(mg resource.Managed) {
				meta.SetExternalCreateSucceeded(mg, at)
				meta.SetExternalCreateFailed(mg, at.Add(-time.Hour))
				meta.AddAnnotations(mg, map[string]string{AnnotationRecreate: "true"})
			}}, waits: true,
		},
		"Ahead": {
			reason:  "what another clock recorded is yet to come, which is told",
			changes: []func(resource.Managed){func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, at.Add(time.Minute)) }},
			wantErr: "an attempt to create the lot is recorded at 2026-07-01T12:01:00Z, which is yet to come",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := &lots{}
			mg := session(t, lotScopes["Cluster"], inProject(firstProject), tc.changes...)
			begins := func(after time.Duration) error {
				t.Helper()
				l.calls = nil
				e, err := lotConnector(l, "", &recorder{}, clocktesting.NewFakePassiveClock(at.Add(after))).Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				_, err = e.Observe(t.Context(), mg)
				return err
			}
			err := begins(0)
			if kerrors.IsConflict(err) != tc.waits || (tc.wantErr == "" && !tc.waits) != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
				t.Errorf("%s: got %v, want that it is tried again without a word: %t, or the error %q", tc.reason, err, tc.waits, tc.wantErr)
			}
			if got := mg.GetCondition(xpv1.TypeReady).Reason; tc.waits && got != "" {
				t.Errorf("%s: Ready says %s", tc.reason, got)
			}
			if err := begins(2 * time.Minute); err != nil {
				t.Errorf("later the attempt begins: got %v", err)
			}
		})
	}
}

// A session is unique at the API: a second attempt harms nobody.
func TestSameSecondKeyed(t *testing.T) {
	mg := session(t, scopes["Cluster"], asked(), func(mg resource.Managed) { meta.SetExternalCreateFailed(mg, now) })
	if _, err := connect(t, mg, upstream(thing{}, false, nil), answers(Held, nil), &recorder{}).Observe(t.Context(), mg); err != nil {
		t.Errorf("what has a key is attempted again at once: got %v", err)
	}
}
