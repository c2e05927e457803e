// SPDX-License-Identifier: Apache-2.0

package external

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestCreate(t *testing.T) {
	exists := &packet.Error{Class: packet.ClassAlreadyExists}
	lost := &packet.Error{Class: packet.ClassUnavailable, Ambiguous: true}
	cases := map[string]struct {
		reason    string
		changes   []func(resource.Managed)
		createErr error
		found     bool
		findErr   error
		wantName  string
		wantErr   string
		lost      bool
		forgets   bool
		calls     []string
	}{
		"Created": {
			reason: "the id of the new object becomes the external name", wantName: "new", calls: []string{"Create"},
		},
		"AmbiguousFound": {
			reason: "an object whose answer was lost is found again", createErr: lost, found: true,
			wantName: objectID, calls: []string{"Create", "Find"},
		},
		"AmbiguousFoundAgainstOptOut": {
			reason: "an object that was most likely made by ours is taken despite the opt-out", changes: []func(resource.Managed){keepsOut}, createErr: lost, found: true,
			wantName: objectID, calls: []string{"Create", "Find"},
		},
		"AmbiguousMissing": {
			reason: "a creation without an object failed", createErr: lost,
			wantErr: "cannot create the thing: unavailable, may have happened", lost: true, calls: []string{"Create", "Find"},
		},
		"AmbiguousUnreadable": {
			reason: "the first error is reported if looking fails too", createErr: lost, findErr: errBoom,
			wantErr: "cannot create the thing: unavailable, may have happened", lost: true, calls: []string{"Create", "Find"},
		},
		"Exists": {
			reason: "whether to adopt an object that came into being meanwhile is decided by the next observation", createErr: exists, found: true,
			wantErr: "the thing came into being meanwhile and is looked at again: already exists", calls: []string{"Create"},
		},
		"RefusedElsewhere": {
			reason: "what an earlier attempt made elsewhere is not what stands where this one was refused", changes: []func(resource.Managed){lostAt(time.Hour)},
			createErr: &packet.Error{Class: packet.ClassInvalid}, wantErr: "cannot create the thing: invalid", forgets: true, calls: []string{"Create"},
		},
		"Forbidden": {
			reason: "a definite refusal is believed, and names the configuration", createErr: &packet.Error{Class: packet.ClassForbidden}, found: true,
			wantErr: "cannot create the thing: the key of ClusterProviderConfig default is not allowed to do this; nothing was changed: forbidden", forgets: true, calls: []string{"Create"},
		},
		"Fails": {
			reason: "any other error is reported", createErr: errBoom, wantErr: "cannot create the thing: boom", forgets: true, calls: []string{"Create"},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				ops := &operationsOfThing{
					createFn: func(a args) (thing, error) {
						if diff := cmp.Diff(args{Device: deviceID, Family: "ipv4"}, a); diff != "" {
							t.Errorf("%s: arguments: -want +got:\n%s", tc.reason, diff)
						}
						return thing{ID: "new"}, tc.createErr
					},
					findFn: func(args) (thing, bool, error) { return ours, tc.found, tc.findErr },
				}
				mg := session(t, empty, asked(), tc.changes...)
				claims := answers(Held, nil)
				_, err := connect(t, mg, ops, claims, &recorder{}).Create(t.Context(), mg)
				if diff := cmp.Diff(tc.wantErr, textOf(err)); diff != "" {
					t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.wantName, meta.GetExternalName(mg)); diff != "" {
					t.Errorf("%s: external name: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.calls, ops.calls); diff != "" {
					t.Errorf("%s: calls: -want +got:\n%s", tc.reason, diff)
				}
				if forgets := len(claims.forgot) > 0; forgets != tc.forgets {
					t.Errorf("%s: gives the claim up: %t, want %t", tc.reason, forgets, tc.forgets)
				}
				if got := !lostCreation(mg).IsZero(); got != tc.lost {
					t.Errorf("%s: recorded as lost: got %t, want %t", tc.reason, got, tc.lost)
				}
			})
		}
	}
}

