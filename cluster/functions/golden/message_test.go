// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"path/filepath"
	"testing"

	fnv1beta1 "github.com/crossplane/function-sdk-go/proto/v1beta1"
)

// TestMessage shows that a server tells what keeps it from being ready, in the
// words of the first part that is not: others wait for it.
func TestMessage(t *testing.T) {
	function := start(t)
	ready := condition("Ready", "True", "")
	cases := map[string]struct {
		reason string
		// conditions are those of the parts that are not as they should be.
		conditions map[string][]any
		want       string
	}{
		"None": {
			reason: "There is nothing to tell.",
		},
		"First": {
			reason: "The sessions wait for the device.",
			conditions: map[string][]any{
				"device":       {condition("Synced", "True", ""), condition("Ready", "False", "the device failed")},
				"session-ipv4": {condition("Ready", "False", "the device is not active"), condition("Synced", "True", "")},
				"session-ipv6": {condition("Ready", "False", "the device is not active")},
			},
			want: "the device failed",
		},
		"Last": {
			reason:     "What the first parts have not to tell does not hide what the last has.",
			conditions: map[string][]any{"session-ipv6": {condition("Ready", "False", "the routers speak IPv4 only")}},
			want:       "the routers speak IPv4 only",
		},
		"Middle": {
			reason:     "What the last parts have not to tell does not hide what one before them has.",
			conditions: map[string][]any{"device": {condition("Ready", "False", "the device failed")}},
			want:       "the device failed",
		},
		"Synced": {
			reason:     "A part that cannot be made says so in another condition.",
			conditions: map[string][]any{"device": {condition("Ready", "False", ""), condition("Synced", "False", "no capacity")}},
			want:       "no capacity",
		},
		"Others": {
			reason:     "A part may be ready although a condition of another kind is False.",
			conditions: map[string][]any{"session-ipv4": {condition("Established", "False", "a router says down"), ready}},
		},
		"Silent": {
			reason:     "A part that is being made has nothing to say yet.",
			conditions: map[string][]any{"device": {condition("Ready", "False", "")}},
		},
		"Signs": {
			reason:     "The words of the API arrive as they are.",
			conditions: map[string][]any{"device": {condition("Ready", "False", `422: {"errors": ["no <c3> & \"m3\"]"]} 50 %s \`)}},
			want:       `422: {"errors": ["no <c3> & \"m3\"]"]} 50 %s \`,
		},
	}
	for _, style := range []string{"namespaced", "claim"} {
		composition := readOne(t, filepath.Join(compositions, style, "dual-stack.yaml"))
		for name, tc := range cases {
			t.Run(style+"/"+name, func(t *testing.T) {
				in := input(t, composition)
				parts := observed(t, style, in)
				for part, all := range tc.conditions {
					changed := parts[part].GetResource().AsMap()
					changed["status"].(map[string]any)["conditions"] = all
					parts[part].Resource = toStruct(t, changed)
				}
				rsp, err := function.RunFunction(t.Context(), &fnv1beta1.RunFunctionRequest{
					Input:    in,
					Observed: &fnv1beta1.State{Composite: &fnv1beta1.Resource{Resource: composite(t, style, true)}, Resources: parts},
				})
				if err != nil {
					t.Fatalf("%s\nRunFunction: %v", tc.reason, err)
				}
				for _, r := range rsp.GetResults() {
					t.Errorf("%s\nthe function says: %s", tc.reason, r.GetMessage())
				}
				status, _ := rsp.GetDesired().GetComposite().GetResource().AsMap()["status"].(map[string]any)
				got, _ := status["message"].(string)
				if id := status["projectId"]; id == "" || id == nil {
					t.Errorf("%s\nwant the rest of the status to stay, got %v", tc.reason, status)
				}
				if got != tc.want {
					t.Errorf("%s\nwant the message %q, got %q", tc.reason, tc.want, got)
				}
			})
		}
	}
}

// condition returns a condition as Kubernetes stores it: without a message if
// that is empty.
func condition(kind, status, message string) map[string]any {
	c := map[string]any{"type": kind, "status": status, "reason": "Test", "lastTransitionTime": "2026-01-01T00:00:00Z"}
	if message != "" {
		c["message"] = message
	}
	return c
}
