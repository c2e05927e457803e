// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const (
	// password is the TCP-MD5 password of the project's sessions.
	password = "CorrectHorse1Staple"
	// keyPrefix is how every key begins, and nothing else.
	keyPrefix = "key-of-"
)

// postRoute is the route of creations.
const postRoute = "/devices/{id}/bgp/sessions"

// A fixture is a Packet API with one device in a project that has BGP enabled.
type fixture struct {
	t       *testing.T
	sim     *packetsim.Sim
	url     string
	project packetsim.Project
	device  packetsim.Device
	// tenants is how many there are.
	tenants int
	// closers stop what else serves the API, after all sessions are deleted.
	closers []func() error
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureWith(t, packetsim.Timings{})
}

// newFixtureWith has an API in which things take time.
func newFixtureWith(t *testing.T, timings packetsim.Timings) *fixture {
	t.Helper()
	sim := packetsim.Start(t, packetsim.Config{LogTo: evidence.requests, Timings: timings})
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
	// The letter keeps one tenant's name from being part of another's.
	name := fmt.Sprintf("%c-%s", 'a'+f.tenants, strings.ToLower(strings.ReplaceAll(f.t.Name(), "/", "-")))
	f.tenants++
	token := f.addToken(keyPrefix + name)
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

// addToken makes a key of the project valid. It has to begin with keyPrefix.
func (f *fixture) addToken(key string) packetsim.Token {
	f.t.Helper()
	if !strings.HasPrefix(key, keyPrefix) {
		f.t.Fatalf("the search for keys would not find %s", key)
	}
	return f.sim.AddToken(packetsim.Token{Token: key, ProjectID: f.project.ID})
}

func (f *fixture) create(obj client.Object) {
	f.t.Helper()
	if err := kube.Create(f.t.Context(), obj); err != nil {
		f.t.Fatalf("cannot create %T %s: %v", obj, obj.GetName(), err)
	}
}

// settle waits until the provider has looked for sessions so often, with each
// of the keys, that it has carried out at least two more reconciliations.
func (f *fixture) settle(keys ...packetsim.Token) {
	f.t.Helper()
	f.settleFor(3, keys...)
}

// settleFor waits until sessions were read so often with each of the keys.
func (f *fixture) settleFor(looks int, keys ...packetsim.Token) {
	f.t.Helper()
	for _, key := range keys {
		before := f.looks(key)
		await(f.t.Context(), f.t, "wait for further reconciliations", func(context.Context) error {
			if n := f.looks(key) - before; n < looks {
				return fmt.Errorf("%d of %d reads of sessions so far", n, looks)
			}
			return nil
		})
	}
}

// looks is how often sessions were read with a key. A request that met a fault
// may not say whose it is, and counts for everybody.
func (f *fixture) looks(key packetsim.Token) int {
	n := 0
	for _, r := range f.sim.Requests(
		packetsim.Filter{Method: http.MethodGet, Route: "/bgp/sessions/{id}"},
		packetsim.Filter{Method: http.MethodGet, Route: postRoute},
	) {
		if r.TokenID == key.ID || r.TokenID == "" {
			n++
		}
	}
	return n
}

// changes counts, by method, the requests that were to change something. To
// have the API ask its routers changes nothing.
func (f *fixture) changes() map[string]int {
	n := map[string]int{}
	for _, r := range f.sim.Requests(packetsim.Filter{Mutating: true}) {
		if !strings.HasSuffix(r.Route, "/bgp/discover") {
			n[r.Method]++
		}
	}
	return n
}

// writes counts the requests with a key that were anything but reads.
func (f *fixture) writes(key packetsim.Token) int {
	n := 0
	for _, r := range f.sim.Requests(packetsim.Filter{Mutating: true}) {
		if r.TokenID == key.ID || r.TokenID == "" {
			n++
		}
	}
	return n
}

// wantNoWrites fails the test if anything but reads was asked for with a key.
func (f *fixture) wantNoWrites(reason string, key packetsim.Token) {
	f.t.Helper()
	if n := f.writes(key); n != 0 {
		f.t.Errorf("%s: got %d requests that are no reads: %+v", reason, n, f.sim.Requests(packetsim.Filter{Mutating: true}))
	}
}

// wantChanges fails the test if other changes than these were asked for.
func (f *fixture) wantChanges(reason string, want map[string]int) {
	f.t.Helper()
	if diff := cmp.Diff(want, f.changes()); diff != "" {
		f.t.Errorf("%s: requests that change something: -want, +got:\n%s", reason, diff)
	}
}

// ignoreTimes leaves out of a comparison what reading changes.
var ignoreTimes = cmpopts.IgnoreFields(packetsim.BGPSession{}, "UpdatedAt", "Steps")

// only returns the API's only session.
func (f *fixture) only() packetsim.BGPSession {
	f.t.Helper()
	all := f.sim.Sessions()
	if len(all) != 1 {
		f.t.Fatalf("want one session at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}
