// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
	errSuspended = &packet.Error{Class: packet.ClassInvalid, Status: 422, Message: "Your account is suspended"}
	errBusy      = &packet.Error{Class: packet.ClassBusy}
	errRefused   = &packet.Error{Class: packet.ClassInvalid, Message: "Cannot delete a block with assigned addresses"}
)

type fakeAPI struct {
	projectFn func() error
	getFn     func(id string) (packet.Reservation, error)
	listFn    func(projectID string) ([]packet.Reservation, error)
	devicesFn func() ([]packet.Device, error)
	createFn  func(r packet.CreateReservation) (packet.Reservation, error)
	updateFn  func(r packet.UpdateReservation) (packet.Reservation, error)
	deleteFn  func(id string) error
}

func (a *fakeAPI) GetProject(context.Context, string) (packet.Project, error) {
	return packet.Project{}, a.projectFn()
}

func (a *fakeAPI) GetReservation(_ context.Context, id string) (packet.Reservation, error) {
	return a.getFn(id)
}

func (a *fakeAPI) ListReservations(_ context.Context, id string) ([]packet.Reservation, error) {
	return a.listFn(id)
}

func (a *fakeAPI) ListDevices(context.Context, string, string) ([]packet.Device, error) {
	return a.devicesFn()
}

func (a *fakeAPI) CreateReservation(_ context.Context, _ string, r packet.CreateReservation) (packet.Reservation, error) {
	return a.createFn(r)
}

func (a *fakeAPI) UpdateReservation(_ context.Context, _ string, r packet.UpdateReservation) (packet.Reservation, error) {
	return a.updateFn(r)
}

func (a *fakeAPI) DeleteReservation(_ context.Context, id string) error { return a.deleteFn(id) }

// explained is what a user reads of an error: the reason and the message of a
// refusal.
func explained(err error) string {
	var r *external.Refusal
	if errors.As(err, &r) {
		return string(r.Reason) + ": " + r.Message
	}
	return ""
}

