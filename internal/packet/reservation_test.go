// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"testing"

	"k8s.io/utils/ptr"
)

const reservationAnswer = `{"id":"` + reservationID + `","address_family":4,"address":"147.75.40.0","gateway":"147.75.40.0","network":"147.75.40.0","netmask":"255.255.255.252",
	"cidr":30,"public":true,"management":false,"global_ip":false,"type":"public_ipv4","state":"created","details":"for the edge","tags":["a"],"customdata":{"pw":"` + testData + `"},
	"assignments":[{"href":"/metal/v1/ips/` + organizationID + `"}],"available":"/metal/v1/ips/` + reservationID + `/available",
	"metro":{"code":"sv"},"facility":{"code":"sv15"},"project":{"href":"/metal/v1/projects/` + projectID + `"},"created_at":"2024-05-01T08:00:00Z"}`

var wantReservation = Reservation{
	ID: reservationID, ProjectID: projectID, Type: "public_ipv4", State: "created", AddressFamily: "ipv4",
	Address: "147.75.40.0", Gateway: "147.75.40.0", Network: "147.75.40.0", Netmask: "255.255.255.252", CIDR: 30, Quantity: 4,
	Metro: "sv", Facility: "sv15", Details: "for the edge", Tags: []string{"a"}, CustomData: testJSON, Public: true,
	AssignmentIDs: []string{organizationID}, CreatedAt: may1,
}

var reservationMethods = map[string]method{
	"GetReservation": {
		reason: "A block should be translated, with its size.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetReservation(ctx, id) },
		id:     reservationID,
		answer: answering(200, reservationAnswer),
		wire:   seen{Method: "GET", URI: "/metal/v1/ips/" + reservationID + "?include=facility,metro"},
		want:   wantReservation,
	},
	"ListReservations": {
		reason: "A block that is not approved yet has no size, and one of IPv6 no number of addresses.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListReservations(ctx, id) },
		id:     projectID,
		answer: answering(200, `{"ip_addresses":[`+reservationAnswer+`,
			{"id":"`+deviceID+`","address_family":4,"type":"public_ipv4","state":"pending","cidr":-1,"details":null,"metro":null,"facility":null,"customdata":{},"created_at":null},
			{"id":"`+sshKeyID+`","address_family":6,"type":"public_ipv6","state":"created","address":"2604::","network":"2604::","cidr":56,"management":true,"global_ip":null}],
			"meta":{"next":null}}`),
		wire: seen{Method: "GET", URI: "/metal/v1/projects/" + projectID + "/ips?include=facility%2Cmetro&page=1&per_page=250"},
		want: []Reservation{
			wantReservation,
			{ID: deviceID, Type: "public_ipv4", State: "pending", AddressFamily: "ipv4"},
			{ID: sshKeyID, Type: "public_ipv6", State: "created", AddressFamily: "ipv6", Address: "2604::", Network: "2604::", CIDR: 56, Management: true},
		},
	},
	"CreateReservation": {
		reason: "Everything should be sent in the form that the API documents.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.CreateReservation(ctx, id, CreateReservation{
				Type: "public_ipv4", Quantity: 4, Metro: "sv", Facility: "sv15", Details: "for the edge", Tags: []string{"a"},
				CustomData: testJSON,
			})
		},
		id:     projectID,
		sends:  []string{testData},
		answer: answering(201, reservationAnswer),
		wire: seen{
			Method: "POST", URI: "/metal/v1/projects/" + projectID + "/ips?include=facility,metro",
			Body: `{"type":"public_ipv4","quantity":4,"metro":"sv","facility":"sv15","details":"for the edge","tags":["a"],"customdata":{"pw":"` + testData + `"}}` + "\n",
		},
		want: wantReservation,
	},
	"UpdateReservation": {
		reason: "What can change should be sent.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.UpdateReservation(ctx, id, UpdateReservation{Details: ptr.To("d"), Tags: &[]string{"b"}, CustomData: &testJSON})
		},
		id:     reservationID,
		sends:  []string{testData},
		answer: answering(200, reservationAnswer),
		wire: seen{
			Method: "PATCH", URI: "/metal/v1/ips/" + reservationID + "?include=facility,metro",
			Body: `{"details":"d","tags":["b"],"customdata":{"pw":"` + testData + `"}}` + "\n",
		},
		want: wantReservation,
	},
	"DeleteReservation": {
		reason: "A deletion has no answer.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return discard(c.DeleteReservation(ctx, id))
		},
		id:     reservationID,
		answer: answering(204, ""),
		wire:   seen{Method: "DELETE", URI: "/metal/v1/ips/" + reservationID},
	},
}

func TestReservationBodies(t *testing.T) {
	update := func(r UpdateReservation) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.UpdateReservation(ctx, reservationID, r)
			return err
		}
	}
	testBodies(t, map[string]body{
		"CreateGlobal": {
			"What is not said should be left out: a global block takes no place.",
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateReservation(ctx, projectID, CreateReservation{Type: "global_ipv4", Quantity: 1})
				return err
			},
			reservationAnswer, `{"type":"global_ipv4","quantity":1}`,
		},
		"UpdateNothing": {"Nil should change nothing.", update(UpdateReservation{}), reservationAnswer, `{}`},
		"UpdateEmpty": {
			"A pointer to nothing should empty a field.",
			update(UpdateReservation{Details: ptr.To(""), Tags: new([]string), CustomData: new(CustomData)}), reservationAnswer,
			`{"details":"","tags":[],"customdata":{}}`,
		},
	})
}
