// SPDX-License-Identifier: Apache-2.0

package device

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLife follows a device from its creation to its deletion.
func TestLife(t *testing.T) {
	t.Parallel()
	inBothScopes(t, slow(), func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.Apply(tm.device(map[string]any{"tags": []any{"a"}, "customData": `{"rack": 1}`}, tm.secret("edge-1")))
		tm.AwaitResource("queueing", u, stage.All(
			stage.Condition("Ready", corev1.ConditionFalse, "Provisioning", "queued: 0 %"), stage.AtProvider("state", "queued"),
		))
		device := tm.only()
		if len(device.Tags) != 2 || device.Tags[0] != "a" || !strings.HasPrefix(device.Tags[1], "crossplane-uid:"+string(u.GetUID())) {
			t.Errorf("want the tag and the mark, got %q", device.Tags)
		}
		tm.advance(5 * time.Minute)
		tm.AwaitResource("provisioning", u, stage.All(
			stage.Condition("Ready", corev1.ConditionFalse, "Provisioning", "provisioning: 50 %", "Last step: "),
			stage.AtProvider("state", "provisioning"), stage.AtProvider("provisioningPercentage", 50),
		))
		tm.settle()
		tm.advance(5 * time.Minute)
		tm.AwaitResource("becoming active", u, stage.All(
			stage.Ready, stage.ExternalName(device.ID), stage.AtProvider("state", "active"), stage.AtProvider("tags", "[a]"),
			stage.AtProvider("customData", `{"rack":1}`), stage.AtProvider("projectId", tm.project.ID), stage.AtProvider("metro", "sv"),
		))
		at := tm.Stored(u).Status.AtProvider
		for _, field := range []string{"activeAt", "accessPublicIpv4", "accessPublicIpv6", "accessPrivateIpv4", "network", "createdAt", "facility"} {
			if at[field] == nil {
				t.Errorf("want status to have %s, got %v", field, at)
			}
		}
		tm.wantSteps(u.GetUID())
		tm.wantSecret(at, device)
		tm.WantChanges("a device is created by one request", map[string]int{post: 1})

		tm.advance(25 * time.Hour)
		tm.settle()
		tm.wantSecret(at, device)

		tm.Delete(u)
		tm.settle()
		tm.advance(time.Minute)
		tm.AwaitGone(u)
		tm.WantChanges("and deleted by one", map[string]int{post: 1, remove: 1})
		if left := tm.Sim.Devices(); len(left) != 0 {
			t.Errorf("want no device left, got %+v", left)
		}
	})
}

// wantSteps fails the test if a step of provisioning is told twice, or none is.
func (tm *team) wantSteps(uid any) {
	tm.T.Helper()
	steps := tm.reports(uid)
	if len(steps) < 3 {
		tm.T.Errorf("want steps of provisioning as events, got %q", steps)
	}
	for step, n := range steps {
		if n != 1 {
			tm.T.Errorf("want each step told once, got %q %d times", step, n)
		}
	}
}

// wantSecret fails the test if the connection Secret holds something else.
func (tm *team) wantSecret(at map[string]any, device packetsim.Device) {
	tm.T.Helper()
	text := func(field string) string { s, _ := at[field].(string); return s }
	want := map[string]string{
		"id": device.ID, "hostname": "edge-1", "user": "root", "rootPassword": device.RootPassword,
		"sos":              device.ID + "@sos.sv15.platformequinix.com",
		"accessPublicIpv4": text("accessPublicIpv4"), "accessPublicIpv6": text("accessPublicIpv6"), "accessPrivateIpv4": text("accessPrivateIpv4"),
	}
	if diff := cmp.Diff(want, tm.SecretData("edge-1")); diff != "" {
		tm.T.Errorf("connection Secret: -want, +got:\n%s", diff)
	}
}

// TestSettings has everything changed that can be changed in place.
func TestSettings(t *testing.T) {
	t.Parallel()
	inBothScopes(t, packetsim.Timings{}, func(t *testing.T, tm *team) {
		t.Helper()
		u := tm.ready(map[string]any{"operatingSystem": "custom_ipxe", "userData": "#!/bin/sh\necho one"}, nil)
		tm.Patch(u, `{"spec":{"forProvider":{"hostname":"edge-2","description":"at the edge","billingCycle":"monthly","tags":["a","b"],
			"userData":"#!/bin/sh\necho two","customData":"{\"a\":1}","locked":true,"alwaysPxe":true,"ipxeScriptUrl":"https://boot.example/a"}}}`)
		tm.AwaitResource("update", u, stage.All(
			stage.Ready, stage.Condition("UpToDate", corev1.ConditionTrue, "AsAskedFor"),
			stage.AtProvider("hostname", "edge-2"), stage.AtProvider("tags", "[a b]"), stage.AtProvider("locked", true),
		))
		tm.settle()
		tm.WantChanges("all is changed by one request", map[string]int{post: 1, put: 1})
		d := tm.only()
		if !slices.Equal(d.Tags[:2], []string{"a", "b"}) || len(d.Tags) != 3 {
			t.Errorf("want the mark to stay, got tags %q", d.Tags)
		}
		if d.Description != "at the edge" || d.BillingCycle != "monthly" || d.UserData != "#!/bin/sh\necho two" ||
			!d.AlwaysPXE || d.IPXEScriptURL != "https://boot.example/a" || fmt.Sprint(d.CustomData["a"]) != "1" {
			t.Errorf("want every setting changed, got %+v", d)
		}
		if at := tm.Stored(u).Status.AtProvider; strings.Contains(cmp.Diff(nil, at), "echo") {
			t.Errorf("user data may hold secrets and is in status: %v", at)
		}
		// What somebody else changes is mended.
		if err := tm.Sim.UpdateDevice(d.ID, func(d *packetsim.Device) { d.Hostname, d.Locked = "taken", false }); err != nil {
			t.Fatal(err)
		}
		tm.Await(t.Context(), t, "mending", tm.changed(func(d packetsim.Device) bool { return d.Hostname == "edge-2" && d.Locked }))
		tm.Patch(u, `{"spec":{"forProvider":{"locked":false}}}`)
		tm.Await(t.Context(), t, "unlocking", tm.changed(func(d packetsim.Device) bool { return !d.Locked }))
	})
}
