// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// situations enumerates every situation there is.
func situations(visit func(Situation)) {
	truths := []bool{false, true}
	for _, upstream := range []Upstream{Absent, Matching, Differing, Foreign} {
		for _, claim := range []Claim{Held, Lost, NotClaimed} {
			for _, creation := range []Creation{Settled, Recent, Unresolved} {
				for bits := range 1 << 7 {
					bit := func(n int) bool { return truths[bits>>n&1] }
					visit(Situation{
						Upstream: upstream, Claim: claim, Creation: creation,
						Named: bit(0), Deleting: bit(1),
						MayCreate: bit(2), MayUpdate: bit(3), MayDelete: bit(4),
						NoAdoption: bit(5), Recreate: bit(6),
					})
				}
			}
		}
	}
}

// TestDecideSafety states what must hold in every situation, whatever else is
// decided.
func TestDecideSafety(t *testing.T) {
	rules := map[string]struct {
		reason string
		broken func(Situation, Decision) bool
	}{
		"LoserWritesNothing": {
			reason: "a managed resource that lost its claim never changes anything upstream",
			broken: func(s Situation, d Decision) bool { return s.Claim == Lost && writes(d.Action) },
		},
		"LoserGetsNoName": {
			reason: "a managed resource that lost its claim records no external name",
			broken: func(s Situation, d Decision) bool { return s.Claim == Lost && d.Action == Adopt },
		},
		"ForeignIsLeftAlone": {
			reason: "an object that the arguments do not identify is neither changed nor adopted",
			broken: func(s Situation, d Decision) bool {
				return s.Upstream == Foreign && (writes(d.Action) || d.Action == Adopt)
			},
		},
		"ClaimBeforeWrite": {
			reason: "only the holder of the claim creates or updates",
			broken: func(s Situation, d Decision) bool {
				return s.Claim != Held && (d.Action == Create || d.Action == Update)
			},
		},
		"CreateOnlyIfAllowed": {
			reason: "nothing is created against the policies",
			broken: func(s Situation, d Decision) bool { return d.Action == Create && !s.MayCreate },
		},
		"UpdateOnlyIfAllowed": {
			reason: "nothing is updated against the policies",
			broken: func(s Situation, d Decision) bool { return d.Action == Update && !s.MayUpdate },
		},
		"DeleteOnlyIfAllowed": {
			reason: "nothing is deleted against the policies",
			broken: func(s Situation, d Decision) bool { return d.Action == Delete && !s.MayDelete },
		},
		"CreateOnlyIfAbsent": {
			reason: "an object that exists is never created again",
			broken: func(s Situation, d Decision) bool { return d.Action == Create && s.Upstream != Absent },
		},
		"NoSecondCreate": {
			reason: "nothing is created while an earlier creation may still become visible",
			broken: func(s Situation, d Decision) bool { return d.Action == Create && s.Creation == Recent },
		},
		"DeleteOnlyOurs": {
			reason: "only an object with our external name, or one our creation may have made, is deleted",
			broken: func(s Situation, d Decision) bool {
				return d.Action == Delete && !s.Named && s.Creation == Settled
			},
		},
		"DeleteOnlyWhenDeleting": {
			reason: "nothing upstream is deleted while the managed resource lives",
			broken: func(s Situation, d Decision) bool {
				return (d.Action == Delete || d.Action == Release) && !s.Deleting
			},
		},
		"NothingNewWhenDeleting": {
			reason: "a managed resource that is being deleted neither creates, adopts nor updates",
			broken: func(s Situation, d Decision) bool {
				return s.Deleting && (d.Action == Create || d.Action == Adopt || d.Action == Update)
			},
		},
		"DeletionNeverSticks": {
			reason: "a deletion waits only for a creation whose object may still appear, and is never refused",
			broken: func(s Situation, d Decision) bool {
				return s.Deleting && (d.Action == Refuse || d.Action == Observe || d.Action == Wait && s.Creation != Recent)
			},
		},
		"OptOutIsHonoured": {
			reason: "an object that nobody of us created is not adopted where that is opted out",
			broken: func(s Situation, d Decision) bool {
				return d.Action == Adopt && s.NoAdoption && !s.Named && s.Creation == Settled && s.Claim == Held
			},
		},
		"CreationIsConfirmed": {
			reason: "a creation that is not settled does not stay so once its object is seen",
			broken: func(s Situation, d Decision) bool {
				return (d.Action == Observe || d.Action == Update) && s.Creation != Settled
			},
		},
		"VanishedIsNotReplaced": {
			reason: "an object that vanished is made anew only by kinds that allow it",
			broken: func(s Situation, d Decision) bool { return d.Action == Create && s.Named && !s.Recreate },
		},
		"RefusalsAreExplained": {
			reason: "whatever is refused or waited for has a reason",
			broken: func(_ Situation, d Decision) bool {
				return (d.Action == Refuse || d.Action == Wait) && d.Reason == ReasonNone
			},
		},
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			situations(func(s Situation) {
				if d := Decide(s); rule.broken(s, d) {
					t.Fatalf("%s, but Decide(%+v) = %+v", rule.reason, s, d)
				}
			})
		})
	}
}

