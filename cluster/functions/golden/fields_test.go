// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	fnv1beta1 "github.com/crossplane/function-sdk-go/proto/v1beta1"
)

// TestDevice shows what other servers than that of the golden files ask of
// their device, in every composition.
func TestDevice(t *testing.T) {
	const project, old, other = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000d0", "00000000-0000-4000-8000-0000000000d1"
	function := start(t)
	// What the API server adds to what a user leaves out.
	defaults := map[string]any{"metro": "sv", "size": "small", "defaultRoute": false, "announce": []any{}, "reservedAddresses": 1.0}
	cases := map[string]struct {
		reason string
		spec   map[string]any
		status map[string]any
		// external is the external name of the device, arguments are some of its
		// arguments: what is nil is not there.
		external  any
		policies  any
		arguments map[string]any
	}{
		"Required": {
			reason: "a user writes the project and the metro; the rest has defaults",
			spec:   map[string]any{"project": map[string]any{"name": "servers"}},
			arguments: map[string]any{
				"projectId": nil, "projectIdRef": map[string]any{"name": "servers"}, "hostname": "edge", "plan": "c3.small.x86", "metro": "sv",
			},
		},
		"TakenOver": {
			reason: "a device that exists is named by its id, and so is a project",
			spec: map[string]any{
				"project": map[string]any{"id": project}, "deviceId": old, "hostname": "old-1.example.org", "size": "large", "onDelete": "Delete",
			},
			external: old, policies: []any{"*"},
			arguments: map[string]any{
				"projectId": project, "projectIdRef": nil, "hostname": "old-1.example.org", "plan": "m3.large.x86", "metro": "sv",
			},
		},
		"Replaced": {
			reason:   "another device was made in place of one that was taken over and has vanished",
			spec:     map[string]any{"project": map[string]any{"id": project}, "deviceId": old, "onDelete": "Orphan"},
			status:   map[string]any{"device": map[string]any{"id": other}},
			external: other, policies: []any{"Observe", "Create", "Update", "LateInitialize"},
			arguments: map[string]any{"projectId": project, "projectIdRef": nil, "hostname": "edge", "plan": "c3.small.x86", "metro": "sv"},
		},
		"Made": {
			reason:    "the name of a device that was made is the provider's to write",
			spec:      map[string]any{"project": map[string]any{"id": project}},
			status:    map[string]any{"device": map[string]any{"id": other}},
			arguments: map[string]any{"projectId": project, "projectIdRef": nil, "hostname": "edge", "plan": "c3.small.x86", "metro": "sv"},
		},
	}
	for _, style := range []string{"namespaced", "claim"} {
		for _, variant := range variants {
			for name, tc := range cases {
				t.Run(style+"/"+variant+"/"+name, func(t *testing.T) {
					xr := composite(t, style, true).AsMap()
					spec := maps.Clone(defaults)
					maps.Copy(spec, tc.spec)
					xr["spec"] = spec
					maps.Copy(xr["status"].(map[string]any), tc.status)
					rsp, err := function.RunFunction(t.Context(), &fnv1beta1.RunFunctionRequest{
						Input:    input(t, readOne(t, filepath.Join(compositions, style, variant+".yaml"))),
						Observed: &fnv1beta1.State{Composite: &fnv1beta1.Resource{Resource: toStruct(t, xr)}},
					})
					if err != nil {
						t.Fatalf("%s\nRunFunction: %v", tc.reason, err)
					}
					device := rsp.GetDesired().GetResources()["device"].GetResource().AsMap()
					arguments, _ := device["spec"].(map[string]any)
					asked, _ := arguments["forProvider"].(map[string]any)
					got := map[string]any{}
					for argument := range tc.arguments {
						got[argument] = asked[argument]
					}
					if diff := cmp.Diff(tc.arguments, got); diff != "" {
						t.Errorf("%s\narguments of the device: -want, +got:\n%s", tc.reason, diff)
					}
					if diff := cmp.Diff(tc.policies, arguments["managementPolicies"]); diff != "" {
						t.Errorf("%s\nmanagement policies of the device: -want, +got:\n%s", tc.reason, diff)
					}
					metadata, _ := device["metadata"].(map[string]any)
					annotations, _ := metadata["annotations"].(map[string]any)
					if diff := cmp.Diff(tc.external, annotations["crossplane.io/external-name"]); diff != "" {
						t.Errorf("%s\nexternal name of the device: -want, +got:\n%s", tc.reason, diff)
					}
				})
			}
		}
	}
}
