// SPDX-License-Identifier: Apache-2.0

package sshkey

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
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
	errTaken     = &packet.Error{Class: packet.ClassAlreadyExists}
	keyOne       = packet.SSHKey{ID: "K1", ProjectID: projectA, Label: "edge", Fingerprint: hashOne}
	keyTwo       = packet.SSHKey{ID: "K2", ProjectID: projectA, Label: "other", Fingerprint: hashTwo}
)

type fakeAPI struct {
	getFn     func(id string) (packet.SSHKey, error)
	listFn    func(projectID string) ([]packet.SSHKey, error)
	createFn  func(projectID string, k packet.CreateSSHKey) (packet.SSHKey, error)
	updateFn  func(id string, k packet.UpdateSSHKey) (packet.SSHKey, error)
	deleteFn  func(id string) error
	projectFn func(id string) (packet.Project, error)
}

func (a *fakeAPI) GetSSHKey(_ context.Context, id string) (packet.SSHKey, error) { return a.getFn(id) }
func (a *fakeAPI) ListSSHKeys(_ context.Context, id string) ([]packet.SSHKey, error) {
	return a.listFn(id)
}

func (a *fakeAPI) CreateSSHKey(_ context.Context, id string, k packet.CreateSSHKey) (packet.SSHKey, error) {
	return a.createFn(id, k)
}

func (a *fakeAPI) UpdateSSHKey(_ context.Context, id string, k packet.UpdateSSHKey) (packet.SSHKey, error) {
	return a.updateFn(id, k)
}
func (a *fakeAPI) DeleteSSHKey(_ context.Context, id string) error { return a.deleteFn(id) }
func (a *fakeAPI) GetProject(_ context.Context, id string) (packet.Project, error) {
	return a.projectFn(id)
}

type found struct {
	Key   packet.SSHKey
	Found bool
}