// TestDecideEvery counts the decisions over all situations, so that a change
// of any of them is noticed.
func TestDecideEvery(t *testing.T) {
	got := map[Decision]int{}
	situations(func(s Situation) { got[Decide(s)]++ })
	total := 0
	for _, n := range got {
		total += n
	}
	if want := 4 * 3 * 3 * 128; total != want {
		t.Fatalf("%d situations were decided, want %d", total, want)
	}
	if diff := cmp.Diff(decisionCounts, got); diff != "" {
		t.Errorf("the decisions over all situations changed, -want +got:\n%s", diff)
	}
}

func TestDecide(t *testing.T) {
	all := Situation{Claim: Held, Creation: Settled, MayCreate: true, MayUpdate: true, MayDelete: true, Recreate: true}
	with := func(change func(*Situation)) Situation {
		s := all
		change(&s)
		return s
	}
	cases := map[string]struct {
		reason    string
		situation Situation
		want      Decision
	}{
		"New": {
			reason:    "a resource without a name and without an object is created",
			situation: with(func(s *Situation) { s.Upstream = Absent }),
			want:      Decision{Create, ReasonNone},
		},
		"Existing": {
			reason:    "an existing object is adopted by default",
			situation: with(func(s *Situation) { s.Upstream = Matching }),
			want:      Decision{Adopt, ReasonNone},
		},
		"ExistingDiffering": {
			reason:    "an existing object that differs is adopted first and mended then",
			situation: with(func(s *Situation) { s.Upstream = Differing }),
			want:      Decision{Adopt, ReasonNone},
		},
		"OptedOut": {
			reason:    "an existing object is refused where adopting is opted out",
			situation: with(func(s *Situation) { s.Upstream, s.NoAdoption = Matching, true }),
			want:      Decision{Refuse, ReasonAdoptionRefused},
		},
		"OptedOutButOurs": {
			reason:    "an object that our own unresolved creation made is ours in spite of the opt-out",
			situation: with(func(s *Situation) { s.Upstream, s.NoAdoption, s.Creation = Matching, true, Unresolved }),
			want:      Decision{Adopt, ReasonNone},
		},
		"CrashedBeforeConfirm": {
			reason:    "a name without a confirmed creation is confirmed",
			situation: with(func(s *Situation) { s.Upstream, s.Named, s.Creation = Matching, true, Unresolved }),
			want:      Decision{Adopt, ReasonNone},
		},
		"Steady": {
			reason:    "a named object that matches is only observed",
			situation: with(func(s *Situation) { s.Upstream, s.Named = Matching, true }),
			want:      Decision{Observe, ReasonNone},
		},
		"Drift": {
			reason:    "a named object that differs is updated",
			situation: with(func(s *Situation) { s.Upstream, s.Named = Differing, true }),
			want:      Decision{Update, ReasonNone},
		},
		"DriftForbidden": {
			reason:    "a difference that the policies forbid to mend is shown",
			situation: with(func(s *Situation) { s.Upstream, s.Named, s.MayUpdate = Differing, true, false }),
			want:      Decision{Observe, ReasonUpdateForbidden},
		},
		"ObserveOnlyByKey": {
			reason: "an observe-only resource finds its object by key and records its name",
			situation: Situation{
				Upstream: Matching, Claim: NotClaimed, Creation: Settled, NoAdoption: true,
			},
			want: Decision{Adopt, ReasonNone},
		},
		"ObserveOnlyMissing": {
			reason:    "an observe-only resource without an object says so",
			situation: Situation{Upstream: Absent, Claim: NotClaimed, Creation: Settled},
			want:      Decision{Refuse, ReasonNotFound},
		},
		"VanishedRecreate": {
			reason:    "a session that vanished is made anew",
			situation: with(func(s *Situation) { s.Upstream, s.Named = Absent, true }),
			want:      Decision{Create, ReasonNone},
		},
		"VanishedForGood": {
			reason:    "a kind that is not made anew says that it vanished",
			situation: with(func(s *Situation) { s.Upstream, s.Named, s.Recreate = Absent, true, false }),
			want:      Decision{Refuse, ReasonVanished},
		},
		"Loser": {
			reason:    "the loser of a conflict refuses",
			situation: with(func(s *Situation) { s.Upstream, s.Claim = Matching, Lost }),
			want:      Decision{Refuse, ReasonConflict},
		},
		"LoserDeleted": {
			reason:    "the loser of a conflict is released, the object stays",
			situation: with(func(s *Situation) { s.Upstream, s.Claim, s.Deleting = Matching, Lost, true }),
			want:      Decision{Release, ReasonConflict},
		},
		"Deleted": {
			reason:    "an object of ours is deleted",
			situation: with(func(s *Situation) { s.Upstream, s.Named, s.Deleting = Matching, true, true }),
			want:      Decision{Delete, ReasonNone},
		},
		"DeletedUnresolved": {
			reason:    "an object that our unresolved creation made is deleted although its name was lost",
			situation: with(func(s *Situation) { s.Upstream, s.Creation, s.Deleting = Matching, Unresolved, true }),
			want:      Decision{Delete, ReasonNone},
		},
		"DeletedNeverOurs": {
			reason:    "an object that has our key but was never ours is released",
			situation: with(func(s *Situation) { s.Upstream, s.Deleting = Matching, true }),
			want:      Decision{Release, ReasonNotOurs},
		},
		"DeletedGone": {
			reason:    "a resource whose object is gone is released",
			situation: with(func(s *Situation) { s.Upstream, s.Named, s.Deleting = Absent, true, true }),
			want:      Decision{Release, ReasonNone},
		},
		"DeletedTooEarly": {
			reason:    "a deletion waits while our creation may still become visible",
			situation: with(func(s *Situation) { s.Upstream, s.Creation, s.Deleting = Absent, Recent, true }),
			want:      Decision{Wait, ReasonCreationUnconfirmed},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Decide(tc.situation)); diff != "" {
				t.Errorf("%s: Decide(%+v): -want +got:\n%s", tc.reason, tc.situation, diff)
			}
		})
	}
}

func writes(a Action) bool { return a == Create || a == Update || a == Delete }

var decisionCounts = map[Decision]int{
	{Adopt, ReasonNone}:               608,
	{Create, ReasonNone}:              48,
	{Delete, ReasonNone}:              320,
	{Observe, ReasonNone}:             64,
	{Observe, ReasonUpdateForbidden}:  48,
	{Refuse, ReasonAdoptionRefused}:   32,
	{Refuse, ReasonConflict}:          768,
	{Refuse, ReasonMismatch}:          384,
	{Refuse, ReasonNotFound}:          144,
	{Refuse, ReasonVanished}:          64,
	{Release, ReasonNone}:             320,
	{Release, ReasonConflict}:         768,
	{Release, ReasonDeleteForbidden}:  320,
	{Release, ReasonMismatch}:         384,
	{Release, ReasonNotOurs}:          128,
	{Update, ReasonNone}:              16,
	{Wait, ReasonCreationUnconfirmed}: 192,
}
