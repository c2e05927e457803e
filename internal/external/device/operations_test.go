// SPDX-License-Identifier: Apache-2.0

package device

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

type found struct {
	ID    string
	Found bool
}

func TestGet(t *testing.T) {
	there := packet.Device{ID: deviceID, State: "active"}
	cases := map[string]struct {
		reason     string
		device     packet.Device
		err        error
		project    string
		projectErr error
		list       []packet.Device
		listErr    error
		want       found
		wantErr    error
	}{
		"There":              {reason: "a device that can be read is there", device: there, want: found{deviceID, true}},
		"Deleted":            {reason: "a device whose state is deleted is gone", device: packet.Device{ID: deviceID, State: "deleted"}},
		"Gone":               {reason: "a device that is not found is gone", err: errMissing},
		"Unreadable":         {reason: "any other failure says nothing", err: errBoom, project: projectID, wantErr: errBoom},
		"ForbiddenNoProject": {reason: "403 without a project to check says nothing", err: errForbidden, wantErr: errForbidden},
		"ForbiddenProject":   {reason: "403 for the project too is a lost permission", err: errForbidden, project: projectID, projectErr: errForbidden, wantErr: errForbidden},
		"ForbiddenGone":      {reason: "403 for a device whose project is gone: that had no device any more", err: errForbidden, project: projectID, projectErr: errMissing},
		"ForbiddenUnclear":   {reason: "403 with a project that cannot be read says nothing", err: errForbidden, project: projectID, projectErr: errBoom, wantErr: errForbidden},
		"ForbiddenUnlisted":  {reason: "403 with a list that fails says nothing", err: errForbidden, project: projectID, listErr: errBoom, wantErr: errForbidden},
		"ForbiddenListed":    {reason: "403 for a device that is listed is a lost permission, whatever the case of its id", err: errForbidden, project: projectID, list: []packet.Device{{ID: strings.ToUpper(deviceID)}}, wantErr: errForbidden},
		"ForbiddenMissing":   {reason: "403 for a device that is not listed means that it is gone", err: errForbidden, project: projectID, list: []packet.Device{{ID: projectID}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				getFn:     func(string) (packet.Device, error) { return tc.device, tc.err },
				projectFn: func(string) (packet.Project, error) { return packet.Project{}, tc.projectErr },
				listFn: func(_, tag string) ([]packet.Device, error) {
					if tag != "" {
						t.Errorf("tags can be changed by others: asked for those with %q", tag)
					}
					return tc.list, tc.listErr
				},
			})
			m, ok, err := o.Get(t.Context(), deviceID, Arguments{ProjectID: tc.project})
			if !errors.Is(err, tc.wantErr) {
				t.Errorf("%s: got error %v, want %v", tc.reason, err, tc.wantErr)
			}
			if diff := cmp.Diff(tc.want, found{m.ID, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMachine(t *testing.T) {
	for name, tc := range map[string]struct {
		tags     []string
		locked   *bool
		ours, un bool
	}{
		"Theirs":   {tags: []string{"a"}},
		"Ours":     {tags: []string{"a", mark}, ours: true},
		"Locked":   {locked: ptr.To(true)},
		"Unlocked": {locked: ptr.To(false), un: true},
	} {
		m := over(&fakeAPI{}).machine(packet.Device{Tags: tc.tags}, Arguments{Locked: tc.locked})
		if m.Ours != tc.ours || m.Unlocked != tc.un {
			t.Errorf("%s: got ours %t, unlocked %t", name, m.Ours, m.Unlocked)
		}
	}
}

func TestFind(t *testing.T) {
	old, young := packet.Device{ID: "old", CreatedAt: start}, packet.Device{ID: "young", CreatedAt: start.Add(1)}
	in := func(d packet.Device, state string) packet.Device { d.State = state; return d }
	cases := map[string]struct {
		reason  string
		list    []packet.Device
		listErr error
		state   string
		getErr  error
		want    found
		wantErr string
	}{
		"None":       {reason: "no device carries the mark"},
		"NoProject":  {reason: "a project that does not exist has none", listErr: errMissing},
		"Unreadable": {reason: "a list that fails says nothing", listErr: errBoom, wantErr: "boom"},
		"One":        {reason: "the device that carries the mark is ours", list: []packet.Device{old}, want: found{"old", true}},
		"Two":        {reason: "the later of two is what there is now", list: []packet.Device{old, young}, want: found{"young", true}},
		"Deleted":    {reason: "a device that the API only remembers is not there", list: []packet.Device{in(old, "deleted")}},
		"Replaced":   {reason: "nor does it stand before one that is", list: []packet.Device{in(young, "deleted"), old}, want: found{"old", true}},
		"Goes":       {reason: "a device that is being deleted is there until it is gone", list: []packet.Device{in(old, "deprovisioning")}, want: found{"old", true}},
		"GoesLater":  {reason: "but one that stays counts, in whatever order", list: []packet.Device{in(young, "deprovisioning"), old}, want: found{"old", true}},
		"GoesFirst":  {reason: "but one that stays counts, in whatever order", list: []packet.Device{old, in(young, "deprovisioning")}, want: found{"old", true}},
		"GoneByThen": {reason: "what the list does not know yet the device itself says", list: []packet.Device{old, young}, state: "deleted"},
		"StaleList":  {reason: "a list that lags behind is not believed", list: []packet.Device{old}, getErr: errMissing, wantErr: "has device old, which is not there; looking again"},
		"Hidden":     {reason: "not for a device that failed to provision either", list: []packet.Device{old}, getErr: errForbidden, wantErr: "looking again"},
		"Unclear":    {reason: "a device that cannot be read is not found", list: []packet.Device{old}, getErr: errBoom, wantErr: "boom"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				listFn: func(project, tag string) ([]packet.Device, error) {
					if project != projectID || tag != mark {
						t.Errorf("listed project %q, tag %q", project, tag)
					}
					return tc.list, tc.listErr
				},
				getFn: func(id string) (packet.Device, error) { return packet.Device{ID: id, State: tc.state}, tc.getErr },
			})
			m, ok, err := o.Find(t.Context(), Arguments{ProjectID: projectID})
			if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
				t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.wantErr)
			}
			if packet.IsForbidden(err) || packet.IsNotFound(err) {
				t.Errorf("%s: %v would be taken for a word on a permission, or on the device", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, found{m.ID, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestPrepare(t *testing.T) {
	cases := map[string]struct {
		reason  string
		data    string
		err     error
		why     external.Reason
		wantErr string
	}{
		"Ready":     {reason: "with a project nothing is in the way"},
		"Invalid":   {reason: "what cannot be sent is refused", data: "[]", why: external.ReasonInvalid, wantErr: "JSON object"},
		"NoProject": {reason: "without a project there is no device", err: errMissing, why: parent.ReasonProjectNotFound, wantErr: "there is no project " + projectID},
		"Unclear":   {reason: "a project that cannot be read is no reason to refuse", err: errBoom, wantErr: "cannot read the project: boom"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{projectFn: func(string) (packet.Project, error) { return packet.Project{}, tc.err }})
			err := o.Prepare(t.Context(), Arguments{ProjectID: projectID, CustomData: tc.data})
			if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
				t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.wantErr)
			}
			wantRefusal(t, err, tc.why)
		})
	}
}

// wantRefusal fails the test if an error is no refusal for the reason, or is
// one although there is none.
func wantRefusal(t *testing.T, err error, why external.Reason) {
	t.Helper()
	var refusal *external.Refusal
	if is := errors.As(err, &refusal); is != (why != "") || is && refusal.Reason != why {
		t.Errorf("got %v, want a refusal for the reason %q", err, why)
	}
}

func TestCreate(t *testing.T) {
	var got packet.CreateDevice
	answer := packet.Device{ID: deviceID, Tags: []string{mark}}
	a := &fakeAPI{createFn: func(project string, d packet.CreateDevice) (packet.Device, error) {
		if project != projectID {
			t.Errorf("got project %q", project)
		}
		got = d
		return answer, nil
	}}
	m, err := over(a).Create(t.Context(), Arguments{ProjectID: projectID, Plan: "c3.small.x86"})
	if err != nil || m.ID != deviceID || !m.Ours {
		t.Errorf("got %+v, %v", m, err)
	}
	if diff := cmp.Diff(packet.CreateDevice{Plan: "c3.small.x86", Tags: []string{mark}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	a.createFn = func(string, packet.CreateDevice) (packet.Device, error) { return packet.Device{}, errBoom }
	if _, err := over(a).Create(t.Context(), Arguments{}); !errors.Is(err, errBoom) {
		t.Errorf("got error %v, want that of the API", err)
	}
	_, err = over(&fakeAPI{}).Create(t.Context(), Arguments{CustomData: "{"})
	wantRefusal(t, err, external.ReasonInvalid)
}

func TestUpdate(t *testing.T) {
	var got packet.UpdateDevice
	o := over(&fakeAPI{updateFn: func(id string, d packet.UpdateDevice) (packet.Device, error) {
		got = d
		return packet.Device{ID: id}, nil
	}})
	a := asIs()
	a.Hostname = "edge-2"
	m, err := o.Update(t.Context(), settled(), a, differences(a, settled()))
	if err != nil || m.ID != deviceID {
		t.Errorf("got %+v, %v", m, err)
	}
	if diff := cmp.Diff(packet.UpdateDevice{Hostname: ptr.To("edge-2")}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	a.CustomData = "{"
	_, err = o.Update(t.Context(), settled(), a, differences(a, settled()))
	wantRefusal(t, err, external.ReasonInvalid)
}

func TestDelete(t *testing.T) {
	cases := map[string]struct {
		reason    string
		m         Machine
		updateErr error
		deleteErr error
		calls     []string
		why       external.Reason
		wantErr   string
	}{
		"Plain":          {reason: "a device is deleted", calls: []string{"delete"}},
		"Underway":       {reason: "what is being deleted is waited for", m: Machine{Device: packet.Device{State: "deprovisioning"}}},
		"Unlocked":       {reason: "a lock that the manifest forbids is lifted first", m: Machine{Device: packet.Device{Locked: true}, Unlocked: true}, calls: []string{"unlock", "delete"}},
		"NotUnlocked":    {reason: "a lock that stays keeps the device", m: Machine{Device: packet.Device{Locked: true}, Unlocked: true}, updateErr: errBoom, calls: []string{"unlock"}, wantErr: "cannot unlock it: boom"},
		"Locked":         {reason: "a lock that the manifest does not speak of is respected", m: Machine{Device: packet.Device{Locked: true}}, deleteErr: &packet.Error{Class: packet.ClassLocked}, calls: []string{"delete"}, why: reasonLocked, wantErr: "set spec.forProvider.locked to false, or unlock it"},
		"Provisioning":   {reason: "a device that is being provisioned is waited for", deleteErr: &packet.Error{Class: packet.ClassBusy}, calls: []string{"delete"}, why: reasonProvisioning, wantErr: "deleted as soon as that has ended"},
		"Unreachable":    {reason: "an API that fails is asked again", deleteErr: errBoom, calls: []string{"delete"}, wantErr: "boom"},
		"NotThereByThen": {reason: "what is gone meanwhile is for the caller to judge", deleteErr: errMissing, calls: []string{"delete"}, wantErr: "not found"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var calls []string
			o := over(&fakeAPI{
				updateFn: func(_ string, d packet.UpdateDevice) (packet.Device, error) {
					if diff := cmp.Diff(packet.UpdateDevice{Locked: ptr.To(false)}, d); diff != "" {
						t.Errorf("-want +got:\n%s", diff)
					}
					calls = append(calls, "unlock")
					return packet.Device{}, tc.updateErr
				},
				deleteFn: func(string) error {
					calls = append(calls, "delete")
					return tc.deleteErr
				},
			})
			err := o.Delete(t.Context(), tc.m)
			if (tc.wantErr == "") != (err == nil) || !strings.Contains(textOf(err), tc.wantErr) {
				t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.wantErr)
			}
			wantRefusal(t, err, tc.why)
			if diff := cmp.Diff(tc.calls, calls, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
