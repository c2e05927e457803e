// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// with returns an object that has a status beside its spec, with Synced and
// Ready as given.
func with(obj *unstructured.Unstructured, synced, ready string, atProvider map[string]any) *unstructured.Unstructured {
	obj.Object["status"] = map[string]any{"atProvider": atProvider, "conditions": []any{
		map[string]any{"type": "Synced", "status": synced}, map[string]any{"type": "Ready", "status": ready},
	}}
	return obj
}

func ref(kind, name string) map[string]any {
	return map[string]any{"apiVersion": "example.org/v1", "kind": kind, "name": name}
}

func TestShowTree(t *testing.T) {
	claim := with(object("example.org", "Claim", "team", "web", map[string]any{"resourceRef": ref("XClaim", "web-x")}), "True", "False", nil)
	composite := with(object("example.org", "XClaim", "", "web-x", map[string]any{
		"resourceRefs": []any{ref("Device", "web-x-1"), ref("BgpSession", "web-x-2")},
	}), "True", "False", nil)
	device := with(object("example.org", "Device", "", "web-x-1", nil), "False", "True", map[string]any{"state": "active", "accessPublicIpv4": "192.0.2.1"})
	session := with(object("example.org", "BgpSession", "", "web-x-2", nil), "True", "False", map[string]any{"addressFamily": "ipv4", "status": "down"})

	var out bytes.Buffer
	d := &demo{out: &out, kube: fake.NewClientBuilder().WithObjects(claim, composite, device, session).Build()}
	if err := d.showTree(t.Context(), claim.DeepCopy()); err != nil {
		t.Fatalf("showTree: %v", err)
	}
	want := `NAME                       SYNCED   READY   IS
Claim/web                  True     False   
└─ XClaim/web-x            True     False   
   ├─ Device/web-x-1       False    True    active 192.0.2.1
   └─ BgpSession/web-x-2   True     False   ipv4 down

`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("showTree: -want, +got:\n%s", diff)
	}
	composite.SetName("lost")
	if err := d.showTree(t.Context(), composite); err == nil {
		t.Error("showTree of what does not exist: want an error, got none")
	}
}
