// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom    = errors.New("boom")
	errMissing = &packet.Error{Class: packet.ClassNotFound}
)

type fakeAPI struct {
	projectFn func(id string) (packet.Project, error)
	getFn     func(projectID string) (packet.BGPConfig, error)
	setFn     func(projectID string, b packet.SetBGPConfig) error
}

func (a *fakeAPI) GetProject(_ context.Context, id string) (packet.Project, error) {
	return a.projectFn(id)
}

func (a *fakeAPI) GetBGPConfig(_ context.Context, id string) (packet.BGPConfig, error) {
	return a.getFn(id)
}

func (a *fakeAPI) SetBGPConfig(_ context.Context, id string, b packet.SetBGPConfig) error {
	return a.setFn(id, b)
}

// holding is an API whose project P1 has a configuration, or answers an error.
func holding(b packet.BGPConfig, err error) *fakeAPI {
	return &fakeAPI{
		projectFn: func(string) (packet.Project, error) { return packet.Project{ID: "P1"}, nil },
		getFn: func(id string) (packet.BGPConfig, error) {
			if id != "P1" {
				return packet.BGPConfig{}, errMissing
			}
			return b, err
		},
	}
}

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
		reason  string
		id      string
		project string
		err     error
		found   bool
		says    string
		wantErr error
	}{
		"There":      {reason: "ids that differ in case only are the same", id: "b1", project: "P1", found: true},
		"Other":      {reason: "another one in its place is not it", id: "B2", project: "P1"},
		"Gone":       {reason: "BGP that was never configured, and a project that is gone, have none", id: "B1", project: "P1", err: errMissing},
		"Unreadable": {reason: "any other failure says nothing", id: "B1", project: "P1", err: errBoom, wantErr: errBoom},
		"NoProject":  {reason: "without a project it cannot be read", id: "B1", says: "Incomplete: spec.forProvider.projectId is not known"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &operations{api: holding(local, tc.err)}
			got, found, err := o.Get(t.Context(), tc.id, Arguments{ProjectID: tc.project})
			want := packet.BGPConfig{}
			if tc.found {
				want = local
			}
			if diff := cmp.Diff(want, got); diff != "" || found != tc.found {
				t.Errorf("%s: found %t: -want +got:\n%s", tc.reason, found, diff)
			}
			if !strings.HasPrefix(explained(err), tc.says) || tc.says == "" && !errors.Is(err, tc.wantErr) {
				t.Errorf("%s: got error %v", tc.reason, err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	got, found, err := (&operations{api: holding(local, nil)}).Find(t.Context(), Arguments{ProjectID: "P1"})
	if diff := cmp.Diff(local, got); diff != "" || !found || err != nil {
		t.Errorf("the project's configuration: %t, %v: -want +got:\n%s", found, err, diff)
	}
	if _, found, err = (&operations{api: holding(local, nil)}).Find(t.Context(), Arguments{ProjectID: "P2"}); found || err != nil {
		t.Errorf("a project that does not exist has none: got %t, %v", found, err)
	}
}

func TestPrepare(t *testing.T) {
	cases := map[string]struct {
		reason     string
		md5        *packet.Secret
		projectErr error
		has        packet.BGPConfig
		getErr     error
		says       string
		wantErr    error
	}{
		"Good":            {reason: "a project without BGP", getErr: errMissing},
		"GoodPassword":    {reason: "a password that the API takes", md5: ptr.To(password), getErr: errMissing},
		"BadPassword":     {reason: "what the API would refuse is not asked for", md5: ptr.To(packet.Secret("correct-horse-battery")), says: "InvalidPassword: the value must be 10 to 20 letters and digits"},
		"NoProject":       {reason: "the id is told", projectErr: errMissing, says: "ProjectNotFound: there is no project P1"},
		"ProjectUnread":   {reason: "any other failure says nothing", projectErr: errBoom, wantErr: errBoom},
		"Replaced":        {reason: "what is there is not replaced", has: local, says: "ExternalNameMismatch: project P1 has another BGP configuration by now, B1"},
		"ConfigurationUn": {reason: "nor what may be there", getErr: errBoom, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := holding(tc.has, tc.getErr)
			a.projectFn = func(string) (packet.Project, error) { return packet.Project{}, tc.projectErr }
			err := (&operations{api: a}).Prepare(t.Context(), Arguments{ProjectID: "P1", MD5: tc.md5})
			if !strings.HasPrefix(explained(err), tc.says) || tc.says == "" && !errors.Is(err, tc.wantErr) {
				t.Errorf("%s: got error %v, want %q or %v", tc.reason, err, tc.says, tc.wantErr)
			}
			if tc.says == "" && tc.wantErr == nil && err != nil {
				t.Errorf("%s: got error %v", tc.reason, err)
			}
		})
	}
}

func TestWrite(t *testing.T) {
	global := packet.BGPConfig{ID: "B1", ProjectID: "P1", DeploymentType: "global", ASN: 64500, MD5: password}
	create := func(o *operations, a Arguments) (packet.BGPConfig, error) { return o.Create(t.Context(), a) }
	update := func(o *operations, a Arguments) (packet.BGPConfig, error) {
		return o.Update(t.Context(), global, a, nil)
	}
	asked := func(md5 *packet.Secret, disabled bool) Arguments {
		return Arguments{ProjectID: "P1", DeploymentType: "local", ASN: 65000, UseCase: "anycast", MD5: md5, MD5Disabled: disabled}
	}
	set := func(kind string, asn int64, md5 *packet.Secret) *packet.SetBGPConfig {
		return &packet.SetBGPConfig{DeploymentType: kind, ASN: asn, UseCase: "anycast", MD5: md5}
	}
	unsaid := func(a Arguments) Arguments { a.UseCase = ""; return a }
	updateLocal := func(o *operations, a Arguments) (packet.BGPConfig, error) {
		return o.Update(t.Context(), local, a, nil)
	}
	none := ptr.To(packet.Secret(""))
	cases := map[string]struct {
		reason    string
		write     func(*operations, Arguments) (packet.BGPConfig, error)
		a         Arguments
		setErr    error
		getErr    error
		sent      *packet.SetBGPConfig
		wantErr   error
		says      string
		ambiguous bool
	}{
		"Create":         {reason: "all that is asked for is sent", write: create, a: asked(ptr.To(password), false), sent: set("local", 65000, ptr.To(password))},
		"CreateUnsaid":   {reason: "nobody's password is erased by saying nothing", write: create, a: asked(nil, false), sent: set("local", 65000, nil)},
		"CreateNone":     {reason: "none is none", write: create, a: asked(nil, true), sent: set("local", 65000, none)},
		"Rotate":         {reason: "what cannot be changed is sent as it is", write: update, a: asked(ptr.To(rotated), false), sent: set("global", 64500, ptr.To(rotated))},
		"Remove":         {reason: "a password goes only where that is asked for", write: update, a: asked(nil, true), sent: set("global", 64500, none)},
		"UseCaseUnsaid":  {reason: "the use case of a global one is not erased by a change of the password", write: update, a: unsaid(asked(ptr.To(rotated), false)), says: "Invalid: it is not set, and a change of the password would erase"},
		"LocalUnsaid":    {reason: "a local one is approved by nobody", write: updateLocal, a: unsaid(asked(ptr.To(rotated), false)), sent: &packet.SetBGPConfig{DeploymentType: local.DeploymentType, ASN: local.ASN, MD5: ptr.To(rotated)}},
		"BadPassword":    {reason: "nothing is sent that the API would refuse", write: update, a: asked(ptr.To(packet.Secret("short")), false), says: "InvalidPassword: the value must be"},
		"Refused":        {reason: "an error of the API is told", write: create, a: asked(nil, false), setErr: errBoom, sent: set("local", 65000, nil), wantErr: errBoom},
		"CannotBeRead":   {reason: "what was sent may well be there", write: create, a: asked(nil, false), getErr: errBoom, sent: set("local", 65000, nil), ambiguous: true},
		"NotThereAtOnce": {reason: "also if the API does not see it yet", write: create, a: asked(nil, false), getErr: errMissing, sent: set("local", 65000, nil), ambiguous: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var sent *packet.SetBGPConfig
			a := holding(local, tc.getErr)
			a.setFn = func(_ string, b packet.SetBGPConfig) error { sent = &b; return tc.setErr }
			got, err := tc.write(&operations{api: a}, tc.a)
			if diff := cmp.Diff(tc.sent, sent); diff != "" {
				t.Errorf("%s: request: -want +got:\n%s", tc.reason, diff)
			}
			switch {
			case tc.says != "":
				if !strings.HasPrefix(explained(err), tc.says) {
					t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.says)
				}
			case tc.ambiguous:
				if !packet.IsAmbiguous(err) || packet.IsNotFound(err) {
					t.Errorf("%s: got error %v", tc.reason, err)
				}
			default:
				if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
				}
			}
			if err == nil && got.ID != local.ID {
				t.Errorf("%s: what it has become is returned: got %+v", tc.reason, got)
			}
		})
	}
}

