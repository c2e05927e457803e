// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// The routes by which things are made, changed and deleted.
const (
	postDevice    = "POST /projects/{id}/devices"
	postSession   = "POST /devices/{id}/bgp/sessions"
	postBlock     = "POST /projects/{id}/ips"
	updateSession = "PUT /bgp/sessions/{id}"
	updateDevice  = "PUT /devices/{id}"
	deleteSession = "DELETE /bgp/sessions/{id}"
	deleteDevice  = "DELETE /devices/{id}"
	deleteBlock   = "DELETE /ips/{id}"
)

// changes counts the requests since a time that were to change something in a
// project, by method and route. They name the project, what it has, or one of
// the ids of what it had. To have the API ask its routers changes nothing.
func changes(t *testing.T, since time.Time, project string, ids ...string) map[string]int {
	t.Helper()
	paths, err := objects(t.Context(), project)
	check(t, err)
	ids = append(ids, project)
	for _, p := range paths {
		ids = append(ids, path.Base(p))
	}
	n := map[string]int{}
	for _, r := range sim.Requests(packetsim.Filter{Mutating: true, Since: since}) {
		of := func(id string) bool { return slices.Contains(strings.Split(r.Path, "/"), id) }
		if slices.ContainsFunc(ids, of) && !discovers(r) {
			n[r.Method+" "+r.Route]++
		}
	}
	return n
}

// discovers says whether a request has the API ask its routers.
func discovers(r packetsim.Request) bool { return strings.HasSuffix(r.Route, "/bgp/discover") }

// wantChanges fails the test if other changes than these were asked for in a
// project. It counts only after further polls of all that it has: what is done
// once too often is done then, if not before.
func wantChanges(t *testing.T, reason, project string, since time.Time, want map[string]int, ids ...string) {
	t.Helper()
	settle(t, project)
	if diff := cmp.Diff(want, changes(t, since, project, ids...)); diff != "" {
		t.Errorf("%s: requests that change something: -want, +got:\n%s", reason, diff)
	}
}

// settle waits until the provider has looked at each object of a project, acted
// accordingly, and looked again.
func settle(t *testing.T, project string) {
	t.Helper()
	began := time.Now()
	await(t, "two further polls of each object", func(ctx context.Context) error {
		paths, err := objects(ctx, project)
		if err != nil {
			return err
		}
		if len(paths) == 0 {
			return errors.New("the project is empty")
		}
		return polled(began, paths...)
	})
}

// polled returns an error unless each path was polled twice since a time, of
// which the beginning of a third poll is the sign.
func polled(since time.Time, paths ...string) error {
	polls := map[string]int{}
	for _, r := range sim.Requests(packetsim.Filter{Method: http.MethodGet, Since: since}) {
		polls[r.Path]++
	}
	for _, p := range paths {
		if polls[p] < 3 {
			return fmt.Errorf("%s was read %d of 3 times", p, polls[p])
		}
	}
	return nil
}

// objects lists the paths of the devices, sessions and blocks of a project.
func objects(ctx context.Context, project string) ([]string, error) {
	var paths []string
	for _, p := range sim.Snapshot(scope(project)).Projects {
		for _, d := range p.Devices {
			paths = append(paths, "/devices/"+d.Device.ID)
			for _, s := range d.Sessions {
				paths = append(paths, "/bgp/sessions/"+s.ID)
			}
		}
	}
	if _, found := sim.Project(project); !found {
		return nil, nil
	}
	reserved, err := blocks(ctx, project)
	for _, b := range reserved {
		paths = append(paths, "/ips/"+b.ID)
	}
	return paths, err
}
