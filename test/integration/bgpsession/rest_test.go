// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const (
	// manySessions are at rest for restPolls polls.
	manySessions = 200
	restPolls    = 10
)

// TestRest has 200 sessions at rest over 10 polls: the provider writes nothing
// into Kubernetes. That they were polled is known from the API's log of
// requests, that nothing was written from the API server's audit log. A
// provider that is killed and started again finds them as they should be, and
// writes nothing either. The test stops the provider.
func TestRest(t *testing.T) {
	f := newFixture(t)
	// Polls would only delay the creations.
	restart(t, provider.stop, func() {}, "--poll-interval=1h")
	defer restart(t, provider.stop, func() {})
	f.many(manySessions, f.tenant(clusterScope), f.tenant(namespacedScope), f.tenant(sharedScope))
	flags := []string{"--poll-interval=1s"}
	restart(t, provider.stop, func() {}, flags...)
	f.polls(2) // What a creation leaves to be told is told.

	begin := time.Now()
	f.polls(restPolls)
	wantNoKubernetesWrites(t, "at rest", begin)

	begin = time.Now()
	restart(t, provider.kill, func() {}, flags...)
	f.polls(2)
	wantNoKubernetesWrites(t, "started again", begin)
}

// many applies so many sessions, in turn for each of the tenants, every fourth
// with a connection Secret, and waits until all are up.
func (f *fixture) many(n int, tenants ...*tenant) {
	f.t.Helper()
	var sessions []*unstructured.Unstructured
	f.t.Cleanup(func() { f.deleteAll(sessions) })
	var device packetsim.Device
	for i := range n {
		family := "ipv6"
		if i%2 == 0 {
			family = "ipv4"
			device = f.sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: fmt.Sprintf("edge-%d", i)})
		}
		tn := tenants[i%len(tenants)]
		spec := map[string]any{}
		if i%4 == 0 {
			ref := map[string]any{"name": fmt.Sprintf("bgp-%d", i)}
			if !tn.namespaced {
				ref["namespace"] = tn.name
			}
			spec["writeConnectionSecretToRef"] = ref
		}
		u := tn.manifest(map[string]any{"deviceId": device.ID, "addressFamily": family}, spec)
		u.SetName(fmt.Sprintf("%s-%d", tn.name, i))
		f.create(u)
		sessions = append(sessions, u)
	}
	for _, u := range sessions {
		tenants[0].awaitReady(u)
	}
}

// deleteAll deletes sessions after the test, all at once.
func (f *fixture) deleteAll(sessions []*unstructured.Unstructured) {
	ctx := context.Background() // The test's own has ended.
	for _, u := range sessions {
		if err := client.IgnoreNotFound(kube.Delete(ctx, u.DeepCopy())); err != nil {
			f.t.Errorf("cannot delete the session after the test: %v", err)
		}
	}
	for _, u := range sessions {
		await(ctx, f.t, "deletion after the test", gone(u))
	}
}

// polls waits until each of the API's sessions was read so often.
func (f *fixture) polls(n int) {
	f.t.Helper()
	for range n {
		begin := time.Now()
		await(f.t.Context(), f.t, "wait for polls", func(context.Context) error {
			read := map[string]bool{}
			for _, r := range f.sim.Requests(packetsim.Filter{Method: http.MethodGet, Route: "/bgp/sessions/{id}", Status: http.StatusOK}) {
				if r.Time.After(begin) {
					read[r.Path] = true
				}
			}
			if all := len(f.sim.Sessions()); len(read) < all {
				return fmt.Errorf("%d of %d sessions were read", len(read), all)
			}
			return nil
		})
	}
}

// wantNoKubernetesWrites fails the test if the provider has written into
// Kubernetes since then.
func wantNoKubernetesWrites(t *testing.T, when string, since time.Time) {
	t.Helper()
	for _, w := range kubernetesWrites(t, since) {
		t.Errorf("%s: want no writes, got %s %s/%s %s/%s: %d", when, w.Verb, w.Resource, w.Subresource, w.Namespace, w.Name, w.Code)
	}
}

// kubernetesWrites are the provider's writes into Kubernetes since then. The
// provider reads keys at each poll: once a later request of its is in the audit
// log, so are all the earlier ones.
func kubernetesWrites(t *testing.T, since time.Time) []localcluster.Request {
	t.Helper()
	user := localcluster.ServiceAccountUser(systemNamespace, serviceAccount)
	now := time.Now()
	await(t.Context(), t, "the audit log", func(context.Context) error {
		all, err := cluster.Requests(user)
		if err != nil {
			return err
		}
		if len(all) == 0 || !all[len(all)-1].Time.After(now) {
			return fmt.Errorf("the last of %d requests is too old", len(all))
		}
		return nil
	})
	writes, err := cluster.Writes(user)
	if err != nil {
		t.Fatal(err)
	}
	var out []localcluster.Request
	for _, w := range writes {
		if w.Time.After(since) {
			out = append(out, w)
		}
	}
	return out
}
