// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
	start        = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	four         = packet.Session{ID: "S4", DeviceID: "D1", AddressFamily: "ipv4", Status: "up,up"}
	six          = packet.Session{ID: "S6", DeviceID: "D1", AddressFamily: "ipv6"}
)

type fakeAPI struct {
	getFn       func(id string) (packet.Session, error)
	listFn      func(deviceID string) ([]packet.Session, error)
	neighborsFn func(deviceID string) ([]packet.Neighbor, error)
	deviceFn    func(id string) (packet.Device, error)
	devicesFn   func(projectID string) ([]packet.Device, error)
	projectFn   func(id string) error
	slow        bool // neighbours, devices and discoveries are not answered
	configFn    func(projectID string) (packet.BGPConfig, error)
	createFn    func(deviceID string, s packet.CreateSession) (packet.Session, error)
	updateFn    func(id string, s packet.UpdateSession) (packet.Session, error)
	deleteFn    func(id string) error
	discoverFn  func(ctx context.Context, projectID string) error
}

func (a *fakeAPI) GetSession(_ context.Context, id string) (packet.Session, error) {
	return a.getFn(id)
}

func (a *fakeAPI) ListDeviceSessions(_ context.Context, id string) ([]packet.Session, error) {
	return a.listFn(id)
}

// hang waits for the end of a request that is not answered.
func (a *fakeAPI) hang(ctx context.Context) error {
	if !a.slow {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (a *fakeAPI) ListNeighbors(ctx context.Context, id string) ([]packet.Neighbor, error) {
	if err := a.hang(ctx); err != nil {
		return nil, err
	}
	return a.neighborsFn(id)
}

func (a *fakeAPI) GetDevice(ctx context.Context, id string) (packet.Device, error) {
	if err := a.hang(ctx); err != nil {
		return packet.Device{}, err
	}
	return a.deviceFn(id)
}

func (a *fakeAPI) ListDevices(_ context.Context, id, _ string) ([]packet.Device, error) {
	return a.devicesFn(id)
}

func (a *fakeAPI) GetProject(_ context.Context, id string) (packet.Project, error) {
	return packet.Project{}, a.projectFn(id)
}

func (a *fakeAPI) GetBGPConfig(_ context.Context, id string) (packet.BGPConfig, error) {
	return a.configFn(id)
}

func (a *fakeAPI) CreateSession(_ context.Context, id string, s packet.CreateSession) (packet.Session, error) {
	return a.createFn(id, s)
}

func (a *fakeAPI) UpdateSession(_ context.Context, id string, s packet.UpdateSession) (packet.Session, error) {
	return a.updateFn(id, s)
}

func (a *fakeAPI) DeleteSession(_ context.Context, id string) error { return a.deleteFn(id) }
func (a *fakeAPI) DiscoverSessions(ctx context.Context, id string) error {
	return a.discoverFn(ctx, id)
}

// over returns operations without discovery at a time that stands still.
func over(a *fakeAPI) *operations { return with(a, Options{}) }

func with(a *fakeAPI, o Options) *operations {
	if o.Clock == nil {
		o.Clock = clocktesting.NewFakePassiveClock(start)
	}
	if o.Random == nil {
		o.Random = func() float64 { return 0.5 }
	}
	return &operations{api: a, endpoint: "E1", shared: newShared(o)}
}

// remember makes neighbours known, to be read again at a time.
func (o *operations) remember(id string, n packet.Neighbor, next time.Time) {
	o.keep(id, peering{credential: o.credential, neighbor: n, known: true, next: next})
}

func (o *operations) remembers(id string) bool {
	_, ok := o.peering(id)
	return ok
}

type found struct {
	Session packet.Session
	Found   bool
}

func TestGet(t *testing.T) {
	cases := map[string]struct {
		reason  string
		err     error
		device  string
		list    []packet.Session
		listErr error
		want    found
		wantErr error
	}{
		"There":              {reason: "a session that can be read is there", want: found{four, true}},
		"Gone":               {reason: "a session that is not found is gone", err: errMissing},
		"Unreadable":         {reason: "any other failure says nothing", err: errBoom, device: "D1", wantErr: errBoom},
		"ForbiddenNoDevice":  {reason: "403 without a device to check says nothing", err: errForbidden, wantErr: errForbidden},
		"ForbiddenListed":    {reason: "403 for a session that is listed is a lost permission, whatever the case of its id", err: errForbidden, device: "D1", list: []packet.Session{{ID: "s4"}}, wantErr: errForbidden},
		"ForbiddenNotListed": {reason: "403 for a session that is not listed means that it is gone", err: errForbidden, device: "D1", list: []packet.Session{six}},
		"ForbiddenUnlisted":  {reason: "403 with a list that fails says nothing", err: errForbidden, device: "D1", listErr: errBoom, wantErr: errForbidden},
		"ForbiddenTwice":     {reason: "403 for the list and the device too is a lost permission", err: errForbidden, device: "D1", listErr: errForbidden, wantErr: errForbidden},
		"ForbiddenDevice":    {reason: "403 for a session whose device is gone: it went with it", err: errForbidden, device: "D1", listErr: errMissing},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				getFn: func(string) (packet.Session, error) {
					if tc.err != nil {
						return packet.Session{}, tc.err
					}
					return four, nil
				},
				listFn: func(id string) ([]packet.Session, error) {
					if id != tc.device {
						t.Errorf("%s: looked at device %q", tc.reason, id)
					}
					return tc.list, tc.listErr
				},
				deviceFn: func(string) (packet.Device, error) { return packet.Device{}, errForbidden },
			})
			o.remember("S4", packet.Neighbor{}, start)
			s, ok, err := o.Get(t.Context(), "S4", Arguments{DeviceID: tc.device})
			if gone := err == nil && !ok; o.remembers("s4") == gone {
				t.Errorf("%s: neighbours are remembered: %t", tc.reason, !gone)
			}
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{s, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestPrepare(t *testing.T) {
	addressed := []packet.Address{{}}
	cases := map[string]struct {
		reason     string
		device     packet.Device
		deviceErr  error
		config     packet.BGPConfig
		configErr  error
		wantReason external.Reason
		wantErr    error
	}{
		"Enabled":          {reason: "an enabled configuration lets sessions be made", config: packet.BGPConfig{Status: "enabled"}},
		"DeviceMissing":    {reason: "a missing device is named", deviceErr: errMissing, wantReason: ReasonDeviceNotFound},
		"DeviceFailed":     {reason: "a device that failed will have no session", device: packet.Device{State: "failed", Addresses: addressed}, wantReason: ReasonDeviceNotReady},
		"DeviceYoung":      {reason: "a device without addresses is waited for", device: packet.Device{State: "provisioning"}, wantReason: ReasonDeviceNotReady},
		"DeviceLayer2":     {reason: "a device that lost its addresses needs them back", device: packet.Device{State: "active", ID: "D1"}, wantReason: ReasonDeviceNotReady},
		"DeviceInactive":   {reason: "a device that is switched off can have one", device: packet.Device{State: "inactive", Addresses: addressed}, config: packet.BGPConfig{Status: "enabled"}},
		"DeviceUnreadable": {reason: "a device that cannot be read says nothing", deviceErr: errBoom, wantErr: errBoom},
		"Absent":           {reason: "a project without a configuration is named", configErr: errMissing, wantReason: ReasonBGPNotEnabled},
		"Requested":        {reason: "a configuration that is only requested is not enabled", config: packet.BGPConfig{Status: "requested"}, wantReason: ReasonBGPNotEnabled},
		"Disabled":         {reason: "a configuration that is disabled is not enabled", config: packet.BGPConfig{Status: "disabled"}, wantReason: ReasonBGPNotEnabled},
		"ConfigUnreadable": {reason: "a configuration that cannot be read says nothing", configErr: errForbidden, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				deviceFn: func(string) (packet.Device, error) {
					if tc.device.State == "" {
						tc.device = packet.Device{State: "active", Addresses: addressed}
					}
					tc.device.ProjectID = "P1"
					return tc.device, tc.deviceErr
				},
				configFn: func(project string) (packet.BGPConfig, error) {
					if project != "P1" {
						t.Errorf("%s: asked for project %q", tc.reason, project)
					}
					return tc.config, tc.configErr
				},
			})
			err := o.Prepare(t.Context(), Arguments{DeviceID: "D1"})
			var refusal *external.Refusal
			if errors.As(err, &refusal) {
				if diff := cmp.Diff(tc.wantReason, refusal.Reason); diff != "" {
					t.Errorf("%s: reason: -want +got:\n%s", tc.reason, diff)
				}
				return
			}
			if tc.wantReason != "" {
				t.Errorf("%s: got %v, want the refusal %s", tc.reason, err, tc.wantReason)
			}
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWrites(t *testing.T) {
	var created packet.CreateSession
	var updated packet.UpdateSession
	var gone string
	o := over(&fakeAPI{
		createFn: func(_ string, s packet.CreateSession) (packet.Session, error) { created = s; return four, errBoom },
		updateFn: func(_ string, s packet.UpdateSession) (packet.Session, error) { updated = s; return four, errBoom },
		deleteFn: func(id string) error { gone = id; return errBoom },
	})
	o.remember("S4", packet.Neighbor{}, start)
	a := Arguments{DeviceID: "D1", AddressFamily: "ipv4", DefaultRoute: ptr.To(true)}
	_, createErr := o.Create(t.Context(), a)
	_, updateErr := o.Update(t.Context(), four, a, nil)
	for what, err := range map[string]error{"create": createErr, "update": updateErr, "delete": o.Delete(t.Context(), four)} {
		if !errors.Is(err, errBoom) {
			t.Errorf("%s: got %v, want %v", what, err, errBoom)
		}
	}
	if diff := cmp.Diff(packet.CreateSession{AddressFamily: "ipv4", DefaultRoute: true}, created); diff != "" {
		t.Errorf("create: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(packet.UpdateSession{DefaultRoute: true}, updated); diff != "" {
		t.Errorf("update: -want +got:\n%s", diff)
	}
	if gone != "S4" || o.remembers("S4") {
		t.Errorf("deleted %q; neighbours of the deleted session are remembered: %t", gone, o.remembers("S4"))
	}
}

func TestCreationsOnOneDeviceNeverOverlap(t *testing.T) {
	var running, most, total atomic.Int32
	a := &fakeAPI{createFn: func(string, packet.CreateSession) (packet.Session, error) {
		n := running.Add(1)
		for {
			seen := most.Load()
			if n <= seen || most.CompareAndSwap(seen, n) {
				break
			}
		}
		for range 100 {
			// Give an overlapping creation every chance to be seen.
			runtime.Gosched()
		}
		running.Add(-1)
		total.Add(1)
		return packet.Session{}, nil
	}}
	o := over(a)
	var wg sync.WaitGroup
	for i := range 20 {
		device := []string{"D1", "d1"}[i%2]
		wg.Go(func() {
			if _, err := o.Create(t.Context(), Arguments{DeviceID: device, AddressFamily: "ipv4"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(o.shared.creations.keys); n != 0 {
		t.Errorf("%d devices are remembered after the last creation", n)
	}
	if most.Load() != 1 || total.Load() != 20 {
		t.Errorf("up to %d of %d creations on one device overlapped, want 1 of 20", most.Load(), total.Load())
	}
}

func TestCreationWaitsNoLongerThanItsContext(t *testing.T) {
	o := over(&fakeAPI{createFn: func(string, packet.CreateSession) (packet.Session, error) { return four, nil }})
	done, err := o.shared.creations.take(t.Context(), o.at("D1"))
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = o.Create(ended, Arguments{DeviceID: "D1", AddressFamily: "ipv4"})
	if !errors.Is(err, context.Canceled) || packet.IsAmbiguous(err) {
		t.Errorf("got %v, want the end of the context, and no doubt about what was done", err)
	}
	for name, other := range map[string]*operations{
		"another device":   {api: o.api, endpoint: "E1", shared: o.shared},
		"another endpoint": {api: o.api, endpoint: "E2", shared: o.shared},
	} {
		device := map[string]string{"E1": "D2", "E2": "D1"}[other.endpoint]
		if _, err := other.Create(t.Context(), Arguments{DeviceID: device, AddressFamily: "ipv4"}); err != nil {
			t.Errorf("%s has to wait: %v", name, err)
		}
	}
	done()
	if _, err := o.Create(t.Context(), Arguments{DeviceID: "D1", AddressFamily: "ipv4"}); err != nil {
		t.Errorf("the next creation: %v", err)
	}
}
