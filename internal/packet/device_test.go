// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"k8s.io/utils/ptr"
)

const deviceAnswer = `{"id":"` + deviceID + `","hostname":"edge-1","description":"at the edge","state":"provisioning","tags":["a"],
	"provisioning_percentage":42.5,"provisioning_events":[
		{"id":"e1","type":"provisioning.101","body":"Provisioning started","created_at":"2024-05-01T08:00:00.123Z"},
		{"id":null,"type":"provisioning.102","body":"Network configured","created_at":null}],
	"billing_cycle":"hourly","user":"root","root_password":"` + testMD5 + `","sos":"x@sos.sv15","customdata":{"pw":"` + testData + `"},"userdata":"#!/bin/sh",
	"locked":true,"always_pxe":true,"ipxe_script_url":"https://boot.example","spot_instance":true,"spot_price_max":0.5,
	"termination_time":"2024-05-01T09:00:00Z","created_at":"2024-05-01T08:00:00Z",
	"plan":{"slug":"c3.small.x86","pricing":{"hour":0.5}},"operating_system":{"slug":"ubuntu_22_04"},
	"metro":{"code":"sv"},"facility":{"code":"sv15","address":{"coordinates":{"latitude":37.1}}},
	"project":{"href":"/metal/v1/projects/` + projectID + `"},"hardware_reservation":{"href":"/metal/v1/hardware-reservations/` + organizationID + `"},
	"ssh_keys":[{"href":"/metal/v1/ssh-keys/` + sshKeyID + `"}],
	"ip_addresses":[{"id":"f7","address_family":4,"address":"10.66.29.1","gateway":"10.66.29.0","network":"10.66.29.0","netmask":"255.255.255.254","cidr":31,"public":false,"management":true,"global_ip":null},
	                {"id":"f8","address_family":6,"address":"2604::1","gateway":"2604::","network":"2604::","netmask":"ffff::","cidr":127,"public":true,"management":true,"global_ip":true}]}`

var wantDevice = Device{
	ID: deviceID, ProjectID: projectID, Hostname: "edge-1", Description: "at the edge", State: "provisioning", ProvisioningPercentage: 42.5,
	Provisioning: []ProvisioningEvent{
		{Body: "Provisioning started", At: may1.Add(123 * time.Millisecond)},
		{Body: "Network configured"},
	},
	Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Facility: "sv15", BillingCycle: "hourly",
	Tags: []string{"a"}, UserData: "#!/bin/sh", CustomData: testJSON,
	Locked: true, AlwaysPXE: true, IPXEScriptURL: "https://boot.example", SSHKeyIDs: []string{sshKeyID},
	Addresses: []Address{
		{AddressFamily: "ipv4", Address: "10.66.29.1", Gateway: "10.66.29.0", CIDR: 31, Management: true},
		{AddressFamily: "ipv6", Address: "2604::1", Gateway: "2604::", CIDR: 127, Public: true, Management: true},
	},
	User: "root", RootPassword: testMD5, SOS: "x@sos.sv15", HardwareReservationID: organizationID,
	SpotInstance: true, SpotPriceMax: 0.5, TerminationTime: may1.Add(time.Hour), CreatedAt: may1,
}

