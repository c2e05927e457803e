// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

func TestConnectFails(t *testing.T) {
	cases := map[string]struct {
		reason string
		conn   providerconfig.Connection
		err    error
		want   string
	}{
		"Config": {reason: "a configuration that cannot be read is reported", err: errBoom, want: "boom"},
		"Dial": {
			reason: "a configuration that cannot be used is named, its key is not",
			conn:   providerconfig.Connection{Config: packet.Config{BaseURL: "nowhere", Token: secretKey}, Reference: "ProviderConfig default"},
			want:   "cannot use ProviderConfig default",
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				c := &Connector[args, state, thing]{
					Definition: define(nil), Dialer: packet.NewConnections(packet.Options{}), Clock: clocktesting.NewFakePassiveClock(now),
					Configs: configsFn{resolveFn: func(resource.Managed) (providerconfig.Connection, error) { return tc.conn, tc.err }},
				}
				observed := session(t, empty, asked(), named(objectID), shining)
				for what, mg := range map[string]resource.Managed{"new": session(t, empty, asked()), "observed": observed} {
					got, err := c.Connect(t.Context(), mg)
					if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), secretKey) {
						t.Errorf("%s: %s: got %v, want %q in it, and not the key", tc.reason, what, err, tc.want)
					}
					if got != nil {
						t.Errorf("%s: %s: got the client %v with an error", tc.reason, what, got)
					}
					want := conditions{}
					if mg == observed {
						want = conditions{xpv1.TypeReady: "True/Available", "Shining": "Unknown/Unreadable"}
					}
					if diff := cmp.Diff(want, conditionsOf(mg)); diff != "" {
						t.Errorf("%s: %s: conditions: -want +got:\n%s", tc.reason, what, diff)
					}
				}
			})
		}
	}
}

func TestConnectorForgets(t *testing.T) {
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		err     error
		nothing bool
		want    []string
	}{
		"Named":    {reason: "what is remembered of the object of a resource that goes is dropped", changes: []func(resource.Managed){named(objectID)}, want: []string{endpoint + " " + objectID}},
		"Unnamed":  {reason: "a resource without an object has nothing to forget"},
		"NoConfig": {reason: "an object whose endpoint is not known any more is left to the kind", changes: []func(resource.Managed){named(objectID)}, err: errBoom},
		"Nothing":  {reason: "a kind need not remember anything", changes: []func(resource.Managed){named(objectID)}, nothing: true},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				var got []string
				d := define(nil)
				if !tc.nothing {
					d.Forget = func(endpoint, id string) { got = append(got, endpoint+" "+id) }
				}
				claims := &claimerFn{}
				c := &Connector[args, state, thing]{
					Definition: d, Configs: configsFn{endpointFn: func(resource.Managed) (string, error) { return endpoint, tc.err }}, Claims: claims,
				}
				c.Forget(t.Context(), session(t, empty, asked(), tc.changes...))
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff([]types.UID{"me"}, claims.released); diff != "" {
					t.Errorf("whatever is remembered of its object, a resource that goes holds no claim: -want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestRivalOf(t *testing.T) {
	observed := observedAt(t, endpoint)
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		err     error
		want    Rival
	}{
		"Confirmed":  {reason: "a name whose object was observed gives a right", changes: []func(resource.Managed){named(objectID), observed}, want: Rival{UID: "me", Endpoint: endpoint, Confirmed: true, Writes: true}},
		"Unobserved": {reason: "a name alone gives no right", changes: []func(resource.Managed){named(objectID)}, want: Rival{UID: "me", Endpoint: endpoint, Writes: true}},
		"OtherName":  {reason: "a name that is not of the observed object gives no right", changes: []func(resource.Managed){named("other"), observed}, want: Rival{UID: "me", Endpoint: endpoint, Writes: true}},
		"Elsewhere":  {reason: "a name whose object was observed at another endpoint gives no right", changes: []func(resource.Managed){named(objectID), observedAt(t, "https://fake.example.net/")}, want: Rival{UID: "me", Endpoint: endpoint, Writes: true}},
		"Nowhere":    {reason: "a resource that never had a name nor an observation has no right", want: Rival{UID: "me", Endpoint: endpoint, Writes: true}},
		"ReadOnly":   {reason: "policies that allow no writes are told", changes: []func(resource.Managed){allowed(xpv1.ManagementActionObserve)}, want: Rival{UID: "me", Endpoint: endpoint}},
		"NoConfig":   {reason: "a resource without a readable configuration has no endpoint", err: errBoom, want: Rival{UID: "me", Writes: true}},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				configs := configsFn{endpointFn: func(resource.Managed) (string, error) { return endpoint, tc.err }}
				mg := session(t, empty, asked(), tc.changes...)
				before := mg.DeepCopyObject()
				if diff := cmp.Diff(tc.want, RivalOf(t.Context(), configs, endpoint, mg)); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				elsewhere := tc.want
				elsewhere.Confirmed = false
				if diff := cmp.Diff(elsewhere, RivalOf(t.Context(), configs, "https://other.example.net/", mg)); diff != "" {
					t.Errorf("who asks elsewhere need not know what is confirmed here: -want +got:\n%s", diff)
				}
				if diff := cmp.Diff(before, mg.DeepCopyObject()); diff != "" {
					t.Errorf("a resource of the cache was changed: -want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestKeyOf(t *testing.T) {
	c := &Connector[args, state, thing]{Definition: define(nil)}
	for scope, empty := range scopes {
		if got := c.KeyOf(session(t, empty, asked())); got != deviceID+"/ipv4" {
			t.Errorf("%s: key %q", scope, got)
		}
		if got := c.KeyOf(session(t, empty, map[string]any{})); got != "" {
			t.Errorf("%s: key %q without arguments", scope, got)
		}
	}
}

func TestKeyOfReported(t *testing.T) {
	c := &Connector[args, state, thing]{Definition: define(nil)}
	c.Definition.KeyOfState = func(s state) string { return s.Status }
	for scope, empty := range scopes {
		mg := session(t, empty, asked())
		if got := c.KeyOf(mg); got != deviceID+"/ipv4" {
			t.Errorf("%s: before the first report the arguments tell the key: got %q", scope, got)
		}
		if err := storeState(mg, endpoint, state{ID: objectID, Status: "reported"}); err != nil {
			t.Fatal(err)
		}
		if got := c.KeyOf(mg); got != "reported" {
			t.Errorf("%s: what was reported tells the key, whatever is asked for by now: got %q", scope, got)
		}
	}
}
