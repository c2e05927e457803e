// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/bgpsession"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestBadCredentials(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		wrong := tn.token.Token + "-wrong"
		tn.putKey(wrong)
		u := tn.apply(tn.manifest(nil, nil))
		tn.awaitSession("refusal", u, all(
			condition("Ready", corev1.ConditionFalse, string(external.ReasonUnauthorized)),
			condition("Synced", corev1.ConditionFalse, ""),
		))
		for _, c := range tn.stored(u).Status.Conditions {
			if !strings.Contains(c.Message, "put a valid key in its place") || !strings.Contains(c.Message, tn.scope.config+" "+tn.name) {
				t.Errorf("condition %s does not name the remedy: %q", c.Type, c.Message)
			}
			if strings.Contains(c.Message, wrong) {
				t.Errorf("condition %s has the key: %q", c.Type, c.Message)
			}
		}
		tn.wantChanges("without a key nothing is changed", map[string]int{})
		pid := provider.process.PID()
		tn.putKey(tn.token.Token)
		tn.awaitReady(u)
		if got := provider.process.PID(); got != pid {
			t.Errorf("the provider was started again: process %d, now %d", pid, got)
		}
		tn.wantNowhere(wrong, tn.token.Token)
	})
}

func TestKeyRevoked(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		u := tn.ready(nil, nil)
		id := tn.only().ID
		tn.sim.RemoveToken(tn.token.Token)
		// The session may well be there: Ready says what was last known.
		tn.awaitSession("refusal", u, all(
			condition("Synced", corev1.ConditionFalse, ""),
			condition("Established", corev1.ConditionUnknown, "Unreadable"),
			condition("Ready", corev1.ConditionTrue, ""),
		))
		tn.token = tn.addToken(tn.token.Token + "-new")
		tn.putKey(tn.token.Token)
		tn.awaitReady(u)
		tn.settle(tn.token)
		tn.awaitSession("keeping the session", u, externalName(id))
		tn.wantChanges("a key that is exchanged changes nothing", map[string]int{"POST": 1})
	})
}

// putKey puts a key into the Secret.
func (tn *tenant) putKey(key string) {
	tn.t.Helper()
	patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"stringData":{"token":%q}}`, key))
	if err := kube.Patch(tn.t.Context(), tn.secret.DeepCopy(), patch); err != nil {
		tn.t.Fatalf("cannot change the key: %v", err)
	}
}

// wantNowhere fails the test if a key stands in the provider's log or in an
// Event.
func (tn *tenant) wantNowhere(keys ...string) {
	tn.t.Helper()
	log, err := os.ReadFile(provider.log)
	if err != nil {
		tn.t.Fatal(err)
	}
	events := &corev1.EventList{}
	if err := kube.List(tn.t.Context(), events); err != nil {
		tn.t.Fatal(err)
	}
	for _, key := range keys {
		if bytes.Contains(log, []byte(key)) {
			tn.t.Errorf("the provider's log has the key %s", key)
		}
		for _, e := range events.Items {
			if strings.Contains(e.Message, key) {
				tn.t.Errorf("an event has the key %s: %s", key, e.Message)
			}
		}
	}
}

func TestNoDevice(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, tn *tenant) {
		t.Helper()
		const missing = "00000000-0000-4000-8000-00000000dead"
		u := tn.apply(tn.manifest(map[string]any{"deviceId": missing}, nil))
		tn.awaitSession("refusal", u, condition("Ready", corev1.ConditionFalse, string(bgpsession.ReasonDeviceNotFound)))
		tn.settle(tn.token)
		tn.wantChanges("nothing is asked for without a device", map[string]int{})
		tn.sim.AddDevice(packetsim.Device{ID: missing, ProjectID: tn.project.ID, Hostname: "late"})
		tn.awaitReady(u)
		tn.wantChanges("once there is the device the session is made", map[string]int{"POST": 1})
	})
}
