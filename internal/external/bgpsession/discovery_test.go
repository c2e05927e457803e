// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// counting is an API that counts the requests of a discovery.
type counting struct {
	fakeAPI

	devices, discoveries atomic.Int32
}

func newCounting(discoverErr, deviceErr error) *counting {
	c := &counting{}
	c.neighborsFn = func(string) ([]packet.Neighbor, error) { return []packet.Neighbor{neighbor4}, nil }
	c.deviceFn = func(id string) (packet.Device, error) {
		c.devices.Add(1)
		if deviceErr != nil {
			return packet.Device{}, deviceErr
		}
		return packet.Device{ID: id, ProjectID: "P1", State: "active", Addresses: []packet.Address{{}}}, nil
	}
	c.discoverFn = func(ctx context.Context, project string) error {
		c.discoveries.Add(1)
		if _, ok := ctx.Deadline(); !ok || project != "P1" {
			return fmt.Errorf("project %q; bounded: %t", project, ok)
		}
		return discoverErr
	}
	return c
}

func TestDiscovery(t *testing.T) {
	const age = 30 * time.Minute
	known := external.View[State]{Previous: State{ID: "S4", Status: "up,up", Neighbors: state4}, Manages: true}
	fresh := external.View[State]{Manages: true}
	type poll struct {
		after time.Duration
		view  external.View[State]
	}
	cases := map[string]struct {
		reason      string
		age         time.Duration
		err         error
		deviceErr   error
		polls       []poll
		discoveries int32
		devices     int32
	}{
		"First":       {reason: "the age of a status is not known after a start: it is asked for", age: age, polls: []poll{{0, known}}, discoveries: 1, devices: 1},
		"Within":      {reason: "within the bound nothing is asked again", age: age, polls: []poll{{0, known}, {time.Minute, known}, {age - 1, known}}, discoveries: 1, devices: 1},
		"Old":         {reason: "a status that is older than the bound is asked for, and the device is not", age: age, polls: []poll{{0, known}, {age, known}, {2*age - 1, known}, {2 * age, known}}, discoveries: 3, devices: 1},
		"Off":         {reason: "it can be turned off", polls: []poll{{0, fresh}, {48 * time.Hour, known}}},
		"NotManaging": {reason: "who does not manage the session asks for nothing", age: age, polls: []poll{{0, external.View[State]{}}, {age, external.View[State]{Previous: known.Previous}}}},
		"New":         {reason: "a session that is new is asked for soon, not at once", age: age, polls: []poll{{0, known}, {30 * time.Second, fresh}, {59 * time.Second, known}, {time.Minute, known}, {2 * time.Minute, known}}, discoveries: 2, devices: 1},
		"NewLater":    {reason: "a session that is new is asked for at once if nothing was lately", age: age, polls: []poll{{0, known}, {5 * time.Minute, fresh}, {5*time.Minute + 1, known}}, discoveries: 2, devices: 1},
		"NewMany":     {reason: "many new sessions are asked for together", age: age, polls: []poll{{0, fresh}, {time.Second, fresh}, {2 * time.Second, fresh}, {time.Minute, fresh}, {61 * time.Second, fresh}}, discoveries: 2, devices: 1},
		"Refused":     {reason: "a discovery that is refused is not tried again before the bound, for new sessions neither", age: age, err: errForbidden, polls: []poll{{0, known}, {5 * time.Minute, fresh}, {age - 1, known}, {age, known}}, discoveries: 2, devices: 1},
		"Missing":     {reason: "so is one that the endpoint does not have", age: age, err: errMissing, polls: []poll{{0, fresh}, {5 * time.Minute, known}}, discoveries: 1, devices: 1},
		"NoDevice":    {reason: "a device that cannot be read is not read again before the bound", age: age, deviceErr: errForbidden, polls: []poll{{0, fresh}, {time.Minute, known}, {age, known}}, devices: 2},
		"OftenAsked":  {reason: "a bound that is shorter than the gap for new sessions is kept too", age: time.Second, polls: []poll{{0, known}, {time.Second, known}}, discoveries: 2, devices: 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a, clock := newCounting(tc.err, tc.deviceErr), clocktesting.NewFakePassiveClock(start)
			o := with(&a.fakeAPI, Options{StatusAge: tc.age, Clock: clock})
			for _, p := range tc.polls {
				clock.SetTime(start.Add(p.after))
				if got := o.Report(t.Context(), four, p.view); got.State.ID != "S4" {
					t.Errorf("%s: reported %+v", tc.reason, got.State)
				}
			}
			if diff := cmp.Diff([]int32{tc.discoveries, tc.devices}, []int32{a.discoveries.Load(), a.devices.Load()}); diff != "" {
				t.Errorf("%s: discoveries and readings of the device: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestManySessionsAreDiscoveredOnce(t *testing.T) {
	a := newCounting(nil, nil)
	one := with(&a.fakeAPI, Options{StatusAge: time.Hour})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			// A connection of its own: other credentials do not count.
			o := &operations{api: &a.fakeAPI, endpoint: "E1", shared: one.shared}
			s := packet.Session{ID: fmt.Sprint("S", i), DeviceID: fmt.Sprint("D", i), AddressFamily: "ipv4"}
			o.Report(t.Context(), s, external.View[State]{Manages: true})
		})
	}
	wg.Wait()
	if got := a.discoveries.Load(); got != 1 {
		t.Errorf("100 sessions of one project made %d discoveries, want 1", got)
	}
	other := &operations{api: &a.fakeAPI, endpoint: "E2", shared: one.shared}
	other.Report(t.Context(), four, external.View[State]{Manages: true})
	if got := a.discoveries.Load(); got != 2 {
		t.Errorf("another endpoint's project of the same id made %d discoveries more, want 1", got-1)
	}
}

func TestPreparationTellsTheProject(t *testing.T) {
	a := newCounting(nil, nil)
	a.configFn = func(string) (packet.BGPConfig, error) { return packet.BGPConfig{Status: "enabled"}, nil }
	o := with(&a.fakeAPI, Options{StatusAge: time.Hour})
	if err := o.Prepare(t.Context(), Arguments{DeviceID: "d1"}); err != nil {
		t.Fatal(err)
	}
	o.Report(t.Context(), four, external.View[State]{Manages: true})
	if a.devices.Load() != 1 || a.discoveries.Load() != 1 {
		t.Errorf("the device was read %d times for %d discoveries, want once for one", a.devices.Load(), a.discoveries.Load())
	}
}
