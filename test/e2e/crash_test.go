// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestMany shows that twenty claims at once become Ready, and says what that
// takes.
func TestMany(t *testing.T) {
	project := newProject(t)
	servers := many(t, claims(), "many", project, 20)
	began := time.Now()
	for _, server := range servers {
		create(t, server)
	}
	await(t, "become Ready", ready(servers...))
	requests := sim.Requests(packetsim.Filter{Since: began})
	t.Logf("%d claims Ready after %s, with %d requests to the API, of which %v", len(servers), time.Since(began).Round(10*time.Millisecond), len(requests), changes(began))
	wantOnce(t, project, servers, began)

	began = time.Now()
	for _, server := range servers {
		remove(t, server)
	}
	await(t, "the claims go", gone(servers...))
	await(t, "nothing of them stays at the API", empty(project))
	t.Logf("gone after %s", time.Since(began).Round(10*time.Millisecond))
}

// TestKilled shows that nothing is lost and nothing is made twice when a
// program is killed while claims and composites become Ready, and again while
// they go.
func TestKilled(t *testing.T) {
	cases := map[string]struct {
		reason        string
		kill, restart func(t *testing.T)
	}{
		"core": {
			reason:  "Crossplane's core composes",
			kill:    func(t *testing.T) { t.Helper(); check(t, core.Core.Kill()) },
			restart: func(t *testing.T) { t.Helper(); check(t, core.Core.Start(t.Context())) },
		},
		"provider": {
			reason:  "the provider speaks to the API",
			kill:    func(t *testing.T) { t.Helper(); check(t, provider.process.Kill()) },
			restart: func(t *testing.T) { t.Helper(); check(t, provider.start()) },
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			project, began := newProject(t), time.Now()
			servers := append(many(t, claims(), name+"-claim", project, 4), many(t, composites(), name+"-composite", project, 4)...)
			for _, server := range servers {
				create(t, server)
			}
			for _, moment := range moments(project, began) {
				await(t, tc.reason, moment)
				tc.kill(t)
				t.Logf("killed with %d devices, and %d sessions made", len(families(project)), changes(began)[postSession])
				tc.restart(t)
			}
			await(t, "become Ready all the same", ready(servers...))
			wantOnce(t, project, servers, began)

			for _, server := range servers {
				remove(t, server)
			}
			await(t, tc.reason, func(context.Context) error {
				if n := len(families(project)); n == len(servers) {
					return fmt.Errorf("there are still %d devices", n)
				}
				return nil
			})
			tc.kill(t)
			t.Logf("killed again with %d devices left", len(families(project)))
			tc.restart(t)
			await(t, "the servers go", gone(servers...))
			await(t, "nothing of them stays at the API", empty(project))
		})
	}
}

// moments are when a program is killed: in the middle of making devices, and in
// the middle of making sessions.
func moments(project string, began time.Time) []func(context.Context) error {
	return []func(context.Context) error{
		func(context.Context) error {
			if n := len(families(project)); n < 2 {
				return fmt.Errorf("there are %d devices", n)
			}
			return nil
		},
		func(context.Context) error {
			if n := changes(began)[postSession]; n < 2 {
				return fmt.Errorf("%d sessions were made", n)
			}
			return nil
		},
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func many(t *testing.T, s style, name, project string, n int) []*unstructured.Unstructured {
	t.Helper()
	var servers []*unstructured.Unstructured
	for i := range n {
		servers = append(servers, s.server(t, fmt.Sprintf("%s-%02d", name, i), project, ""))
	}
	return servers
}

// wantOnce fails the test unless each server has its device with a session of
// each family, and nothing was made that is not there.
func wantOnce(t *testing.T, project string, servers []*unstructured.Unstructured, since time.Time) {
	t.Helper()
	want := map[string][]string{}
	for _, server := range servers {
		want[server.GetName()] = []string{"ipv4", "ipv6"}
	}
	if diff := cmp.Diff(want, families(project)); diff != "" {
		t.Errorf("devices and the families of their sessions: -want, +got:\n%s", diff)
	}
	if n := len(sim.Snapshot(scope(project)).Projects[0].Devices); n != len(servers) {
		t.Errorf("want %d devices, got %d", len(servers), n)
	}
	wantChanges(t, "each device and session is made once", since, map[string]int{postDevice: len(servers), postSession: 2 * len(servers)})
}
