// SPDX-License-Identifier: Apache-2.0

package device

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

const (
	postRoute   = "/projects/{id}/devices"
	deviceRoute = "/devices/{id}"
)

// A world is a managed resource and an API that share a clock, which stands
// still until a test moves it.
type world struct {
	t         *testing.T
	clock     *clocktesting.FakeClock
	sim       *packetsim.Sim
	connector *external.Connector[Arguments, State, Machine]
	mg        *namespacedv1alpha1.Device
	events    []string
}

func newWorld(t *testing.T, timings packetsim.Timings) *world {
	t.Helper()
	w := &world{t: t, clock: clocktesting.NewFakeClock(start)}
	w.sim = packetsim.Start(t, packetsim.Config{Clock: w.clock, Timings: timings})
	project := w.sim.AddProject(packetsim.Project{Name: "demo"})
	w.connector = &external.Connector[Arguments, State, Machine]{
		Definition: Definition(Options{Clock: w.clock}), Configs: config{BaseURL: w.sim.URL, Token: w.sim.Token},
		Dialer: packet.NewConnections(packet.Options{TryTimeout: 200 * time.Millisecond, Tries: 1}),
		Claims: &external.Claims{Rivals: func(context.Context, string, string) ([]external.Rival, error) { return nil, nil }},
		Events: recorder{w}, Clock: w.clock,
	}
	w.mg = &namespacedv1alpha1.Device{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{
		"metadata": map[string]any{"namespace": "team", "name": "edge-1", "uid": "me"},
		"spec": map[string]any{
			"managementPolicies": []any{"*"},
			"forProvider": map[string]any{
				"projectId": project.ID, "plan": "c3.small.x86", "operatingSystem": "ubuntu_22_04", "metro": "sv", "hostname": "edge-1", "noSshKeys": true,
			},
		},
	}, w.mg); err != nil {
		t.Fatal(err)
	}
	return w
}

// A config is the only one that there is.
type config packet.Config

func (c config) Resolve(context.Context, resource.Managed) (providerconfig.Connection, error) {
	return providerconfig.Connection{Config: packet.Config(c), Reference: "ProviderConfig default"}, nil
}

func (c config) Endpoint(context.Context, resource.Managed) (string, error) { return c.BaseURL, nil }

type recorder struct{ w *world }

func (r recorder) Event(_ runtime.Object, e event.Event) { r.w.events = append(r.w.events, e.Message) }
func (r recorder) WithAnnotations(...string) event.Recorder {
	return r
}

// reconcile does what the managed reconciler does. If it dies, it does so
// between the creation and what it would write down of it.
func (w *world) reconcile(dies bool) error {
	ctx := w.t.Context()
	e, err := w.connector.Connect(ctx, w.mg)
	if err != nil {
		return err
	}
	o, err := e.Observe(ctx, w.mg)
	switch {
	case err != nil:
		return err
	case o.ResourceExists && !o.ResourceUpToDate:
		_, err = e.Update(ctx, w.mg)
		return err
	case o.ResourceExists:
		return nil
	}
	meta.SetExternalCreatePending(w.mg, w.clock.Now())
	before := w.mg.DeepCopy()
	_, err = e.Create(ctx, w.mg)
	switch {
	case dies:
		w.mg = before
	case err != nil:
		meta.SetExternalCreateFailed(w.mg, w.clock.Now())
	default:
		meta.SetExternalCreateSucceeded(w.mg, w.clock.Now())
	}
	return err
}

// posts is how often a device was asked for.
func (w *world) posts() int {
	return len(w.sim.Requests(packetsim.Filter{Method: http.MethodPost, Route: postRoute}))
}

// TestOneMachine has creations whose outcome is not known, and lists that lag
// behind for two minutes.
func TestOneMachine(t *testing.T) {
	cases := map[string]struct {
		reason string
		fault  packetsim.Fault
		dies   bool
	}{
		"StoredAnd500":      {reason: "an error after the device was made", fault: packetsim.OhSnap(http.MethodPost, postRoute, 1)},
		"StoredAndTimedOut": {reason: "an answer that does not come", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true}},
		"StoredAndCut":      {reason: "an answer of which half comes", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Cut: packetsim.CutMidway}},
		"Died":              {reason: "a provider that dies before it writes anything down", dies: true},
		"DiedAndTimedOut":   {reason: "both", fault: packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Store: true, Hang: true}, dies: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, packetsim.Timings{Queued: time.Minute, Provisioning: 8 * time.Minute})
			stale := w.sim.Fault(packetsim.Fault{Route: postRoute, Method: http.MethodGet, Stale: true})
			if tc.fault.Method != "" {
				defer w.sim.Fault(tc.fault).Release()
			}
			_ = w.reconcile(tc.dies)
			if n := len(w.sim.Devices()); n != 1 {
				t.Fatalf("%s: want the device made at once, there are %d", tc.reason, n)
			}
			for range 12 {
				w.clock.Step(10 * time.Second)
				if err := w.reconcile(false); err == nil || !strings.Contains(err.Error(), "not known yet") {
					t.Fatalf("%s: the list lags behind: got %v, want to wait", tc.reason, err)
				}
			}
			stale.Remove()
			if err := w.reconcile(false); err != nil {
				t.Fatalf("%s: the list shows the device: %v", tc.reason, err)
			}
			if n := len(w.sim.Devices()); n != 1 || w.posts() != 1 {
				t.Errorf("%s: want one machine by one request, got %d by %d", tc.reason, n, w.posts())
			}
			if got := meta.GetExternalName(w.mg); got != w.sim.Devices()[0].ID || meta.ExternalCreateIncomplete(w.mg) {
				t.Errorf("%s: want the device taken over, got the name %q and annotations %v", tc.reason, got, w.mg.GetAnnotations())
			}
		})
	}
}

