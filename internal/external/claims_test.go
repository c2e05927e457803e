// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const (
	endpoint = "https://api.example.net/metal/v1/"
	key      = "device/ipv4"
)

func TestClaim(t *testing.T) {
	errBoom := errors.New("boom")
	cases := map[string]struct {
		reason  string
		rivals  []Rival
		err     error
		holder  types.UID
		want    Claim
		wantErr error
	}{
		"Alone": {
			reason: "a key that nobody else asks for is held",
			rivals: []Rival{{UID: "me", Endpoint: endpoint, Writes: true}},
			want:   Held,
		},
		"First": {
			reason: "the first to ask holds the key",
			rivals: []Rival{{UID: "me", Endpoint: endpoint, Writes: true}, {UID: "other", Endpoint: endpoint, Writes: true}},
			want:   Held,
		},
		"Second": {
			reason: "a key that another asked for first is lost",
			rivals: []Rival{{UID: "me", Endpoint: endpoint, Writes: true}, {UID: "other", Endpoint: endpoint, Writes: true}},
			holder: "other",
			want:   Lost,
		},
		"ConfirmedRival": {
			reason: "a key whose object another already manages is lost, also right after a restart",
			rivals: []Rival{{UID: "other", Endpoint: endpoint, Writes: true, Confirmed: true}},
			want:   Lost,
		},
		"ConfirmedRivalAfterUs": {
			reason: "the holder keeps the key against a name confirmed later",
			rivals: []Rival{{UID: "other", Endpoint: endpoint, Writes: true, Confirmed: true}},
			holder: "me",
			want:   Held,
		},
		"BothConfirmedElder": {
			reason: "of two that manage the same object, as after a restart, the elder goes on",
			rivals: []Rival{
				{UID: "me", Endpoint: endpoint, Writes: true, Confirmed: true, Created: time.Unix(1, 0)},
				{UID: "other", Endpoint: endpoint, Writes: true, Confirmed: true, Created: time.Unix(2, 0)},
			},
			want: Held,
		},
		"BothConfirmedYounger": {
			reason: "of two that manage the same object, the younger gives way",
			rivals: []Rival{
				{UID: "other", Endpoint: endpoint, Writes: true, Confirmed: true, Created: time.Unix(1, 0)},
				{UID: "me", Endpoint: endpoint, Writes: true, Confirmed: true, Created: time.Unix(2, 0)},
			},
			want: Lost,
		},
		"ObserveOnlyRival": {
			reason: "a resource whose policies allow no writes takes no right from others",
			rivals: []Rival{{UID: "other", Endpoint: endpoint, Confirmed: true}},
			holder: "other",
			want:   Held,
		},
		"OtherEndpoint": {
			reason: "the same key at another endpoint is another object",
			rivals: []Rival{{UID: "other", Endpoint: "https://other.example.net/", Writes: true, Confirmed: true}},
			want:   Held,
		},
		"HolderGone": {
			reason: "a holder that no longer exists holds nothing",
			rivals: []Rival{{UID: "me", Endpoint: endpoint, Writes: true}},
			holder: "gone",
			want:   Held,
		},
		"CannotList": {
			reason:  "without knowing the rivals nothing is claimed",
			err:     errBoom,
			want:    Lost,
			wantErr: errBoom,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &Claims{
				Rivals:  func(context.Context, string, string) ([]Rival, error) { return tc.rivals, tc.err },
				holders: map[string]types.UID{endpoint + " " + key: tc.holder},
			}
			got, err := c.Claim(t.Context(), endpoint, key, "me")
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestClaimAtOnce(t *testing.T) {
	const n = 50
	rivals := make([]Rival, 0, n)
	for i := range n {
		rivals = append(rivals, Rival{UID: types.UID(fmt.Sprint(i)), Endpoint: endpoint, Writes: true})
	}
	c := &Claims{Rivals: func(context.Context, string, string) ([]Rival, error) { return rivals, nil }}
	var held atomic.Int32
	var wg sync.WaitGroup
	for _, r := range rivals {
		wg.Go(func() {
			if got, err := c.Claim(t.Context(), endpoint, key, r.UID); err == nil && got == Held {
				held.Add(1)
			}
		})
	}
	wg.Wait()
	if got := held.Load(); got != 1 {
		t.Errorf("%d of %d resources that ask at once hold the key, want 1", got, n)
	}
}

func TestForget(t *testing.T) {
	both := []Rival{{UID: "me", Endpoint: endpoint, Writes: true}, {UID: "other", Endpoint: endpoint, Writes: true}}
	c := &Claims{Rivals: func(context.Context, string, string) ([]Rival, error) { return both, nil }}
	claim := func(uid types.UID) Claim {
		got, err := c.Claim(t.Context(), endpoint, key, uid)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := claim("other"); got != Held {
		t.Fatalf("first claim: got %s", got)
	}
	c.Forget(endpoint, key, "me")
	if got := claim("me"); got != Lost {
		t.Errorf("a claim that somebody else forgot: got %s, want %s", got, Lost)
	}
	c.Forget(endpoint, key, "other")
	if got := claim("me"); got != Held {
		t.Errorf("a claim that its holder forgot: got %s, want %s", got, Held)
	}
}

// TestClaimMeanwhile claims one key while the rivals for another are listed.
func TestClaimMeanwhile(t *testing.T) {
	c := &Claims{}
	other := "other"
	for i := 0; c.turn(endpoint+" "+other) == c.turn(endpoint+" "+key); i++ {
		other = fmt.Sprint("other ", i)
	}
	c.Rivals = func(ctx context.Context, at, asked string) ([]Rival, error) {
		if asked == other {
			return nil, nil
		}
		_, err := c.Claim(ctx, at, other, "other")
		return nil, err
	}
	ended := make(chan error)
	go func() {
		_, err := c.Claim(t.Context(), endpoint, key, "me")
		ended <- err
	}()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("a list for one key holds up a claim to another")
	}
}

func TestRelease(t *testing.T) {
	both := []Rival{{UID: "me", Endpoint: endpoint, Writes: true}, {UID: "other", Endpoint: endpoint, Writes: true}}
	c := &Claims{Rivals: func(context.Context, string, string) ([]Rival, error) { return both, nil }}
	c.Release("nobody")
	want := func(reason, key string, uid types.UID, want Claim) {
		t.Helper()
		if got, err := c.Claim(t.Context(), endpoint, key, uid); err != nil || got != want {
			t.Errorf("%s: got %s and error %v, want %s", reason, got, err, want)
		}
	}
	want("the first to ask", "a", "other", Held)
	want("the first to ask", "b", "other", Held)
	want("the first to ask", "c", "me", Held)
	c.Release("other")
	want("a key whose holder went", "a", "me", Held)
	want("another key of the same", "b", "me", Held)
	want("a key of somebody else", "c", "other", Lost)
}

// The object of a user has no key that the arguments tell, as its owner is known
// only once it is there.
func TestClaimUnderBothKeys(t *testing.T) {
	cases := map[string]struct {
		reason  string
		lost    string
		named   bool
		exists  bool
		claimed []string
	}{
		"Maker":    {reason: "who made it holds what was asked for, and what came of it", exists: true, claimed: []string{"user/ipv4", "owner/ipv4"}},
		"Newcomer": {reason: "what somebody asked for first, and may just have made, is not taken over", lost: "user/ipv4", claimed: []string{"user/ipv4"}},
		"Late":     {reason: "nor what somebody has by now", lost: "owner/ipv4", claimed: []string{"user/ipv4", "owner/ipv4"}},
		"Named":    {reason: "what has a name asks for nothing more", named: true, exists: true, claimed: []string{"owner/ipv4"}},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				var claimed []string
				c := &Connector[args, state, thing]{
					Definition: define(upstream(ours, true, nil)), Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
					Claims: &claimerFn{claimFn: func(_, key string, _ types.UID) (Claim, error) {
						claimed = append(claimed, key)
						return map[bool]Claim{true: Lost, false: Held}[key == tc.lost], nil
					}},
					Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
				}
				c.Definition.Key = func(a args) string { return "user/" + a.Family }
				c.Definition.KeyOf = func(x thing) string { return "owner/" + x.Family }
				mg := session(t, empty, asked())
				if tc.named {
					named(objectID)(mg)
				}
				e, err := c.Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				o, err := e.Observe(t.Context(), mg)
				if o.ResourceExists != tc.exists || (err == nil) != tc.exists {
					t.Errorf("%s: got %+v, %v", tc.reason, o, err)
				}
				if diff := cmp.Diff(tc.claimed, claimed); diff != "" {
					t.Errorf("%s: claimed: -want +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}

// Who may not manage what it found keeps neither of its keys from others.
func TestGiveBackBothKeys(t *testing.T) {
	cases := map[string]struct {
		reason  string
		changes []func(resource.Managed)
		// others are confirmed managers of the object.
		others []Rival
		why    string
	}{
		"OptOut":   {reason: "who does not adopt asks for nothing", changes: []func(resource.Managed){keepsOut}, why: "AdoptionRefused"},
		"Conflict": {reason: "nor does who came too late", others: []Rival{{UID: "first", Writes: true, Confirmed: true}}, why: "Conflict"},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				claims := &Claims{Rivals: func(_ context.Context, at, key string) ([]Rival, error) {
					rivals := []Rival{{UID: "me", Writes: true}, {UID: "of another user", Writes: true}}
					if key == "owner/ipv4" {
						rivals = slices.Clone(tc.others)
					}
					for i := range rivals {
						rivals[i].Endpoint = at
					}
					return rivals, nil
				}}
				c := &Connector[args, state, thing]{
					Definition: define(upstream(ours, true, nil)), Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
					Claims: claims, Events: &recorder{}, Clock: clocktesting.NewFakePassiveClock(now),
				}
				c.Definition.Key = func(a args) string { return "user/" + a.Family }
				c.Definition.KeyOf = func(x thing) string { return "owner/" + x.Family }
				mg := session(t, empty, asked(), tc.changes...)
				e, err := c.Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := e.Observe(t.Context(), mg); err == nil || string(mg.GetCondition(xpv1.TypeReady).Reason) != tc.why {
					t.Errorf("%s: got %v, %+v, want %s", tc.reason, err, mg.GetCondition(xpv1.TypeReady), tc.why)
				}
				if got, err := claims.Claim(t.Context(), endpoint, "user/ipv4", "of another user"); err != nil || got != Held {
					t.Errorf("%s: another user's claim: got %s, %v", tc.reason, got, err)
				}
			})
		}
	}
}