func TestUpdate(t *testing.T) {
	cases := map[string]struct {
		reason     string
		err        error
		want       managed.ExternalUpdate
		wantErr    string
		wantRoute  bool
		conditions conditions
	}{
		"Updated": {
			reason:     "the result is reported in the same reconciliation",
			want:       managed.ExternalUpdate{ConnectionDetails: details},
			conditions: conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "True/AsAskedFor", "Shining": "True/Reported"},
		},
		"Fails": {
			reason: "a failure leaves what was observed", err: errBoom, wantErr: "cannot update the thing: boom", wantRoute: true,
			conditions: conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "False/UpdateFailed", "Shining": "True/Reported"},
		},
		"Unauthorized": {
			reason: "a refused key names the configuration", err: &packet.Error{Class: packet.ClassUnauthorized}, wantRoute: true,
			wantErr: "cannot update the thing: the API at " + endpoint +
				" refuses the key of ClusterProviderConfig default; put a valid key in its place, it is picked up without a restart: unauthorized",
			conditions: conditions{xpv1.TypeReady: "True/Available", TypeUpToDate: "False/UpdateFailed", "Shining": "True/Reported"},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				ops := upstream(differing, true, nil)
				ops.updateFn = func(x thing, _ args, d []Difference) (thing, error) {
					if diff := cmp.Diff(differing, x); diff != "" {
						t.Errorf("%s: object: -want +got:\n%s", tc.reason, diff)
					}
					if diff := cmp.Diff([]Difference{{"defaultRoute", "this", "that"}}, d); diff != "" {
						t.Errorf("%s: differences: -want +got:\n%s", tc.reason, diff)
					}
					return ours, tc.err
				}
				mg := session(t, empty, asked(), named(objectID))
				client := connect(t, mg, ops, answers(Held, nil), &recorder{})
				if _, err := client.Observe(t.Context(), mg); err != nil {
					t.Fatal(err)
				}
				got, err := client.Update(t.Context(), mg)
				if diff := cmp.Diff(tc.wantErr, textOf(err)); diff != "" {
					t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.conditions, conditionsOf(mg)); diff != "" {
					t.Errorf("%s: conditions: -want +got:\n%s", tc.reason, diff)
				}
				reported, err := loadState[state](mg)
				if err != nil || reported.Route != tc.wantRoute {
					t.Errorf("%s: reported %+v, %v, want route %t", tc.reason, reported, err, tc.wantRoute)
				}
			})
		}
	}
}

func TestDelete(t *testing.T) {
	cases := map[string]struct {
		reason  string
		err     error
		wantErr string
	}{
		"Deleted": {reason: "the object that was observed is deleted"},
		"Gone":    {reason: "an object that is gone already is deleted", err: &packet.Error{Class: packet.ClassNotFound}},
		"Fails":   {reason: "any other error is reported", err: errBoom, wantErr: "cannot delete the thing: boom"},
		"Forbidden": {
			reason: "a permission that is missing is no success", err: &packet.Error{Class: packet.ClassForbidden},
			wantErr: "cannot delete the thing: the key of ClusterProviderConfig default is not allowed to do this; nothing was changed: forbidden",
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				ops := upstream(ours, true, nil)
				ops.deleteFn = func(x thing) error {
					if diff := cmp.Diff(ours, x); diff != "" {
						t.Errorf("%s: object: -want +got:\n%s", tc.reason, diff)
					}
					return tc.err
				}
				mg := session(t, empty, asked(), named(objectID), deleted)
				client := connect(t, mg, ops, answers(Held, nil), &recorder{})
				if _, err := client.Observe(t.Context(), mg); err != nil {
					t.Fatal(err)
				}
				_, err := client.Delete(t.Context(), mg)
				if diff := cmp.Diff(tc.wantErr, textOf(err)); diff != "" {
					t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(conditions{}, conditionsOf(mg)); diff != "" {
					t.Errorf("%s: what the managed reconciler tells of the first request only it can tell by the conditions before: -want +got:\n%s", tc.reason, diff)
				}
				if err := client.Disconnect(t.Context()); err != nil {
					t.Errorf("%s: disconnect: %v", tc.reason, err)
				}
				if !errors.Is(err, tc.err) && tc.wantErr != "" {
					t.Errorf("%s: the cause %v is not in %v", tc.reason, tc.err, err)
				}
			})
		}
	}
}