// TestLostCreation has a creation that took no effect, which cannot be told from
// one that did before the window is over.
func TestLostCreation(t *testing.T) {
	w := newWorld(t, packetsim.Timings{})
	w.sim.Fault(packetsim.Fault{Method: http.MethodPost, Route: postRoute, Times: 1, Status: 500, Errors: []string{"oh snap"}})
	_ = w.reconcile(false)
	for w.clock.Since(start) < 10*time.Minute {
		if err := w.reconcile(false); err == nil || w.posts() != 1 {
			t.Fatalf("%s after the creation: got error %v after %d requests, want to wait", w.clock.Since(start), err, w.posts())
		}
		w.clock.Step(time.Minute)
	}
	for range 2 {
		if err := w.reconcile(false); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.sim.Devices()); n != 1 || w.posts() != 2 {
		t.Errorf("want one machine by a second request, got %d by %d", n, w.posts())
	}
}

// TestFailedProvisioning has a device fail, answer 403, and then 404.
func TestFailedProvisioning(t *testing.T) {
	w := newWorld(t, packetsim.Timings{Queued: time.Minute, Provisioning: 8 * time.Minute, Failed: time.Minute, Hidden: time.Minute})
	meta.AddAnnotations(w.mg, map[string]string{external.AnnotationRecreate: "true"})
	for range 2 {
		if err := w.reconcile(false); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.sim.FailDevice(meta.GetExternalName(w.mg)); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := w.reconcile(false); err == nil {
			if ready := w.mg.GetCondition(xpv1.TypeReady); ready.Reason != "Failed" {
				t.Errorf("want a failure to be reported, got %+v", ready)
			}
		} else if ready := w.mg.GetCondition(xpv1.TypeReady); ready.Reason != "Vanished" || !strings.Contains(ready.Message, "failed to provision") {
			t.Errorf("want the failure to be reported still, got %+v", ready)
		}
		w.clock.Step(40 * time.Second)
	}
	seen := map[int]bool{}
	for _, r := range w.sim.Requests(packetsim.Filter{Route: deviceRoute}) {
		seen[r.Status] = true
	}
	if !seen[http.StatusForbidden] || !seen[http.StatusNotFound] {
		t.Errorf("want the device to have answered 403 and 404, got %v", seen)
	}
	if w.posts() != 1 {
		t.Errorf("want no second machine, got %d requests", w.posts())
	}
	failures := 0
	for _, e := range w.events {
		if strings.Contains(e, "failed") {
			failures++
		}
	}
	if failures != 1 {
		t.Errorf("want one event about the failure, got %q", w.events)
	}
}

// TestLostPermission has a key lose its project, which says nothing of a device.
func TestLostPermission(t *testing.T) {
	w := newWorld(t, packetsim.Timings{})
	for range 2 {
		if err := w.reconcile(false); err != nil {
			t.Fatal(err)
		}
	}
	meta.AddAnnotations(w.mg, map[string]string{external.AnnotationRecreate: "true"})
	w.sim.Fault(packetsim.LostToken(w.sim.Token, 0))
	if err := w.reconcile(false); !packet.IsForbidden(err) {
		t.Errorf("got %v, want a lost permission", err)
	}
	if ready := w.mg.GetCondition(xpv1.TypeReady); ready.Status != "True" || w.posts() != 1 {
		t.Errorf("want nothing changed, got %+v after %d requests", ready, w.posts())
	}
}

// TestRecreation has a device taken away that was active.
func TestRecreation(t *testing.T) {
	w := newWorld(t, packetsim.Timings{})
	for range 2 {
		if err := w.reconcile(false); err != nil {
			t.Fatal(err)
		}
	}
	first := meta.GetExternalName(w.mg)
	w.sim.RemoveDevice(first)
	if err := w.reconcile(false); err == nil || !strings.Contains(err.Error(), external.AnnotationRecreate) {
		t.Fatalf("got %v, want the remedy", err)
	}
	meta.AddAnnotations(w.mg, map[string]string{external.AnnotationRecreate: "true"})
	w.clock.Step(time.Second)
	for range 3 {
		_ = w.reconcile(false)
	}
	second := meta.GetExternalName(w.mg)
	if devices := w.sim.Devices(); len(devices) != 1 || devices[0].ID != second || second == first {
		t.Fatalf("want another machine in its place, got %+v under the name %s", devices, second)
	}
	// What was active was the first: the second, not yet seen, is not made again.
	w.mg.Status.AtProvider = namespacedv1alpha1.DeviceObservation{ID: &first, ActiveAt: new(string)}
	*w.mg.Status.AtProvider.ActiveAt = "2026-07-01T12:00:00Z"
	w.sim.RemoveDevice(second)
	if err := w.reconcile(false); err == nil || w.posts() != 2 {
		t.Errorf("got %v after %d requests, want no third machine", err, w.posts())
	}
}
