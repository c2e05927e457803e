// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, line ...string) (*options, error) {
	t.Helper()
	o := &options{}
	p, err := kong.New(o, kong.Name("provider"), kong.DefaultEnvars("PROVIDER_PACKET"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Parse(line)
	return o, err
}

func defaults() *options {
	return &options{
		PollInterval: time.Minute, PollJitter: 0.1, SyncPeriod: time.Hour, ReconcileTimeout: time.Minute,
		Rate: 100, Concurrency: 20, BackoffBase: 500 * time.Millisecond, BackoffMax: time.Minute,
		APITimeout: 30 * time.Second, APITries: 4, CreationWindow: 10 * time.Minute, BGPStatusAge: 30 * time.Minute, BGPNeighborsAge: 10 * time.Minute,
		LeaderElection: true,
		MetricsAddress: "127.0.0.1:8080", ProbeAddress: "127.0.0.1:8081", PprofAddress: "0",
		StopTimeout: 30 * time.Second,
	}
}

func TestParse(t *testing.T) {
	cases := map[string]struct {
		reason string
		line   []string
		env    map[string]string
		change func(*options)
	}{
		"Defaults": {reason: "without flags the defaults hold, and are valid", change: func(*options) {}},
		"Flags": {
			reason: "flags are read",
			line:   []string{"-d", "--no-leader-election", "--sync=2h", "--max-reconcile-rate=7", "--api-timeout=5s", "--api-tries=1", "--poll-jitter=0", "--bgp-status-age=0", "--bgp-neighbors-age=1h"},
			change: func(o *options) {
				o.BGPStatusAge, o.BGPNeighborsAge = 0, time.Hour
				o.Debug, o.LeaderElection, o.SyncPeriod, o.Rate = true, false, 2*time.Hour, 7
				o.APITimeout, o.APITries, o.PollJitter = 5*time.Second, 1, 0
			},
		},
		"Environment": {
			reason: "environment variables are read, and a flag outweighs them",
			line:   []string{"--concurrency=3"},
			env:    map[string]string{"PROVIDER_PACKET_POLL_INTERVAL": "90s", "PROVIDER_PACKET_CONCURRENCY": "4"},
			change: func(o *options) { o.PollInterval, o.Concurrency = 90*time.Second, 3 },
		},
		"NoElection": {
			reason: "the election of a leader can be switched off by the environment too",
			env:    map[string]string{"PROVIDER_PACKET_LEADER_ELECTION": "false"},
			change: func(o *options) { o.LeaderElection = false },
		},
		"Election": {reason: "to ask for what is the default anyway does no harm", line: []string{"-l"}, change: func(*options) {}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for k, v := range tc.env {
				t.Setenv(k, v)
			}
			want := defaults()
			tc.change(want)
			got, err := parse(t, tc.line...)
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		line   []string
		want   []string
	}{
		"Unknown":      {"a flag that does not exist is refused", []string{"--pol-interval=1m"}, []string{"unknown flag"}},
		"NoDuration":   {"a duration needs a unit", []string{"--poll-interval=60"}, []string{"--poll-interval"}},
		"PollInterval": {"a poll interval of nothing is refused", []string{"--poll-interval=0s"}, []string{"--poll-interval is 0s"}},
		"Sync":         {"a negative sync period is refused", []string{"--sync=-1s"}, []string{"--sync is -1s"}},
		"Timeout":      {"a timeout of nothing is refused", []string{"--reconcile-timeout=0s"}, []string{"--reconcile-timeout"}},
		"APITimeout":   {"a timeout of nothing is refused", []string{"--api-timeout=0s"}, []string{"--api-timeout"}},
		"StatusAge":    {"a negative age is refused", []string{"--bgp-status-age=-1s"}, []string{"--bgp-status-age is -1s"}},
		"Window":       {"a creation needs time to be seen", []string{"--creation-window=0s"}, []string{"--creation-window is 0s"}},
		"NeighborsAge": {"an age of nothing is refused", []string{"--bgp-neighbors-age=0s"}, []string{"--bgp-neighbors-age is 0s"}},
		"JitterLow":    {"a negative jitter is refused", []string{"--poll-jitter=-0.1"}, []string{"--poll-jitter is -0.1"}},
		"JitterHigh":   {"a jitter of the whole interval is refused", []string{"--poll-jitter=1"}, []string{"--poll-jitter is 1"}},
		"Backoff":      {"a longest wait below the first is refused", []string{"--backoff-base=1m", "--backoff-max=1s"}, []string{"--backoff-max is 1s"}},
		"Counts": {
			"all that is wrong is named at once",
			[]string{"--max-reconcile-rate=0", "--concurrency=-1", "--api-tries=0"},
			[]string{"--max-reconcile-rate is 0", "--concurrency is -1", "--api-tries is 0"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, tc.line...)
			if err == nil {
				t.Fatalf("%s: no error", tc.reason)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %q, want %q in it", tc.reason, err, want)
				}
			}
		})
	}
}
