// SPDX-License-Identifier: Apache-2.0

package e2e

import (
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
	servers := many(t, claims(), "many", project, "", 20)
	began := time.Now()
	for _, server := range servers {
		create(t, server)
	}
	await(t, "become Ready", ready(servers...))
	requests := sim.Requests(packetsim.Filter{Since: began})
	t.Logf("%d claims Ready after %s, with %d requests to the API, of which %v", len(servers), time.Since(began).Round(10*time.Millisecond), len(requests), changes(t, began, project))
	want := map[string]int{postDevice: len(servers), postSession: 2 * len(servers)}
	wantChanges(t, "each device and session is made once", project, began, want)
	wantOnce(t, project, servers, want)

	began = time.Now()
	end(t, project, servers...)
	t.Logf("gone after %s", time.Since(began).Round(10*time.Millisecond))
}

// many returns servers of a variant, which differ in their names only.
func many(t *testing.T, s style, name, project, variant string, n int) []*unstructured.Unstructured {
	t.Helper()
	var servers []*unstructured.Unstructured
	for i := range n {
		servers = append(servers, s.server(t, fmt.Sprintf("%s-%02d", name, i), project, variant))
	}
	return servers
}

// wantOnce fails the test unless each server has one device with one session of
// each family, and the project has nothing else: as many objects as were to be
// made.
func wantOnce(t *testing.T, project string, servers []*unstructured.Unstructured, made map[string]int) {
	t.Helper()
	want := map[string][]string{}
	for _, server := range servers {
		want[server.GetName()] = []string{"ipv4", "ipv6"}
	}
	if diff := cmp.Diff(want, families(project)); diff != "" {
		t.Errorf("devices and the families of their sessions: -want, +got:\n%s", diff)
	}
	for route, n := range made {
		got, err := count(t.Context(), project, route)
		check(t, err)
		if got != n {
			t.Errorf("made by %s: want %d, got %d", route, n, got)
		}
	}
}

// wantEqual fails the test if something is not as wanted.
func wantEqual[T any](t *testing.T, reason string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want, +got:\n%s", reason, diff)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
