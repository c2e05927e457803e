// SPDX-License-Identifier: Apache-2.0

package project

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
	errInUse     = &packet.Error{Class: packet.ClassInvalid, Message: "Cannot delete a project with active devices"}
)

type fakeAPI struct {
	getFn     func(id string) (packet.Project, error)
	listFn    func() ([]packet.Project, error)
	createFn  func(p packet.CreateProject) (packet.Project, error)
	updateFn  func(id string, p packet.UpdateProject) (packet.Project, error)
	deleteFn  func(id string) error
	devicesFn func(projectID string) ([]packet.Device, error)
	blocksFn  func(projectID string) ([]packet.Reservation, error)
	vlansFn   func(projectID string) ([]packet.VLAN, error)
}

func (a *fakeAPI) GetProject(_ context.Context, id string) (packet.Project, error) {
	return a.getFn(id)
}

func (a *fakeAPI) ListProjects(context.Context) ([]packet.Project, error) {
	return a.listFn()
}

func (a *fakeAPI) CreateProject(_ context.Context, p packet.CreateProject) (packet.Project, error) {
	return a.createFn(p)
}

func (a *fakeAPI) UpdateProject(_ context.Context, id string, p packet.UpdateProject) (packet.Project, error) {
	return a.updateFn(id, p)
}

func (a *fakeAPI) DeleteProject(_ context.Context, id string) error { return a.deleteFn(id) }
func (a *fakeAPI) ListDevices(_ context.Context, id, _ string) ([]packet.Device, error) {
	return a.devicesFn(id)
}

func (a *fakeAPI) ListReservations(_ context.Context, id string) ([]packet.Reservation, error) {
	return a.blocksFn(id)
}

func (a *fakeAPI) ListVLANs(_ context.Context, id string) ([]packet.VLAN, error) {
	return a.vlansFn(id)
}

type found struct {
	Project packet.Project
	Found   bool
}

