// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// password is the TCP-MD5 password of the project's sessions.
const password = "correct-horse"

// postRoute is the route of creations.
const postRoute = "/devices/{id}/bgp/sessions"

// A fixture is a Packet API with one device in a project that has BGP enabled.
type fixture struct {
	t       *testing.T
	sim     *packetsim.Sim
	url     string
	project packetsim.Project
	device  packetsim.Device
	// closers stop what else serves the API, after all sessions are deleted.
	closers []func() error
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	sim := packetsim.Start(t, packetsim.Config{})
	f := &fixture{t: t, sim: sim, url: sim.URL, project: sim.AddProject(packetsim.Project{Name: "test"})}
	t.Cleanup(func() {
		for _, stop := range f.closers {
			if err := stop(); err != nil {
				t.Errorf("cannot stop serving the API: %v", err)
			}
		}
	})
	f.enableBGP()
	f.device = sim.AddDevice(packetsim.Device{ProjectID: f.project.ID, Hostname: "edge-1"})
	return f
}

func (f *fixture) enableBGP() {
	f.t.Helper()
	if _, err := f.sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: f.project.ID, MD5: password}); err != nil {
		f.t.Fatalf("cannot enable BGP: %v", err)
	}
}

// tenant gives a scope a namespace, a key of its own and a configuration.
func (f *fixture) tenant(s scope) *tenant {
	f.t.Helper()
	name := strings.ToLower(strings.ReplaceAll(f.t.Name(), "/", "-") + "-" + s.name)
	token := f.sim.AddToken(packetsim.Token{Token: "key-of-" + name, ProjectID: f.project.ID})
	tn := &tenant{fixture: f, scope: s, name: name, token: token}
	f.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	tn.secret = &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "packet-key"},
		StringData: map[string]string{"token": token.Token},
	}
	f.create(tn.secret)
	ref := map[string]any{"name": tn.secret.Name, "key": "token"}
	if !s.configNamespaced {
		ref["namespace"] = name
	}
	tn.config = &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"baseUrl":     f.url,
		"credentials": map[string]any{"source": "Secret", "secretRef": ref},
	}}}
	tn.config.SetGroupVersionKind(s.providerConfig())
	tn.config.SetName(name)
	if s.configNamespaced {
		tn.config.SetNamespace(name)
	}
	f.create(tn.config)
	return tn
}

func (f *fixture) create(obj client.Object) {
	f.t.Helper()
	if err := kube.Create(f.t.Context(), obj); err != nil {
		f.t.Fatalf("cannot create %T %s: %v", obj, obj.GetName(), err)
	}
}

// settle waits until the provider has looked for sessions so often, with one
// of the keys, that it has carried out at least two more reconciliations.
func (f *fixture) settle(keys ...packetsim.Token) {
	f.t.Helper()
	for _, key := range keys {
		before := f.looks(key)
		await(f.t.Context(), f.t, "wait for further reconciliations", func(context.Context) error {
			if n := f.looks(key) - before; n < 3 {
				return fmt.Errorf("%d reads of sessions so far", n)
			}
			return nil
		})
	}
}

// looks is how often sessions were read with a key.
func (f *fixture) looks(key packetsim.Token) int {
	n := 0
	for _, r := range f.sim.Requests(
		packetsim.Filter{Method: http.MethodGet, Route: "/bgp/sessions/{id}"},
		packetsim.Filter{Method: http.MethodGet, Route: postRoute},
	) {
		if r.TokenID == key.ID {
			n++
		}
	}
	return n
}

// changes counts, by method, the requests that were to change something.
func (f *fixture) changes() map[string]int {
	n := map[string]int{}
	for _, r := range f.sim.Requests(packetsim.Filter{Mutating: true}) {
		n[r.Method]++
	}
	return n
}

// wantChanges fails the test if other changes than these were asked for.
func (f *fixture) wantChanges(reason string, want map[string]int) {
	f.t.Helper()
	if diff := cmp.Diff(want, f.changes()); diff != "" {
		f.t.Errorf("%s: requests that change something: -want, +got:\n%s", reason, diff)
	}
}

// only returns the API's only session.
func (f *fixture) only() packetsim.BGPSession {
	f.t.Helper()
	all := f.sim.Sessions()
	if len(all) != 1 {
		f.t.Fatalf("want one session at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}
