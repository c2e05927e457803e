// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"
	"time"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"
)

func TestPollInterval(t *testing.T) {
	cases := map[string]struct {
		reason     string
		annotation string
		jitter     float64
		random     float64
		want       time.Duration
	}{
		"Plain":          {reason: "without jitter the interval is as given", random: 0.9, want: time.Minute},
		"Middle":         {reason: "the middle of the jitter is the interval", jitter: 0.1, random: 0.5, want: time.Minute},
		"Lowest":         {reason: "the interval is shortened by at most the jitter", jitter: 0.1, random: 0, want: 54 * time.Second},
		"Highest":        {reason: "the interval is lengthened by at most the jitter", jitter: 0.1, random: 1, want: 66 * time.Second},
		"Annotation":     {reason: "the annotation replaces the interval", annotation: "5m", random: 0.5, want: 5 * time.Minute},
		"AnnotationSpun": {reason: "the jitter is a fraction of the annotated interval", annotation: "100s", jitter: 0.5, random: 0, want: 50 * time.Second},
		"Floor":          {reason: "the annotation cannot ask for less than the floor", annotation: "1s", want: MinPollInterval},
		"Negative":       {reason: "a negative duration is raised to the floor", annotation: "-1h", want: MinPollInterval},
		"Nonsense":       {reason: "a value that is no duration is ignored", annotation: "often", want: time.Minute},
		"NoUnit":         {reason: "a number without a unit is no duration", annotation: "30", want: time.Minute},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			mg := &fake.ModernManaged{}
			if tc.annotation != "" {
				meta.AddAnnotations(mg, map[string]string{AnnotationPollInterval: tc.annotation})
			}
			got := PollInterval(tc.jitter, func() float64 { return tc.random })(mg, time.Minute)
			if got != tc.want {
				t.Errorf("%s: got %s, want %s", tc.reason, got, tc.want)
			}
		})
	}
}

func TestPollIntervalSpreads(t *testing.T) {
	hook := PollInterval(0.1, nil)
	seen := map[time.Duration]bool{}
	for range 100 {
		got := hook(&fake.ModernManaged{}, time.Minute)
		if got < 54*time.Second || got > 66*time.Second {
			t.Fatalf("%s is further from a minute than a tenth", got)
		}
		seen[got] = true
	}
	if len(seen) < 2 {
		t.Error("all polls fall on the same moment")
	}
}
