// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TestHiddenDevice has the API answer 403 for a session, its device and the
// sessions of that.
func TestHiddenDevice(t *testing.T) {
	cases := map[string]struct {
		reason     string
		deviceErr  error
		home       string
		projectErr error
		devices    []packet.Device
		devicesErr error
		gone       bool
	}{
		"Device":    {reason: "a device that is gone has no sessions", deviceErr: errMissing, gone: true},
		"Readable":  {reason: "a device that can be read is there", home: "P1"},
		"Unclear":   {reason: "one that cannot be read may be", deviceErr: errBoom, home: "P1", projectErr: errMissing},
		"Homeless":  {reason: "without its project nothing is known", deviceErr: errForbidden},
		"Project":   {reason: "a project that is gone had no devices", deviceErr: errForbidden, home: "P1", projectErr: errMissing, gone: true},
		"Foreign":   {reason: "a project that the key may not see says nothing, whatever the list", deviceErr: errForbidden, home: "P1", projectErr: errForbidden},
		"Listed":    {reason: "a device that is listed is there", deviceErr: errForbidden, home: "P1", devices: []packet.Device{{ID: "d1"}}},
		"NotListed": {reason: "one that is not listed, in a project that can be read, is gone", deviceErr: errForbidden, home: "P1", devices: []packet.Device{{ID: "D2"}}, gone: true},
		"Unlisted":  {reason: "a list that fails says nothing", deviceErr: errForbidden, home: "P1", devicesErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{
				getFn:    func(string) (packet.Session, error) { return packet.Session{}, errForbidden },
				listFn:   func(string) ([]packet.Session, error) { return nil, errForbidden },
				deviceFn: func(string) (packet.Device, error) { return packet.Device{}, tc.deviceErr },
				projectFn: func(id string) error {
					if id != tc.home {
						t.Errorf("project %q was read", id)
					}
					return tc.projectErr
				},
				devicesFn: func(string) ([]packet.Device, error) { return tc.devices, tc.devicesErr },
			})
			if tc.home != "" {
				o.shared.homes.set(o.at("d1"), tc.home)
			}
			a := Arguments{DeviceID: "D1", AddressFamily: "ipv4"}
			_, there, err := o.Get(t.Context(), "S4", a)
			if there || packet.IsForbidden(err) == tc.gone {
				t.Errorf("%s: get: got %t, %v", tc.reason, there, err)
			}
			_, there, err = o.Find(t.Context(), a)
			if there || packet.IsForbidden(err) == tc.gone {
				t.Errorf("%s: find: got %t, %v", tc.reason, there, err)
			}
		})
	}
}