func TestGet(t *testing.T) {
	cases := map[string]struct {
		reason  string
		err     error
		want    found
		wantErr error
	}{
		"There":      {reason: "a project that can be read is there", want: found{packet.Project{ID: "P1"}, true}},
		"Gone":       {reason: "a project that is not found is gone", err: errMissing},
		"Forbidden":  {reason: "403 is a lost permission", err: errForbidden, wantErr: errForbidden},
		"Unreadable": {reason: "any other failure says nothing", err: errBoom, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{getFn: func(id string) (packet.Project, error) {
				if tc.err != nil {
					return packet.Project{}, tc.err
				}
				return packet.Project{ID: id}, nil
			}}}
			p, ok, err := o.Get(t.Context(), "P1", Arguments{})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{p, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFind(t *testing.T) {
	mine := packet.Project{ID: "P2", Name: "old", CustomData: packet.CustomData{markKey: "me"}}
	cases := map[string]struct {
		reason  string
		list    []packet.Project
		err     error
		want    found
		wantErr error
	}{
		"Mine":  {reason: "the mark counts, and the name does not", list: []packet.Project{{ID: "P1", Name: "edge"}, mine}, want: found{mine, true}},
		"Other": {reason: "what others made is theirs", list: []packet.Project{{ID: "P1", Name: "edge", CustomData: packet.CustomData{markKey: "you"}}}},
		"Odd":   {reason: "a mark that is no text is nobody's", list: []packet.Project{{ID: "P1", CustomData: packet.CustomData{markKey: 1.0}}}},
		"None":  {reason: "no project is none"},
		"Fails": {reason: "a list that fails says nothing", err: errBoom, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{owner: "me", api: &fakeAPI{listFn: func() ([]packet.Project, error) { return tc.list, tc.err }}}
			p, ok, err := o.Find(t.Context(), Arguments{Name: "edge"})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{p, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCustomDataRefused(t *testing.T) {
	cases := map[string]struct{ reason, text, says string }{
		"Broken": {"what is no JSON is refused", `{"a": hunter2`, "no JSON object"},
		"List":   {"a list is no object", `["hunter2"]`, "no JSON object"},
		"Mark":   {"the mark is not the user's to set", `{"crossplane-uid":"hunter2"}`, `it cannot have the key "crossplane-uid"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{owner: "me", api: &fakeAPI{}}
			a := Arguments{Name: "edge", CustomData: tc.text}
			_, createErr := o.Create(t.Context(), a)
			_, updateErr := o.Update(t.Context(), packet.Project{}, a, differences(a, packet.Project{Name: "edge"}))
			for what, err := range map[string]error{"prepare": o.Prepare(t.Context(), a), "create": createErr, "update": updateErr} {
				var refusal *external.Refusal
				if !errors.As(err, &refusal) {
					t.Errorf("%s: %s: got %v, want a refusal", tc.reason, what, err)
					continue
				}
				if refusal.Argument != "customData" || refusal.Reason != external.ReasonInvalid || !strings.Contains(refusal.Message, tc.says) {
					t.Errorf("%s: %s: got %+v, want one that says %q", tc.reason, what, refusal, tc.says)
				}
				if strings.Contains(refusal.Message, "hunter2") {
					t.Errorf("%s: %s: the custom data is quoted: %s", tc.reason, what, refusal.Message)
				}
			}
		})
	}
}

func TestCreate(t *testing.T) {
	made := packet.Project{ID: "P1", Name: "edge"}
	transferring := packet.Project{ID: "P1", Name: "edge", BackendTransfer: true}
	cases := map[string]struct {
		reason               string
		transfer             *bool
		createErr, updateErr error
		updates              []packet.UpdateProject
		want                 packet.Project
		wantErr              error
	}{
		"Plain":    {reason: "one request is enough without backend transfer", transfer: ptr.To(false), want: made},
		"Transfer": {reason: "backend transfer needs another one", transfer: ptr.To(true), updates: []packet.UpdateProject{{BackendTransfer: ptr.To(true)}}, want: transferring},
		"Later": {
			reason: "if that fails, the project is there all the same", transfer: ptr.To(true), updateErr: errBoom,
			updates: []packet.UpdateProject{{BackendTransfer: ptr.To(true)}}, want: made,
		},
		"Fails": {reason: "a failure is told", transfer: ptr.To(true), createErr: errBoom, want: made, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var asked packet.CreateProject
			var updates []packet.UpdateProject
			o := &operations{owner: "me", api: &fakeAPI{
				createFn: func(p packet.CreateProject) (packet.Project, error) { asked = p; return made, tc.createErr },
				updateFn: func(_ string, p packet.UpdateProject) (packet.Project, error) {
					updates = append(updates, p)
					return transferring, tc.updateErr
				},
			}}
			a := Arguments{
				Name: "edge", OrganizationID: organization, PaymentMethodID: payment, BackendTransfer: tc.transfer,
				Tags: []string{"b", "a"}, CustomData: `{"team":"edge"}`,
			}
			if err := o.Prepare(t.Context(), a); err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			got, err := o.Create(t.Context(), a)
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			want := packet.CreateProject{
				Name: "edge", OrganizationID: organization, PaymentMethodID: payment,
				Tags: []string{"b", "a"}, CustomData: packet.CustomData{"team": "edge", markKey: "me"},
			}
			if diff := cmp.Diff(want, asked, plainData); diff != "" {
				t.Errorf("%s: request: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.updates, updates); diff != "" {
				t.Errorf("%s: updates: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// plainData compares custom data, which prints as a placeholder, by its content.
var plainData = cmp.Transformer("plain", func(d packet.CustomData) map[string]any { return d })

func TestUpdate(t *testing.T) {
	asked := Arguments{Name: "edge", PaymentMethodID: payment, BackendTransfer: ptr.To(true), Tags: []string{"b"}, CustomData: `{"team":"edge"}`}
	cases := map[string]struct {
		reason string
		a      Arguments
		has    packet.Project
		want   packet.UpdateProject
	}{
		"All": {
			reason: "all that differs is sent", a: asked, has: packet.Project{Name: "old"},
			want: packet.UpdateProject{
				Name: ptr.To("edge"), PaymentMethodID: ptr.To(payment), BackendTransfer: ptr.To(true),
				Tags: &[]string{"b"}, CustomData: &packet.CustomData{"team": "edge"},
			},
		},
		"One": {
			reason: "what is as asked for is not sent", a: asked,
			has:  packet.Project{Name: "edge", PaymentMethodID: payment, Tags: []string{"b"}, CustomData: packet.CustomData{"team": "edge"}},
			want: packet.UpdateProject{BackendTransfer: ptr.To(true)},
		},
		"Mark": {
			reason: "the mark stays, also that of another resource, when the last of the user's data goes", a: Arguments{Name: "edge"},
			has:  packet.Project{Name: "edge", Tags: []string{"a"}, CustomData: packet.CustomData{"team": "edge", markKey: "you"}},
			want: packet.UpdateProject{Tags: new([]string), CustomData: &packet.CustomData{markKey: "you"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got packet.UpdateProject
			o := &operations{owner: "me", api: &fakeAPI{updateFn: func(_ string, p packet.UpdateProject) (packet.Project, error) { got = p; return tc.has, errBoom }}}
			if _, err := o.Update(t.Context(), tc.has, tc.a, differences(tc.a, tc.has)); !errors.Is(err, errBoom) {
				t.Errorf("%s: got %v, want %v", tc.reason, err, errBoom)
			}
			if diff := cmp.Diff(tc.want, got, plainData); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDelete(t *testing.T) {
	devices := []packet.Device{{Hostname: "edge-4"}, {Hostname: "edge-2"}, {ID: "D9"}, {Hostname: "edge-1"}, {Hostname: "edge-3"}}
	blocks := []packet.Reservation{{Network: "147.75.40.2", CIDR: 31}, {Management: true, Network: "10.0.0.0", CIDR: 25}, {ID: "R7"}}
	cases := map[string]struct {
		reason  string
		err     error
		devices []packet.Device
		blocks  []packet.Reservation
		vlans   []packet.VLAN
		listErr error
		want    string
		wantErr error
	}{
		"Done":    {reason: "an empty project is deleted"},
		"Gone":    {reason: "that it is gone is for the caller to judge", err: errMissing, wantErr: errMissing},
		"Boom":    {reason: "any other failure is told as it is", err: errBoom, wantErr: errBoom},
		"Devices": {reason: "a few devices are named", err: errInUse, devices: devices, want: "devices D9, edge-1, edge-2 and 2 more"},
		"All": {
			reason: "blocks that belong to devices are left out", err: errInUse, devices: devices[:1], blocks: blocks, vlans: []packet.VLAN{{VXLAN: 1001}, {VXLAN: 1000}},
			want: "devices edge-4, IP blocks 147.75.40.2/31, R7, VLANs 1000, 1001",
		},
		"Unknown": {reason: "what is not listed has the API's words only", err: errInUse, want: "it holds something that this provider does not list"},
		"Unread":  {reason: "lists that fail do not hide the refusal", err: errInUse, listErr: errBoom, want: "it holds something that this provider does not list"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{
				deleteFn:  func(string) error { return tc.err },
				devicesFn: func(string) ([]packet.Device, error) { return tc.devices, tc.listErr },
				blocksFn:  func(string) ([]packet.Reservation, error) { return tc.blocks, tc.listErr },
				vlansFn:   func(string) ([]packet.VLAN, error) { return tc.vlans, tc.listErr },
			}}
			err := o.Delete(t.Context(), packet.Project{ID: "P1", Name: "edge"})
			var refusal *external.Refusal
			if errors.As(err, &refusal) {
				want := "the project edge is not empty: " + tc.want + "; it is deleted by itself once what is in it is gone (the API says: Cannot delete a project with active devices)"
				if diff := cmp.Diff(external.Refusal{Reason: reasonInUse, Message: want}, *refusal); diff != "" {
					t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
				}
				return
			}
			if tc.want != "" {
				t.Errorf("%s: got %v, want a refusal", tc.reason, err)
			}
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReport(t *testing.T) {
	p := packet.Project{
		ID: "P1", Name: "edge", OrganizationID: organization, PaymentMethodID: payment, BackendTransfer: true,
		Tags: []string{"b", "a"}, CustomData: packet.CustomData{markKey: "me", "b": 1.0, "a": "x"},
		CreatedAt: time.Date(2026, 7, 1, 13, 0, 0, 0, time.FixedZone("", 3600)),
	}
	cases := map[string]struct {
		reason string
		p      packet.Project
		want   State
	}{
		"All": {
			reason: "all but the mark is told, in an order of our own", p: p,
			want: State{
				ID: "P1", Name: "edge", OrganizationID: organization, PaymentMethodID: payment, BackendTransfer: true,
				Tags: []string{"a", "b"}, CustomData: `{"a":"x","b":1}`, CreatedAt: "2026-07-01T12:00:00Z",
			},
		},
		"Little": {reason: "what is not there is not told, and a mark alone is nothing", p: packet.Project{ID: "P1", CustomData: packet.CustomData{markKey: "me"}}, want: State{ID: "P1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := (&operations{}).Report(t.Context(), tc.p, external.View[State]{})
			if diff := cmp.Diff(external.Report[State]{State: tc.want}, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
