// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestKilled shows that nothing is lost and nothing is made twice when a
// program is killed in the middle of making blocks of addresses, devices and
// sessions, and again in the middle of deleting the devices. What the middle
// is, the API decides: it lets some requests pass, and holds back the others
// until the program is dead.
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
			// Their devices are composed as the blocks are made, by core; all else is
			// made by the provider.
			servers := append(many(t, claims(), name+"-claim", project, "with-prefix", 4), many(t, composites(), name+"-composite", project, "with-prefix", 4)...)
			all := map[string]int{postBlock: len(servers), postDevice: len(servers), postSession: 2 * len(servers)}

			b := hold(t, http.MethodPost, "/projects/{id}/ips")
			for _, server := range servers {
				create(t, server)
			}
			for _, next := range []struct{ route, method, path string }{
				{postBlock, http.MethodPost, "/projects/{id}/devices"},
				{postDevice, http.MethodPost, "/devices/{id}/bgp/sessions"},
				{postSession, "", ""},
			} {
				await(t, tc.reason, b.inTheMiddle)
				tc.kill(t)
				wantMiddle(t, project, next.route, all[next.route])
				held := b
				if next.method != "" {
					b = hold(t, next.method, next.path)
				}
				held.open()
				tc.restart(t)
			}
			await(t, "become Ready all the same", ready(servers...))
			settle(t, project)
			wantOnce(t, project, servers, all)
			wantEqual(t, "requests that have changed something", all, effects(began))

			began = time.Now()
			b = hold(t, http.MethodDelete, "/devices/{id}")
			for _, server := range servers {
				remove(t, server)
			}
			await(t, tc.reason, b.inTheMiddle)
			tc.kill(t)
			wantMiddle(t, project, postDevice, all[postDevice])
			b.open()
			tc.restart(t)
			await(t, "the servers go", gone(servers...))
			await(t, "nothing of them stays at the API", empty(project, servers...))
			wantDeleted(t, began, len(servers))
		})
	}
}

// wantDeleted fails the test unless the devices and blocks of so many servers
// were deleted once each, and sessions not oftener: they may go with a device.
func wantDeleted(t *testing.T, since time.Time, servers int) {
	t.Helper()
	got := effects(since)
	if n := got[deleteSession]; n > 2*servers {
		t.Errorf("want at most %d sessions to be deleted, got %d", 2*servers, n)
	}
	delete(got, deleteSession)
	wantEqual(t, "requests that have deleted something", map[string]int{deleteDevice: servers, deleteBlock: servers}, got)
}

// wantMiddle fails the test if a program was not killed in the middle: as long
// as something was there, and something else was not. That the test arranges, so
// if it is not so, the test is wrong.
func wantMiddle(t *testing.T, project, route string, all int) {
	t.Helper()
	n, err := count(t.Context(), project, route)
	check(t, err)
	if n <= 0 || n >= all {
		t.Fatalf("the test killed a program when there were %d of %d of what %s makes, which is not the middle", n, all, route)
	}
	t.Logf("killed with %d of %d of what %s makes", n, all, route)
}

// count returns how many objects there are of what a route makes.
func count(ctx context.Context, project, route string) (int, error) {
	p := sim.Snapshot(scope(project)).Projects[0]
	switch route {
	case postBlock:
		reserved, err := blocks(ctx, project)
		return len(reserved), err
	case postDevice:
		return p.DeviceCount, nil
	case postSession:
		return p.SessionCount, nil
	}
	return 0, fmt.Errorf("it is not known what %s makes", route)
}

// A barrier lets two requests pass, stores a third one but does not answer it,
// and holds the rest back before they have an effect.
type barrier struct{ stored, held *packetsim.ActiveFault }

// unanswered is the name of the fault of a request that has its effect.
const unanswered = "unanswered"

func hold(t *testing.T, method, route string) barrier {
	t.Helper()
	stored, err := sim.SetFault(packetsim.Fault{Name: unanswered, Method: method, Route: route, Skip: 2, Times: 1, Store: true, Hang: true})
	check(t, err)
	held, err := sim.SetFault(packetsim.Fault{Name: "held", Method: method, Route: route, Skip: 2, Hang: true})
	check(t, err)
	b := barrier{stored: stored, held: held}
	t.Cleanup(b.open)
	return b
}

// inTheMiddle is met when the barrier has a request of each sort.
func (b barrier) inTheMiddle(context.Context) error {
	if b.stored.Hits() == 0 || b.held.Hits() == 0 {
		return errors.New("the API holds nothing back yet")
	}
	return nil
}

// open lets go on whoever still waits for an answer.
func (b barrier) open() {
	b.stored.Remove()
	b.held.Remove()
}

// effects counts the requests since a time that have changed something,
// answered or not.
func effects(since time.Time) map[string]int {
	n := map[string]int{}
	for _, r := range sim.Requests(packetsim.Filter{Mutating: true, Since: since}) {
		if (r.Fault == unanswered || r.Status/100 == 2) && !discovers(r) {
			n[r.Method+" "+r.Route]++
		}
	}
	return n
}