func TestGet(t *testing.T) {
	cases := map[string]struct {
		reason     string
		err        error
		project    string
		projectErr error
		list       []packet.SSHKey
		listErr    error
		want       found
		wantErr    error
	}{
		"There":              {reason: "a key that can be read is there", want: found{keyOne, true}},
		"Gone":               {reason: "a key that is not found is gone", err: errMissing},
		"Unreadable":         {reason: "any other failure says nothing", err: errBoom, project: projectA, wantErr: errBoom},
		"ForbiddenUser":      {reason: "403 for a user's key says nothing: it may be another user's", err: errForbidden, wantErr: errForbidden},
		"ForbiddenProject":   {reason: "403 for the project, too, is a lost permission", err: errForbidden, project: projectA, projectErr: errForbidden, wantErr: errForbidden},
		"ForbiddenWith":      {reason: "403 for a key whose project is gone: it went with it", err: errForbidden, project: projectA, projectErr: errMissing},
		"ForbiddenListed":    {reason: "403 for a key that is listed is a lost permission, whatever the case of its id", err: errForbidden, project: projectA, list: []packet.SSHKey{{ID: "k1"}}, wantErr: errForbidden},
		"ForbiddenNotListed": {reason: "403 for a key that is not listed means that it is gone", err: errForbidden, project: projectA, list: []packet.SSHKey{keyTwo}},
		"ForbiddenUnlisted":  {reason: "403 with a list that fails says nothing", err: errForbidden, project: projectA, listErr: errBoom, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{
				getFn: func(string) (packet.SSHKey, error) {
					if tc.err != nil {
						return packet.SSHKey{}, tc.err
					}
					return keyOne, nil
				},
				projectFn: func(string) (packet.Project, error) { return packet.Project{}, tc.projectErr },
				listFn: func(id string) ([]packet.SSHKey, error) {
					if id != tc.project {
						t.Errorf("%s: looked in project %q", tc.reason, id)
					}
					return tc.list, tc.listErr
				},
			}}
			k, ok, err := o.Get(t.Context(), "K1", Arguments{ProjectID: tc.project})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{k, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFind(t *testing.T) {
	cases := map[string]struct {
		reason  string
		project string
		list    []packet.SSHKey
		err     error
		want    found
		wantErr error
	}{
		"Found":     {reason: "the fingerprint counts, and neither label nor comment", project: projectA, list: []packet.SSHKey{keyTwo, keyOne}, want: found{keyOne, true}},
		"User":      {reason: "a user's keys are listed without a project", list: []packet.SSHKey{keyOne}, want: found{keyOne, true}},
		"Other":     {reason: "another key is not it", project: projectA, list: []packet.SSHKey{keyTwo}},
		"NoProject": {reason: "a project that is gone has none", project: projectA, err: errMissing},
		"NoUser":    {reason: "that a user is missing is a failure", err: errMissing, wantErr: errMissing},
		"Forbidden": {reason: "a list that is forbidden says nothing", project: projectA, err: errForbidden, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{listFn: func(id string) ([]packet.SSHKey, error) {
				if id != tc.project {
					t.Errorf("%s: the keys of %q were listed", tc.reason, id)
				}
				return tc.list, tc.err
			}}}
			k, ok, err := o.Find(t.Context(), Arguments{ProjectID: tc.project, Label: "another", PublicKey: one + " me"})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{k, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFindAttempted has a creation of which it is not known how it ended, with
// another public key than the one that is asked for by now, in its owner's list.
func TestFindAttempted(t *testing.T) {
	const projectB = "0a1b2c3d-0000-4000-8000-00000000000b"
	lower := strings.ToLower(projectA)
	ofUser := packet.SSHKey{ID: "K3", UserID: userA, Fingerprint: hashOne}
	cases := map[string]struct {
		reason  string
		a       Arguments
		lists   map[string][]packet.SSHKey
		err     error
		want    found
		wantErr error
	}{
		"Made":      {reason: "what the attempt made comes first", a: Arguments{ProjectID: projectA, PublicKey: two, Attempted: lower + "/" + hashOne}, lists: map[string][]packet.SSHKey{lower: {keyTwo, keyOne}}, want: found{keyOne, true}},
		"NotMade":   {reason: "else what is asked for", a: Arguments{ProjectID: projectA, PublicKey: two, Attempted: lower + "/" + hashOne}, lists: map[string][]packet.SSHKey{projectA: {keyTwo}}, want: found{keyTwo, true}},
		"User":      {reason: "a user's keys are listed without a project", a: Arguments{PublicKey: two, Attempted: "user/" + hashOne}, lists: map[string][]packet.SSHKey{"": {ofUser}}, want: found{ofUser, true}},
		"Moved":     {reason: "the attempt was made in the project of then", a: Arguments{ProjectID: projectB, PublicKey: one, Attempted: lower + "/" + hashOne}, lists: map[string][]packet.SSHKey{lower: {keyOne}}, want: found{keyOne, true}},
		"NoSecret":  {reason: "without a public key only the attempt is looked for", a: Arguments{ProjectID: projectA, Attempted: lower + "/" + hashOne}, lists: map[string][]packet.SSHKey{lower: {keyTwo}}},
		"BadSecret": {reason: "what cannot be used now does not hide it", a: Arguments{ProjectID: projectA, PublicKey: "hunter2", Attempted: lower + "/" + hashOne}, lists: map[string][]packet.SSHKey{lower: {keyOne}}, want: found{keyOne, true}},
		"Unclear":   {reason: "a list that cannot be read says nothing", a: Arguments{ProjectID: projectA, PublicKey: two, Attempted: lower + "/" + hashOne}, err: errForbidden, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{listFn: func(id string) ([]packet.SSHKey, error) { return tc.lists[id], tc.err }}}
			k, ok, err := o.Find(t.Context(), tc.a)
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{k, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPublicKeyRefused has public keys that cannot be used: the refusal says
// why, and quotes nothing.
func TestPublicKeyRefused(t *testing.T) {
	cases := map[string]struct{ reason, text, says string }{
		"Private": {"a private key is not sent anywhere", "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", "is a private one"},
		"Broken":  {"what is no key is refused", "ssh-ed25519 hunter2", "cannot be read"},
		"Several": {"one key is one line", one + "\n" + two + " hunter2", "has several lines"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{}}
			a := Arguments{PublicKey: tc.text}
			_, _, findErr := o.Find(t.Context(), a)
			_, updateErr := o.Update(t.Context(), keyOne, a, differences(a, keyOne))
			for what, err := range map[string]error{"find": findErr, "update": updateErr} {
				var refusal *external.Refusal
				if !errors.As(err, &refusal) {
					t.Errorf("%s: %s: got %v, want a refusal", tc.reason, what, err)
					continue
				}
				if refusal.Argument != "publicKey" || refusal.Reason != external.ReasonInvalid || !strings.Contains(refusal.Message, tc.says) || strings.Contains(refusal.Message, "hunter2") {
					t.Errorf("%s: %s: got %+v, want one that says %q and quotes nothing", tc.reason, what, refusal, tc.says)
				}
			}
		})
	}
}

func TestPrepare(t *testing.T) {
	cases := map[string]struct {
		reason     string
		project    string
		err        error
		wantReason external.Reason
		wantErr    error
	}{
		"User":       {reason: "a user needs no project", err: errBoom},
		"Project":    {reason: "the project is there", project: projectA},
		"NoProject":  {reason: "a project that is missing is named", project: projectA, err: errMissing, wantReason: parent.ReasonProjectNotFound},
		"Unreadable": {reason: "a project that cannot be read says nothing", project: projectA, err: errForbidden, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: &fakeAPI{projectFn: func(string) (packet.Project, error) { return packet.Project{}, tc.err }}}
			err := o.Prepare(t.Context(), Arguments{ProjectID: tc.project, PublicKey: one})
			var refusal *external.Refusal
			if errors.As(err, &refusal) {
				if refusal.Reason != tc.wantReason || !strings.Contains(refusal.Message, "no project "+tc.project) {
					t.Errorf("%s: got %+v, want %s", tc.reason, refusal, tc.wantReason)
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

func TestCreateAndDelete(t *testing.T) {
	var asked packet.CreateSSHKey
	var owner, gone string
	o := &operations{api: &fakeAPI{
		createFn: func(project string, k packet.CreateSSHKey) (packet.SSHKey, error) {
			owner, asked = project, k
			return keyOne, errBoom
		},
		deleteFn: func(id string) error { gone = id; return errBoom },
	}}
	// What comes from a Secret ends with a line feed.
	_, createErr := o.Create(t.Context(), Arguments{ProjectID: projectA, Label: "edge", PublicKey: one + " me\n"})
	for what, err := range map[string]error{"create": createErr, "delete": o.Delete(t.Context(), keyOne)} {
		if !errors.Is(err, errBoom) {
			t.Errorf("%s: got %v, want %v", what, err, errBoom)
		}
	}
	if diff := cmp.Diff(packet.CreateSSHKey{Label: "edge", Key: one + " me"}, asked); diff != "" || owner != projectA || gone != "K1" {
		t.Errorf("owner %q, deleted %q; request: -want +got:\n%s", owner, gone, diff)
	}
}

func TestUpdate(t *testing.T) {
	cases := map[string]struct {
		reason  string
		a       Arguments
		err     error
		want    packet.UpdateSSHKey
		wantErr error
		says    string
	}{
		"Label":   {reason: "a label alone is changed alone", a: Arguments{Label: "new", PublicKey: one}, want: packet.UpdateSSHKey{Label: ptr.To("new")}},
		"Rotated": {reason: "another key replaces the old one in place", a: Arguments{Label: "edge", PublicKey: two + "\n"}, want: packet.UpdateSSHKey{Key: ptr.To(two)}},
		"Taken": {
			reason: "a key that its owner has elsewhere cannot be had twice", a: Arguments{Label: "edge", PublicKey: two}, err: errTaken,
			want: packet.UpdateSSHKey{Key: ptr.To(two)}, wantErr: errTaken, says: "the owner has another SSH key with this public key",
		},
		"Fails": {reason: "a failure is told", a: Arguments{Label: "new"}, err: errBoom, want: packet.UpdateSSHKey{Label: ptr.To("new")}, wantErr: errBoom, says: "boom"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got packet.UpdateSSHKey
			o := &operations{api: &fakeAPI{updateFn: func(_ string, k packet.UpdateSSHKey) (packet.SSHKey, error) { got = k; return keyTwo, tc.err }}}
			_, err := o.Update(t.Context(), keyOne, tc.a, differences(tc.a, keyOne))
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s: got %v, want it to say %q", tc.reason, err, tc.says)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReport(t *testing.T) {
	at := time.Date(2026, 7, 1, 13, 0, 0, 0, time.FixedZone("", 3600))
	cases := map[string]struct {
		reason string
		k      packet.SSHKey
		want   State
	}{
		"Project": {
			reason: "all but the key itself is told", k: packet.SSHKey{ID: "K1", ProjectID: projectA, Label: "edge", Key: one, Fingerprint: hashOne, CreatedAt: at},
			want: State{ID: "K1", ProjectID: projectA, Label: "edge", Fingerprint: hashOne, OwnerID: projectA, CreatedAt: "2026-07-01T12:00:00Z"},
		},
		"User": {
			reason: "a user's key has no project", k: packet.SSHKey{ID: "K1", UserID: userA, Fingerprint: hashOne},
			want: State{ID: "K1", Fingerprint: hashOne, OwnerID: userA},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := (&operations{}).Report(t.Context(), tc.k, external.View[State]{})
			if diff := cmp.Diff(external.Report[State]{State: tc.want}, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
