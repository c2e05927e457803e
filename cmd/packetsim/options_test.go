// SPDX-License-Identifier: Apache-2.0

package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestRate(t *testing.T) {
	cases := map[string]struct {
		reason string
		text   string
		want   rate
		fails  bool
	}{
		"Duration": {"A number and a duration.", "100/1m", rate{100, time.Minute}, false},
		"Unit":     {"A unit stands for one of it.", "5/s", rate{5, time.Second}, false},
		"Long":     {"Any duration will do.", "1/1h30m", rate{1, 90 * time.Minute}, false},
		"Empty":    {"Nothing is no rate.", "", rate{}, true},
		"NoTime":   {"A slash alone is no time.", "5/", rate{}, true},
		"Negative": {"Time goes forward.", "5/-1s", rate{}, true},
		"Word":     {"A word is no number.", "many/s", rate{}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got rate
			err := got.UnmarshalText([]byte(tc.text))
			if (err != nil) != tc.fails || got != tc.want {
				t.Errorf("%s: want %+v, failure %t, got %+v, %v", tc.reason, tc.want, tc.fails, got, err)
			}
		})
	}
}

func TestTimings(t *testing.T) {
	minute := time.Minute
	want := packetsim.RealisticTimings()
	want.Hidden = minute
	got := (&options{Timings: "realistic", Hidden: &minute}).timings()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("realistic with one change: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(packetsim.Timings{}, (&options{Timings: "instant"}).timings()); diff != "" {
		t.Errorf("instant: -want, +got:\n%s", diff)
	}
}

// TestEveryTimingHasFlag gives all flags of times, and looks for a timing that
// none of them changes.
func TestEveryTimingHasFlag(t *testing.T) {
	o := &options{}
	never := -time.Hour
	flags := reflect.ValueOf(o).Elem()
	for i := range flags.NumField() {
		if f := flags.Field(i); f.Type() == reflect.TypeFor[*time.Duration]() {
			f.Set(reflect.ValueOf(&never))
		}
	}
	timings := reflect.ValueOf(o.timings())
	for i := range timings.NumField() {
		if timings.Field(i).Interface() != never {
			t.Errorf("packetsim.Timings.%s: want a flag", timings.Type().Field(i).Name)
		}
	}
}

func TestWarning(t *testing.T) {
	cases := map[string]struct {
		reason, listen, token, want string
	}{
		"Loopback":  {"Nobody else can reach it.", "127.0.0.1:8585", packetsim.DefaultToken, ""},
		"Loopback6": {"Nor this.", "[::1]:8585", packetsim.DefaultToken, ""},
		"Localhost": {"Nor its name.", "localhost:8585", packetsim.DefaultToken, ""},
		"All":       {"Everybody can.", "0.0.0.0:8585", packetsim.DefaultToken, "everybody knows the default token; set --token"},
		"Empty":     {"No host means all.", ":8585", "mine", "other machines can reach the API at :8585"},
		"Name":      {"A name may be anything.", "sim.example.org:8585", "mine", "other machines can reach"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := (&options{Listen: tc.listen, Token: tc.token}).warning()
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("%s: want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}
