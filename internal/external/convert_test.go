// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

func TestLoadArguments(t *testing.T) {
	cases := map[string]struct {
		reason string
		spec   map[string]any
		want   arguments[args]
	}{
		"Nothing": {
			reason: "a resource without arguments has none",
			spec:   map[string]any{},
			want:   arguments[args]{given: map[string]bool{}, initial: map[string]bool{}},
		},
		"ForProvider": {
			reason: "arguments of forProvider are taken over and none is initial",
			spec: map[string]any{"forProvider": map[string]any{
				"deviceId": deviceID, "addressFamily": "ipv6", "defaultRoute": false,
			}},
			want: arguments[args]{
				merged:  args{deviceID, "ipv6", ptr.To(false)},
				given:   map[string]bool{"deviceId": true, "addressFamily": true, "defaultRoute": true},
				initial: map[string]bool{},
			},
		},
		"InitProvider": {
			reason: "arguments that stand in initProvider only are initial",
			spec: map[string]any{
				"forProvider":  map[string]any{"deviceId": deviceID},
				"initProvider": map[string]any{"addressFamily": "ipv4", "defaultRoute": true},
			},
			want: arguments[args]{
				merged:  args{deviceID, "ipv4", ptr.To(true)},
				given:   map[string]bool{"deviceId": true},
				initial: map[string]bool{"addressFamily": true, "defaultRoute": true},
			},
		},
		"Both": {
			reason: "forProvider wins over initProvider, and what stands in both is not initial",
			spec: map[string]any{
				"forProvider":  map[string]any{"deviceId": deviceID, "defaultRoute": false},
				"initProvider": map[string]any{"deviceId": "other", "defaultRoute": true},
			},
			want: arguments[args]{
				merged:  args{Device: deviceID, Route: ptr.To(false)},
				given:   map[string]bool{"deviceId": true, "defaultRoute": true},
				initial: map[string]bool{},
			},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				mg := session(t, empty, tc.spec)
				before := mg.DeepCopyObject()
				got, err := loadArguments[args](mg, completion{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(arguments[args]{})); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(before, mg.DeepCopyObject()); diff != "" {
					t.Errorf("%s: the resource was changed: -before +after:\n%s", tc.reason, diff)
				}
			})
		}
	}
}

func TestLoadMismatchedTypes(t *testing.T) {
	for scope, empty := range scopes {
		t.Run(scope, func(t *testing.T) {
			mg := session(t, empty, asked())
			type wrong struct {
				Device int `json:"deviceId"`
			}
			if _, err := loadArguments[wrong](mg, completion{}); err == nil {
				t.Error("arguments of another type were loaded")
			}
			if err := storeState(mg, endpoint, state{ID: objectID}); err != nil {
				t.Fatal(err)
			}
			if _, err := loadState[struct {
				ID int `json:"id"`
			}](mg); err == nil {
				t.Error("an observation of another type was loaded")
			}
			if err := storeState(mg, endpoint, struct {
				ID int `json:"id"`
			}{1}); err == nil {
				t.Error("an observation of another type was stored")
			}
			if err := storeState(mg, endpoint, func() {}); err == nil {
				t.Error("an observation that is no object was stored")
			}
		})
	}
}

func TestStoreState(t *testing.T) {
	cases := map[string]struct {
		reason   string
		previous *state
		state    state
	}{
		"First": {
			reason: "a first observation is reported, false values too",
			state:  state{ID: objectID, Status: "unknown"},
		},
		"Replaced": {
			reason:   "a later observation replaces the earlier one",
			previous: &state{ID: "old", Status: "down", Routes: []string{"192.0.2.0/24"}},
			state:    state{ID: objectID, Status: "up", Route: true, Routes: []string{"198.51.100.0/24"}},
		},
		"FieldsGone": {
			reason:   "a field that is no longer reported disappears",
			previous: &state{ID: objectID, Status: "up", Route: true, Routes: []string{"192.0.2.0/24", "198.51.100.0/24"}},
			state:    state{},
		},
	}
	for name, tc := range cases {
		for scope, empty := range scopes {
			t.Run(name+scope, func(t *testing.T) {
				mg := session(t, empty, asked(), named(objectID), func(mg resource.Managed) {
					mg.SetConditions(condition("Shining", "True", "Kept", ""))
				})
				if tc.previous != nil {
					if err := storeState(mg, endpoint, *tc.previous); err != nil {
						t.Fatal(err)
					}
				}
				if err := storeState(mg, endpoint, tc.state); err != nil {
					t.Fatal(err)
				}
				got, err := loadState[state](mg)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.state, got); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				if got := conditionsOf(mg)["Shining"]; got != "True/Kept" {
					t.Errorf("%s: the condition became %q", tc.reason, got)
				}
				if got := meta.GetExternalName(mg); got != objectID {
					t.Errorf("%s: the external name became %q", tc.reason, got)
				}
				loaded, err := loadArguments[args](mg, completion{})
				if err != nil || loaded.merged.Device != deviceID {
					t.Errorf("%s: the arguments became %+v, %v", tc.reason, loaded.merged, err)
				}
			})
		}
	}
}
