// SPDX-License-Identifier: Apache-2.0

package device

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

const (
	postRoute   = "/projects/{id}/devices"
	deviceRoute = "/devices/{id}"

	post   = "POST " + postRoute
	put    = "PUT " + deviceRoute
	remove = "DELETE " + deviceRoute
)

// A team has a project on an API of its own.
type team struct {
	*stage.Tenant

	project packetsim.Project
}

func newTeam(t *testing.T, scope stage.Scope, timings packetsim.Timings) *team {
	t.Helper()
	sim := packetsim.Start(t, packetsim.Config{Clock: clocktesting.NewFakeClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)), Timings: timings})
	project := sim.AddProject(packetsim.Project{Name: "test"})
	token := sim.AddToken(packetsim.Token{Token: "key-of-the-project", ProjectID: project.ID})
	return &team{Tenant: here.Tenant(t, scope, sim, token), project: project}
}

// slow are timings with which provisioning takes ten minutes.
func slow() packetsim.Timings {
	return packetsim.Timings{
		Queued: time.Minute, Addresses: time.Minute, Provisioning: 8 * time.Minute,
		Deprovisioning: time.Minute, Failed: time.Minute, Hidden: time.Minute,
	}
}

// inBothScopes runs a test for each scope, in parallel with others.
func inBothScopes(t *testing.T, timings packetsim.Timings, test func(t *testing.T, tm *team)) {
	t.Helper()
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			test(t, newTeam(t, scope, timings))
		})
	}
}

// device returns a manifest with further arguments and fields of the spec.
func (tm *team) device(arguments, spec map[string]any) *unstructured.Unstructured {
	all := map[string]any{
		"projectId": tm.project.ID, "plan": "c3.small.x86", "operatingSystem": "ubuntu_22_04", "metro": "sv",
		"hostname": "edge-1", "noSshKeys": true,
	}
	maps.Copy(all, arguments)
	for name, value := range all {
		if value == nil {
			delete(all, name)
		}
	}
	return tm.Manifest("Device", "edge-1", all, spec)
}

// ready applies the default manifest and waits until the device can be used.
func (tm *team) ready(arguments, spec map[string]any) *unstructured.Unstructured {
	tm.T.Helper()
	u := tm.Apply(tm.device(arguments, spec))
	tm.AwaitResource("becoming Ready", u, stage.Ready)
	return u
}

// advance lets time pass at the API.
func (tm *team) advance(d time.Duration) {
	tm.T.Helper()
	if err := tm.Sim.Advance(d); err != nil {
		tm.T.Fatal(err)
	}
}

// only returns the API's only device.
func (tm *team) only() packetsim.Device {
	tm.T.Helper()
	all := tm.Sim.Devices()
	if len(all) != 1 {
		tm.T.Fatalf("want one device at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}

// settle waits until the provider has looked at the device several times more.
func (tm *team) settle() {
	tm.T.Helper()
	tm.Settle(packetsim.Filter{Method: http.MethodGet, Route: deviceRoute})
}

// settleList waits until the provider has looked for the device several times
// more.
func (tm *team) settleList() {
	tm.T.Helper()
	tm.Settle(packetsim.Filter{Method: http.MethodGet, Route: postRoute})
}

// secret is how a manifest asks for a connection Secret.
func (tm *team) secret(name string) map[string]any {
	ref := map[string]any{"name": name}
	if !tm.Namespaced {
		ref["namespace"] = tm.Name
	}
	return map[string]any{"writeConnectionSecretToRef": ref}
}
