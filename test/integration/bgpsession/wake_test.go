// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// asleep are flags with which a resource acts within a test only if it is
// woken: polls and back-off are longer than the test.
var asleep = []string{"--poll-interval=1h", "--backoff-base=10m", "--backoff-max=10m"}

var (
	isSynced  = condition(xpv1.TypeSynced, corev1.ConditionTrue, "")
	isStopped = condition(xpv1.TypeSynced, corev1.ConditionFalse, "ReconcileError")
)

// TestWake changes configurations and Secrets while their resources wait, for
// the next poll or the end of a back-off: each acts, and nobody
// else is woken. The test stops the provider.
func TestWake(t *testing.T) {
	f := newFixture(t)
	tenants := []*tenant{f.tenant(clusterScope), f.tenant(namespacedScope), f.tenant(sharedScope)}
	sessions := map[*tenant]*unstructured.Unstructured{}
	for _, tn := range tenants {
		device := f.sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: tn.name})
		sessions[tn] = tn.ready(map[string]any{"deviceId": device.ID}, nil)
	}
	bystander := f.tenant(namespacedScope)
	asleepOne := bystander.ready(nil, nil)
	before := 0
	restart(t, provider.stop, func() { before = f.reads(t.Context(), asleepOne) }, asleep...)
	defer restart(t, provider.stop, func() {})
	await(t.Context(), t, "the look after the start", func(ctx context.Context) error {
		if f.reads(ctx, asleepOne) == before {
			return errors.New("not yet")
		}
		return nil
	})
	before = f.reads(t.Context(), asleepOne)
	for _, tn := range tenants {
		tn.wakes(sessions[tn])
	}
	second := bystander.manifest(map[string]any{"addressFamily": "ipv6"}, nil)
	second.SetName(bystander.name + "-second")
	bystander.apply(second)
	bystander.awaitConfig("counting its users", users(2))
	if n := f.reads(t.Context(), asleepOne) - before; n != 0 {
		t.Errorf("changes in other namespaces, and of the number of users, have woken a resource %d times", n)
	}
}

// reads is how often a session was read by its id.
func (f *fixture) reads(ctx context.Context, u *unstructured.Unstructured) int {
	f.t.Helper()
	s, err := read(ctx, u)
	if err != nil {
		f.t.Fatal(err)
	}
	return len(f.sim.Requests(packetsim.Filter{Method: http.MethodGet, Path: "/bgp/sessions/" + meta.GetExternalName(s)}))
}

// wakes changes what a session's configuration says, step by step.
func (tn *tenant) wakes(u *unstructured.Unstructured) {
	tn.t.Helper()
	steps := []struct {
		what   string
		change func() error
		// repairs is false if the change stops the session from being synced.
		repairs bool
	}{
		{"a key that is not valid", func() error { return tn.setKey("invalid") }, false},
		{"a repaired key", func() error { return tn.setKey(tn.token.Token) }, true},
		{"a base URL where nobody listens", func() error { return tn.setBaseURL("http://127.0.0.1:1/") }, false},
		{"a repaired base URL", func() error { return tn.setBaseURL(tn.url) }, true},
		{"a Secret that was deleted", func() error { return kube.Delete(tn.t.Context(), tn.secret.DeepCopy()) }, false},
		{"a Secret that is there again", tn.recreateSecret, true},
	}
	for _, step := range steps {
		if err := step.change(); err != nil {
			tn.t.Fatalf("%s: %s: %v", tn.scope.name, step.what, err)
		}
		want := isStopped
		if step.repairs {
			want = isSynced
		}
		tn.awaitSession(tn.scope.name+": "+step.what, u, want)
	}
	rotated := tn.addToken(tn.token.Token + "-rotated")
	if err := tn.setKey(rotated.Token); err != nil {
		tn.t.Fatal(err)
	}
	await(tn.t.Context(), tn.t, tn.scope.name+": use of the rotated key", func(context.Context) error {
		if slices.ContainsFunc(tn.sim.Requests(), func(r packetsim.Request) bool { return r.TokenID == rotated.ID }) {
			return nil
		}
		return errors.New("it is not used")
	})
}

// TestWakeOnCreation has configurations appear that were missing when their
// resources were made. The test stops the provider.
func TestWakeOnCreation(t *testing.T) {
	f := newFixture(t)
	restart(t, provider.stop, func() {}, asleep...)
	defer restart(t, provider.stop, func() {})
	for _, s := range []scope{clusterScope, namespacedScope, sharedScope} {
		tn := f.tenant(s)
		device := f.sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: tn.name})
		config := tn.config.DeepCopy()
		if err := kube.Delete(t.Context(), tn.config.DeepCopy()); err != nil {
			t.Fatal(err)
		}
		await(t.Context(), t, "deletion of the unused configuration", gone(config))
		// One that exists needs no second look, as a creation does.
		f.sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
		u := tn.apply(tn.manifest(map[string]any{"deviceId": device.ID}, nil))
		tn.awaitSession(s.name+": waiting for its configuration", u, isStopped)
		config.SetResourceVersion("")
		config.SetUID("")
		f.create(config)
		tn.awaitSession(s.name+": seeing its configuration", u, all(isSynced, condition(xpv1.TypeReady, corev1.ConditionTrue, "")))
	}
}

// setKey replaces the key in the tenant's Secret.
func (tn *tenant) setKey(key string) error {
	patch := fmt.Sprintf(`{"stringData":{"token":%q}}`, key)
	return kube.Patch(context.Background(), tn.secret.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)))
}

func (tn *tenant) setBaseURL(url string) error {
	patch := fmt.Sprintf(`{"spec":{"baseUrl":%q}}`, url)
	return kube.Patch(context.Background(), tn.config.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)))
}

func (tn *tenant) recreateSecret() error {
	return kube.Create(context.Background(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: tn.secret.Namespace, Name: tn.secret.Name},
		StringData: map[string]string{"token": tn.token.Token},
	})
}