func TestDelete(t *testing.T) {
	// An API that fails the test if it is asked for anything.
	if err := (&operations{api: &fakeAPI{}}).Delete(t.Context(), local); err != nil {
		t.Errorf("there is nothing to ask the API for: got %v", err)
	}
}

func TestValidPassword(t *testing.T) {
	cases := map[string]struct {
		reason string
		text   string
		want   bool
	}{
		"Shortest":  {reason: "ten", text: "abcdefGH12", want: true},
		"Longest":   {reason: "twenty", text: "abcdefghijABCDEFGH12", want: true},
		"TooShort":  {reason: "nine", text: "abcdefG12"},
		"TooLong":   {reason: "twenty-one", text: "abcdefghijABCDEFGH123"},
		"NoLower":   {reason: "no lower-case letter", text: "ABCDEFGH12"},
		"NoUpper":   {reason: "no upper-case letter", text: "abcdefgh12"},
		"NoDigit":   {reason: "no digit", text: "abcdefGHIJ"},
		"Empty":     {reason: "an empty value is an accident, not a wish", text: ""},
		"LineBreak": {reason: "as files have at their end", text: "abcdefGH12\n"},
		"Sign":      {reason: "only letters and digits", text: "abcdefGH1-2"},
		"Foreign":   {reason: "only those of ASCII", text: "äbcdefGH12"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := validPassword(tc.text); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
			err := check(Arguments{MD5: ptr.To(packet.Secret(tc.text))})
			var refusal *external.Refusal
			if tc.want != (err == nil) || err != nil && (!errors.As(err, &refusal) || refusal.Argument != "md5") {
				t.Errorf("%s: got refusal %+v", tc.reason, err)
			}
			if err != nil && tc.text != "" && strings.Contains(err.Error(), strings.TrimSpace(tc.text)) {
				t.Errorf("%s: the password is told: %v", tc.reason, err)
			}
		})
	}
}