var deviceMethods = map[string]method{
	"GetDevice": {
		reason: "A device should be translated, with the ids of what it links to.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetDevice(ctx, id) },
		id:     deviceID,
		answer: answering(200, deviceAnswer),
		wire:   seen{Method: "GET", URI: "/metal/v1/devices/" + deviceID + "?include=facility"},
		want:   wantDevice,
	},
	"ListDevices": {
		reason: "Null should be read as nothing, and a device without the tag not at all.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListDevices(ctx, id, "uid:1&2") },
		id:     projectID,
		answer: answering(200, `{"devices":[`+deviceAnswer+`,{"id":"`+projectID+`","state":"queued","description":null,"customdata":null,"tags":["a","uid:1&2"],"userdata":null,
			"ipxe_script_url":null,"termination_time":null,"hardware_reservation":null,"facility":null,"metro":null,"ip_addresses":[],"network_ports":[]}]}`),
		wire: seen{Method: "GET", URI: "/metal/v1/projects/" + projectID + "/devices?include=facility&page=1&per_page=250&tag=uid%3A1%262"},
		want: []Device{{ID: projectID, State: "queued", Tags: []string{"a", "uid:1&2"}}},
	},
	"CreateDevice": {
		reason: "Everything should be sent in the form that the API documents.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.CreateDevice(ctx, id, CreateDevice{
				Hostname: "edge-1", Description: "at the edge", Plan: "c3.small.x86", OperatingSystem: "custom_ipxe", Metro: "sv", Facilities: []string{"sv15", "any"},
				BillingCycle: "hourly", Tags: []string{"a"}, UserData: testScript, CustomData: testJSON, Locked: true,
				AlwaysPXE: true, IPXEScriptURL: "https://boot.example", HardwareReservationID: "next-available",
				SpotInstance: true, SpotPriceMax: 0.5, TerminationTime: may1.In(time.FixedZone("CET", 3600)),
				ProjectSSHKeyIDs: []string{sshKeyID}, UserSSHKeyIDs: []string{organizationID}, NoSSHKeys: true,
				Addresses: []CreateAddress{{AddressFamily: "ipv4", CIDR: 31}, {AddressFamily: "ipv6", Public: true, ReservationIDs: []string{reservationID}}},
			})
		},
		id:     projectID,
		sends:  []string{testData, "hunter33"},
		answer: answering(201, deviceAnswer),
		wire: seen{
			Method: "POST", URI: "/metal/v1/projects/" + projectID + "/devices",
			Body: `{"hostname":"edge-1","description":"at the edge","plan":"c3.small.x86","operating_system":"custom_ipxe","metro":"sv","facility":["sv15","any"],` +
				`"billing_cycle":"hourly","tags":["a"],"userdata":` + quoted(testScript) + `,"customdata":{"pw":"` + testData + `"},"locked":true,` +
				`"always_pxe":true,"ipxe_script_url":"https://boot.example","hardware_reservation_id":"next-available",` +
				`"spot_instance":true,"spot_price_max":0.5,"termination_time":"2024-05-01T08:00:00Z",` +
				`"project_ssh_keys":["` + sshKeyID + `"],"user_ssh_keys":["` + organizationID + `"],"no_ssh_keys":true,` +
				`"ip_addresses":[{"address_family":4,"public":false,"cidr":31},{"address_family":6,"public":true,"ip_reservations":["` + reservationID + `"]}]}` + "\n",
		},
		want: wantDevice,
	},
	"UpdateDevice": {
		reason: "What can change should be sent.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.UpdateDevice(ctx, id, UpdateDevice{
				Hostname: ptr.To("edge-2"), Description: ptr.To("d"), BillingCycle: ptr.To("monthly"), Tags: &[]string{"b"},
				UserData: ptr.To(Secret(testScript)), CustomData: &testJSON, Locked: ptr.To(false),
				AlwaysPXE: ptr.To(false), IPXEScriptURL: ptr.To("https://boot.example"),
			})
		},
		id:     deviceID,
		sends:  []string{testData, "hunter33"},
		answer: answering(200, deviceAnswer),
		wire: seen{
			Method: "PUT", URI: "/metal/v1/devices/" + deviceID + "?include=facility",
			Body: `{"hostname":"edge-2","description":"d","billing_cycle":"monthly","tags":["b"],"userdata":` + quoted(testScript) + `,"customdata":{"pw":"` + testData + `"},` +
				`"locked":false,"always_pxe":false,"ipxe_script_url":"https://boot.example"}` + "\n",
		},
		want: wantDevice,
	},
	"DeleteDevice": {
		reason: "A deletion has no answer, and force is nothing that is asked for.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return discard(c.DeleteDevice(ctx, id))
		},
		id:     deviceID,
		answer: answering(204, ""),
		wire:   seen{Method: "DELETE", URI: "/metal/v1/devices/" + deviceID},
	},
}

// quoted returns a text as JSON.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func makeDevice(ctx context.Context, c *Client) error {
	_, err := c.CreateDevice(ctx, projectID, CreateDevice{Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv"})
	return err
}

func dropDevice(ctx context.Context, c *Client) error { return c.DeleteDevice(ctx, deviceID) }

func TestDeviceBodies(t *testing.T) {
	update := func(d UpdateDevice) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.UpdateDevice(ctx, deviceID, d)
			return err
		}
	}
	testBodies(t, map[string]body{
		"CreateLeast": {
			"What is not said should be left to the API.", makeDevice, deviceAnswer,
			`{"plan":"c3.small.x86","operating_system":"ubuntu_22_04","metro":"sv"}`,
		},
		"UpdateNothing": {"Nil should change nothing.", update(UpdateDevice{}), deviceAnswer, `{}`},
		"UpdateEmpty": {
			"A pointer to nothing should empty a field.",
			update(UpdateDevice{Description: ptr.To(""), Tags: new([]string), UserData: new(Secret), CustomData: new(CustomData), Locked: ptr.To(false)}), deviceAnswer,
			`{"description":"","tags":[],"userdata":"","customdata":{},"locked":false}`,
		},
	})
}

func TestAddressFamilyOfNewDevice(t *testing.T) {
	a := startAPI(t, answering(201, deviceAnswer))
	_, err := newTestClient(t, a.URL, testOptions()).CreateDevice(t.Context(), projectID, CreateDevice{Addresses: []CreateAddress{{AddressFamily: "ipx"}}})
	want := "POST /projects/{id}/devices: invalid: the address family of a device's address is neither ipv4 nor ipv6"
	if err == nil || err.Error() != want || len(a.requests()) != 0 {
		t.Errorf("an unknown family should be refused without a request:\nwant %q\ngot  %v, and %d requests", want, err, len(a.requests()))
	}
}
