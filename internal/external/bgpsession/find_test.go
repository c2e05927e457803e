// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestFind(t *testing.T) {
	cases := map[string]struct {
		reason  string
		list    []packet.Session
		err     error
		want    found
		wantErr error
	}{
		"Found":       {reason: "the session of the family is found", list: []packet.Session{four, six}, want: found{six, true}},
		"OtherFamily": {reason: "a session of the other family is not it", list: []packet.Session{four}},
		"None":        {reason: "a device without sessions has none"},
		"NoDevice":    {reason: "a device that is gone has none", err: errMissing},
		"Unreadable":  {reason: "a list that fails says nothing", err: errBoom, wantErr: errBoom},
		"Forbidden":   {reason: "a list that is forbidden, as the device is, says nothing", err: errForbidden, wantErr: errForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				listFn:   func(string) ([]packet.Session, error) { return tc.list, tc.err },
				deviceFn: func(string) (packet.Device, error) { return packet.Device{}, errForbidden },
			})
			s, ok, err := o.Find(t.Context(), Arguments{DeviceID: "D1", AddressFamily: "ipv6"})
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{s, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFindAttempted looks for what an attempt on another device made before it
// looks for what is asked for.
func TestFindAttempted(t *testing.T) {
	second := packet.Session{ID: "T4", DeviceID: "D2", AddressFamily: "ipv4"}
	cases := map[string]struct {
		reason  string
		a       Arguments
		lists   map[string][]packet.Session
		err     error
		asked   []string
		want    found
		wantErr error
	}{
		"Made":     {reason: "what the attempt made comes first", a: Arguments{DeviceID: "D2", AddressFamily: "ipv4", Attempted: "d1/ipv4"}, lists: map[string][]packet.Session{"d1": {six, four}, "D2": {second}}, asked: []string{"d1"}, want: found{four, true}},
		"NotMade":  {reason: "else what is asked for", a: Arguments{DeviceID: "D2", AddressFamily: "ipv4", Attempted: "d1/ipv4"}, lists: map[string][]packet.Session{"d1": {six}, "D2": {second}}, asked: []string{"d1", "D2"}, want: found{second, true}},
		"Same":     {reason: "who asks for the same is not asked twice", a: Arguments{DeviceID: "D1", AddressFamily: "ipv4", Attempted: "d1/ipv4"}, lists: map[string][]packet.Session{"D1": {six}}, asked: []string{"D1"}},
		"NoDevice": {reason: "where no device is known any more only the attempt is looked for", a: Arguments{AddressFamily: "ipv4", Attempted: "d1/ipv4"}, asked: []string{"d1"}},
		"Unclear":  {reason: "a list that cannot be read says nothing", a: Arguments{DeviceID: "D2", AddressFamily: "ipv4", Attempted: "d1/ipv4"}, err: errBoom, asked: []string{"d1"}, wantErr: errBoom},
		"Gone":     {reason: "a device that is gone has nothing, and keeps nobody from looking on", a: Arguments{DeviceID: "D2", AddressFamily: "ipv4", Attempted: "d1/ipv4"}, err: errMissing, asked: []string{"d1", "D2"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var asked []string
			o := over(&fakeAPI{listFn: func(id string) ([]packet.Session, error) {
				asked = append(asked, id)
				return tc.lists[id], tc.err
			}})
			s, ok, err := o.Find(t.Context(), tc.a)
			if diff := cmp.Diff(tc.wantErr, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, found{s, ok}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.asked, asked); diff != "" {
				t.Errorf("%s: devices: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
