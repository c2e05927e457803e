// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"net/http"
	"testing"
)

func TestUnusableAnswers(t *testing.T) {
	cases := map[string]struct {
		reason string
		method string
		body   string
		class  Class
	}{
		"OtherSession":       {"Another session is not the one asked for.", "GetSession", `{"id":"` + projectID + `"}`, ClassUnavailable},
		"SessionsNoID":       {"A session without an id makes a list unusable.", "ListDeviceSessions", `{"bgp_sessions":[{}]}`, ClassUnavailable},
		"NeighborFamily":     {"A family that is not known cannot be guessed.", "ListNeighbors", `{"bgp_neighbors":[{"address_family":5}]}`, ClassUnavailable},
		"DeviceNoID":         {"{} is no device.", "GetDevice", `{}`, ClassUnavailable},
		"DeviceNull":         {"null is no device.", "GetDevice", `null`, ClassUnavailable},
		"OtherDevice":        {"Another device is not the one asked for.", "GetDevice", `{"id":"` + projectID + `"}`, ClassUnavailable},
		"DeviceMadeNoID":     {"A device without an id may have been made.", "CreateDevice", `{}`, ClassUnavailable},
		"DevicesNoID":        {"A device without an id makes a list unusable.", "ListDevices", `{"devices":[{}]}`, ClassUnavailable},
		"ProjectNoID":        {"{} is no project.", "GetProject", `{}`, ClassUnavailable},
		"OtherProject":       {"Another project is not the one asked for.", "GetProject", `{"id":"` + deviceID + `"}`, ClassUnavailable},
		"BGPConfigNone":      {"{} means that BGP was never asked for.", "GetBGPConfig", `{}`, ClassNotFound},
		"BGPConfigNull":      {"null means nothing.", "GetBGPConfig", `null`, ClassUnavailable},
		"SessionsNoList":     {"A string is no list.", "ListDeviceSessions", `{"bgp_sessions":"x"}`, ClassUnavailable},
		"SessionsMissing":    {"{} is no list: an object must not be missed because of it.", "ListDeviceSessions", `{}`, ClassUnavailable},
		"ReservationNoID":    {"{} is no reservation.", "GetReservation", `{}`, ClassUnavailable},
		"OtherReservation":   {"Another reservation is not the one asked for.", "GetReservation", `{"id":"` + deviceID + `"}`, ClassUnavailable},
		"Assignment":         {"An assigned address is no reservation.", "GetReservation", `{"id":"` + reservationID + `","assigned_to":{"href":"/devices/x"}}`, ClassOtherKind},
		"AssignmentChanged":  {"Nor is one that was changed by mistake.", "UpdateReservation", `{"id":"` + reservationID + `","assigned_to":{"href":"/devices/x"}}`, ClassOtherKind},
		"SSHKeyNoID":         {"{} is no key.", "GetSSHKey", `{}`, ClassUnavailable},
		"OtherSSHKey":        {"Another key is not the one asked for.", "UpdateSSHKey", `{"id":"` + deviceID + `"}`, ClassUnavailable},
		"SSHKeysMissing":     {"{} is no list.", "ListSSHKeys", `{}`, ClassUnavailable},
		"SSHKeysNull":        {"null is no list.", "ListSSHKeys", `{"ssh_keys":null}`, ClassUnavailable},
		"SSHKeysUnlike":      {"A list of something else cannot be read.", "ListSSHKeys", `{"ssh_keys":["x"]}`, ClassUnavailable},
		"ProjectsOddMeta":    {"Pages that cannot be counted cannot be read.", "ListProjects", `{"projects":[],"meta":[]}`, ClassUnavailable},
		"ProjectsOddContent": {"A project that cannot be read makes a list unusable.", "ListProjects", `{"projects":[{"id":1}]}`, ClassUnavailable},
		"VLANNoID":           {"A VLAN without an id makes a list unusable.", "ListVLANs", `{"virtual_networks":[{}]}`, ClassUnavailable},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, answering(200, tc.body))
			m := methods[tc.method]
			_, err := m.call(t.Context(), newTestClient(t, a.URL, testOptions()), m.id)
			if asError(err).Class != tc.class {
				t.Errorf("%s\nwant %s, got %v", tc.reason, tc.class, err)
			}
			if want := m.wire.Method != http.MethodGet; IsAmbiguous(err) != want {
				t.Errorf("%s\nIsAmbiguous(%v): want %t", tc.reason, err, want)
			}
		})
	}
}
