// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestObserveUnreadable(t *testing.T) {
	fails := func(c packet.Class) *operationsOfThing {
		return upstream(thing{}, false, &packet.Error{Class: c, Message: "said the API"})
	}
	kept := conditions{xpv1.TypeReady: "True/Available", "Shining": "Unknown/Unreadable"}
	known := []func(resource.Managed){named(objectID), shining}
	runObservations(t, map[string]observation{
		"Unavailable": {
			reason: "an outage leaves Ready and says that the object cannot be read", changes: known, ops: fails(packet.ClassUnavailable),
			wantErr: "cannot find the thing", conditions: kept, name: objectID, calls: []string{"Get"},
		},
		"UnavailableUnnamed": {
			reason: "an outage says nothing of an object that was never there", ops: fails(packet.ClassUnavailable),
			wantErr: "cannot find the thing", calls: []string{"Find"},
		},
		"RateLimited": {
			reason: "a spent rate limit is no statement on the object", changes: known, ops: fails(packet.ClassRateLimited),
			wantErr: "said the API", conditions: kept, name: objectID, calls: []string{"Get"},
		},
		"Unauthorized": {
			reason: "a refused key leaves Ready, names the configuration, and not the key", changes: known, ops: fails(packet.ClassUnauthorized),
			wantErr: "refuses the key of ClusterProviderConfig default", conditions: kept, name: objectID, calls: []string{"Get"},
		},
		"UnauthorizedUnnamed": {
			reason: "a refused key is a condition where there was no object", ops: fails(packet.ClassUnauthorized),
			wantErr: "the API at " + endpoint + " refuses the key of ClusterProviderConfig default", conditions: conditions{xpv1.TypeReady: "False/Unauthorized"}, calls: []string{"Find"},
		},
		"Forbidden": {
			reason: "a lost permission leaves Ready and names the configuration", changes: known, ops: fails(packet.ClassForbidden),
			wantErr: "the key of ClusterProviderConfig default is not allowed", conditions: kept, name: objectID, calls: []string{"Get"},
		},
		"ForbiddenUnnamed": {
			reason: "a missing permission is a condition where there was no object", ops: fails(packet.ClassForbidden),
			wantErr: "the key of ClusterProviderConfig default is not allowed", conditions: conditions{xpv1.TypeReady: "False/Forbidden"}, calls: []string{"Find"},
		},
		"Invalid": {
			reason: "a request that is refused for what it says is a condition", changes: []func(resource.Managed){named(objectID)}, ops: fails(packet.ClassInvalid),
			wantErr: "said the API", conditions: conditions{xpv1.TypeReady: "False/Invalid"}, name: objectID, calls: []string{"Get"},
		},
		"Deleting": {
			reason: "a resource whose object cannot be read is not let go", changes: []func(resource.Managed){named(objectID), shining, deleted}, ops: fails(packet.ClassUnavailable),
			wantErr: "cannot find the thing", conditions: kept, name: objectID, calls: []string{"Get"},
		},
	})
}

func TestUnreadStaysAsItWas(t *testing.T) {
	outage := upstream(thing{}, false, &packet.Error{Class: packet.ClassUnavailable})
	for scope, empty := range scopes {
		t.Run(scope, func(t *testing.T) {
			mg := session(t, empty, asked(), named(objectID), observedAs(t, objectID), shining)
			var first xpv1.Condition
			for i, at := range []time.Time{now, now.Add(time.Minute), now.Add(time.Hour)} {
				c := &externalClient[args, state, thing]{
					Definition: define(outage), ops: outage, events: &recorder{}, endpoint: endpoint, clock: clocktesting.NewFakePassiveClock(at), allowed: policiesOf(mg),
				}
				if _, err := c.Observe(t.Context(), mg); err == nil {
					t.Fatal("an outage was not noticed")
				}
				got := mg.GetCondition("Shining")
				if i == 0 {
					first = got
				}
				if want := "bright until 12:00PM"; got.Message != want {
					t.Errorf("attempt %d: got message %q, want %q", i, got.Message, want)
				}
				if diff := cmp.Diff(first, got); diff != "" {
					t.Errorf("attempt %d changes the condition: -first +got:\n%s", i, diff)
				}
			}
		})
	}
}