func TestGet(t *testing.T) {
	cases := map[string]struct {
		reason     string
		err        error
		project    string
		projectErr error
		list       []packet.Reservation
		listErr    error
		found      bool
		wantErr    error
		says       string
	}{
		"There":              {reason: "a block that can be read is there", found: true},
		"Gone":               {reason: "a block that is not found is gone", err: errMissing},
		"Unreadable":         {reason: "any other failure says nothing", err: errBoom, project: "P1", wantErr: errBoom},
		"Assignment":         {reason: "an id of something else is told", err: &packet.Error{Class: packet.ClassOtherKind, Message: "not of a reservation"}, says: "ExternalNameMismatch: the external name R1 is not the id of an IP block"},
		"Suspended":          {reason: "a refusal, whatever its words, does not say what the id is of", err: errSuspended, project: "P1", wantErr: errSuspended},
		"Busy":               {reason: "nor does one that time will lift", err: errBusy, wantErr: errBusy},
		"ForbiddenNoProject": {reason: "403 without a project to check says nothing", err: errForbidden, wantErr: errForbidden},
		"ForbiddenProject":   {reason: "403 with a project that cannot be read is a lost permission", err: errForbidden, project: "P1", projectErr: errForbidden, wantErr: errForbidden},
		"ForbiddenWith":      {reason: "403 for a block whose project is gone: it went with it", err: errForbidden, project: "P1", projectErr: errMissing},
		"ForbiddenListed":    {reason: "403 for a block that is listed is one, whatever the case of its id", err: errForbidden, project: "P1", list: []packet.Reservation{{ID: "r1"}}, wantErr: errForbidden},
		"ForbiddenUnlisted":  {reason: "403 with a list that fails says nothing", err: errForbidden, project: "P1", listErr: errBoom, wantErr: errForbidden},
		"ForbiddenGone":      {reason: "403 for a block that is not listed means that it is gone", err: errForbidden, project: "P1", list: []packet.Reservation{{ID: "R2"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{
				projectFn: func() error { return tc.projectErr },
				getFn: func(string) (packet.Reservation, error) {
					if tc.err != nil {
						return packet.Reservation{}, tc.err
					}
					return block, nil
				},
				listFn: func(id string) ([]packet.Reservation, error) {
					if id != tc.project {
						t.Errorf("%s: looked in project %q", tc.reason, id)
					}
					return tc.list, tc.listErr
				},
			}}
			got, found, err := o.Get(t.Context(), "R1", Arguments{ProjectID: tc.project})
			want := packet.Reservation{}
			if tc.found {
				want = block
			}
			if diff := cmp.Diff(want, got); diff != "" || found != tc.found {
				t.Errorf("%s: found %t: -want +got:\n%s", tc.reason, found, diff)
			}
			if !strings.HasPrefix(explained(err), tc.says) || tc.says == "" && (explained(err) != "" || !errors.Is(err, tc.wantErr)) {
				t.Errorf("%s: got error %v", tc.reason, err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	other := packet.Reservation{ID: "R2", Tags: []string{attached.Mark("you")}}
	cases := map[string]struct {
		reason  string
		list    []packet.Reservation
		err     error
		found   bool
		wantErr error
	}{
		"Marked":     {reason: "the owner's mark is the proof", list: []packet.Reservation{other, block}, found: true},
		"Others":     {reason: "another's block is not ours, however alike", list: []packet.Reservation{other, {ID: "R3", Type: "public_ipv4"}}},
		"NoProject":  {reason: "a project that is gone has none", err: errMissing},
		"Unreadable": {reason: "any other failure says nothing", err: errBoom, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{owner: owner, api: &fakeAPI{listFn: func(string) ([]packet.Reservation, error) { return tc.list, tc.err }}}
			got, found, err := o.Find(t.Context(), asked)
			if found != tc.found || found && got.ID != "R1" || !errors.Is(err, tc.wantErr) {
				t.Errorf("%s: got %q, %t, %v", tc.reason, got.ID, found, err)
			}
		})
	}
}

func TestPrepare(t *testing.T) {
	cases := map[string]struct {
		reason  string
		data    string
		err     error
		says    string
		wantErr error
	}{
		"Good":       {reason: "a project is enough"},
		"NoProject":  {reason: "the id is told", err: errMissing, says: "ProjectNotFound: there is no project P1"},
		"Unreadable": {reason: "any other failure says nothing", err: errBoom, wantErr: errBoom},
		"CustomData": {reason: "what the API would refuse is not asked for", data: "[]", says: "Invalid: it is no JSON object"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{projectFn: func() error { return tc.err }}}
			err := o.Prepare(t.Context(), Arguments{ProjectID: "P1", CustomData: tc.data})
			if !strings.HasPrefix(explained(err), tc.says) || tc.says == "" && (explained(err) != "" || !errors.Is(err, tc.wantErr)) {
				t.Errorf("%s: got error %v", tc.reason, err)
			}
		})
	}
}

func TestCreate(t *testing.T) {
	var sent packet.CreateReservation
	o := &operations{owner: owner, api: &fakeAPI{createFn: func(r packet.CreateReservation) (packet.Reservation, error) {
		sent = r
		return block, nil
	}}}
	got, err := o.Create(t.Context(), asked)
	if err != nil || got.ID != "R1" {
		t.Errorf("got %+v, %v", got, err)
	}
	want := packet.CreateReservation{
		Type: "public_ipv4", Quantity: 4, Metro: "sv", Details: "edge", Tags: []string{"b", "a", attached.Mark(owner)}, CustomData: packet.CustomData{"team": "edge"},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("request: -want +got:\n%s", diff)
	}
	if _, err := o.Create(t.Context(), Arguments{CustomData: "[]"}); explained(err) == "" {
		t.Errorf("what is no JSON object is not sent: got %v", err)
	}
}

func TestUpdate(t *testing.T) {
	details := []external.Difference{{Field: "details"}}
	o := &operations{api: &fakeAPI{updateFn: func(r packet.UpdateReservation) (packet.Reservation, error) {
		if r.Details == nil || *r.Details != "edge" || r.Tags != nil || r.CustomData != nil {
			t.Errorf("only what differs is sent: got %+v", r)
		}
		return block, errBoom
	}}}
	if got, err := o.Update(t.Context(), block, asked, details); got.ID != "R1" || !errors.Is(err, errBoom) {
		t.Errorf("what the API answers is returned: got %+v, %v", got, err)
	}
	bad := Arguments{CustomData: "[]"}
	if _, err := o.Update(t.Context(), block, bad, differences(bad, block)); explained(err) == "" {
		t.Errorf("what is no JSON object is not sent: got %v", err)
	}
}

func TestDelete(t *testing.T) {
	device := func(name string, addresses ...string) packet.Device {
		d := packet.Device{ID: "D-" + name, Hostname: name}
		for _, a := range addresses {
			d.Addresses = append(d.Addresses, packet.Address{Address: a})
		}
		return d
	}
	cases := map[string]struct {
		reason      string
		err         error
		devices     []packet.Device
		devicesErr  error
		assignments []string
		says        string
		wantErr     error
	}{
		"Deleted": {reason: "what nobody uses is given back"},
		"Failed":  {reason: "other failures are told as they are", err: errBoom, wantErr: errBoom},
		"Devices": {
			reason: "the devices are named that have addresses of the block, in an order of their own", err: errRefused,
			devices: []packet.Device{device("two", "10.0.0.1", "147.75.40.2"), device("other", "147.75.40.4", "not an address"), device("one", "147.75.40.1")},
			says:    "InUse: addresses of the block 147.75.40.0/30 are in use by device one (D-one), device two (D-two); take them away there",
		},
		"Unreadable": {
			reason: "where devices cannot be read, the assignments are named", err: errRefused, devicesErr: errBoom, assignments: []string{"A2", "A1"},
			says: "InUse: addresses of the block 147.75.40.0/30 are in use by assignment A1, assignment A2",
		},
		"Unknown": {reason: "where nothing is known, the API's words have to do", err: errRefused, wantErr: errRefused},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{
				deleteFn:  func(string) error { return tc.err },
				devicesFn: func() ([]packet.Device, error) { return tc.devices, tc.devicesErr },
			}}
			r := block
			r.AssignmentIDs = slices.Clone(tc.assignments)
			err := o.Delete(t.Context(), r)
			if tc.says != "" && !strings.HasPrefix(explained(err), tc.says) {
				t.Errorf("%s: got %q, want %q", tc.reason, explained(err), tc.says)
			}
			if tc.says == "" {
				if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}
