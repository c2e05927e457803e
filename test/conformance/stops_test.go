// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"net/http"
	"regexp"
	"time"
)

var ports = map[string]*regexp.Regexp{
	"bond": regexp.MustCompile(`"id":"([^"]+)","type":"NetworkBondPort"`),
	"eth1": regexp.MustCompile(`"id":"([^"]+)","type":"NetworkPort","name":"eth1"`),
}

var stops = []stop{
	{reason: "a device has ports", request: "GET /devices/{device}", status: http.StatusOK, keep: ports},
	{reason: "a device's user data", request: "GET /devices/{device}/userdata", status: http.StatusOK},
	{reason: "a device's custom data", request: "GET /devices/{device}/customdata", status: http.StatusOK},
	{reason: "what a device cost", request: "GET /devices/{device}/usages", status: http.StatusOK},
	{reason: "what a device transferred", request: "GET /devices/{device}/bandwidth", status: http.StatusOK},
	{reason: "the keys on a device", request: "GET /devices/{device}/ssh-keys", status: http.StatusOK},
	{reason: "user data can be checked", request: "POST /userdata/validate?userdata=%23%21x", status: http.StatusNoContent},
	{reason: "and refused", request: "POST /userdata/validate?userdata=x", status: http.StatusUnprocessableEntity},

	{reason: "a session", request: `POST /devices/{device}/bgp/sessions {"address_family":"ipv4"}`, status: http.StatusCreated, keep: keep("session")},
	{reason: "only one of a family", request: `POST /devices/{device}/bgp/sessions {"address_family":"ipv4"}`, status: http.StatusUnprocessableEntity},
	{reason: "the neighbour that goes with it", request: "GET /devices/{device}/bgp/neighbors", status: http.StatusOK},
	{reason: "the metadata document shows it too", request: "GET /devices/{device}/metadata", status: http.StatusOK},
	{reason: "the sessions in the configuration", request: "GET /projects/{project}/bgp-config?include=sessions", status: http.StatusOK},
	{reason: "the ranges of a global configuration", request: "GET /projects/{project}/global-bgp-ranges", status: http.StatusOK},
	{reason: "a password that is too weak", request: `POST /projects/{project}/bgp-configs {"deployment_type":"local","asn":65000,"md5":"weak"}`, status: http.StatusUnprocessableEntity},

	{reason: "a device needs a plan", request: `POST /projects/{project}/devices {"operating_system":"debian_12","metro":"sv"}`, status: http.StatusUnprocessableEntity},
	{reason: "a device from reserved hardware", request: `POST /projects/{project}/devices {"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","hardware_reservation_id":"next-available"}`, status: http.StatusCreated, keep: keep("young")},
	{reason: "no reserved hardware is left", request: `POST /projects/{project}/devices {"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","hardware_reservation_id":"next-available"}`, status: http.StatusServiceUnavailable},
	{reason: "reserved hardware is listed", request: "GET /projects/{project}/hardware-reservations?include=device,project", status: http.StatusOK},
	{reason: "and can be read", request: "GET /hardware-reservations/{hardware}", status: http.StatusOK},
	{reason: "a device under provisioning tells how far it is", wait: 3 * time.Minute, request: "GET /devices/{young}?include=hardware_reservation", status: http.StatusOK},
	{reason: "and cannot be deleted", request: "DELETE /devices/{young}", status: http.StatusUnprocessableEntity},
	{reason: "its events are listed", wait: time.Hour, request: "GET /devices/{young}/events", status: http.StatusOK},
	{reason: "once active it can be deleted", request: "DELETE /devices/{young}?force_delete=true", status: http.StatusNoContent},
	{reason: "a device that failed to provision is forbidden", request: "GET /devices/{lost}", status: http.StatusForbidden},
	{reason: "an unknown one is missing", request: "GET /devices/{nothing}", status: http.StatusNotFound},

	{reason: "several devices at once", request: `POST /projects/{project}/devices/batch {"batches":[{"hostname":"n-{{index}}","quantity":2,"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv"}]}`, status: http.StatusCreated, keep: keep("batch")},
	{reason: "batches are listed", request: "GET /projects/{project}/batches", status: http.StatusOK},
	{reason: "a batch can be read", request: "GET /batches/{batch}", status: http.StatusOK},
	{reason: "its devices cannot be deleted yet", request: "DELETE /batches/{batch}?remove_associated_instances=true", status: http.StatusUnprocessableEntity},
	{reason: "later they can", wait: time.Hour, request: "DELETE /batches/{batch}?remove_associated_instances=true", status: http.StatusNoContent},

	{reason: "a VLAN", request: `POST /projects/{project}/virtual-networks {"metro":"sv","vxlan":1182}`, status: http.StatusCreated, keep: keep("vlan")},
	{reason: "VLANs change in batches", request: `POST /ports/{bond}/vlan-assignments/batches {"vlan_assignments":[{"vlan":"1182","native":true},{"vlan":"{vlan}","state":"assigned"}]}`, status: http.StatusCreated, keep: keep("change")},
	{reason: "a batch is done at once", request: "GET /ports/{bond}/vlan-assignments/batches/{change}", status: http.StatusOK},
	{reason: "batches of a port are listed", request: "GET /ports/{bond}/vlan-assignments/batches", status: http.StatusOK},
	{reason: "VLANs of a port are listed", request: "GET /ports/{bond}/vlan-assignments", status: http.StatusOK, keep: keep("assignment")},
	{reason: "one of them can be read", request: "GET /ports/{bond}/vlan-assignments/{assignment}", status: http.StatusOK},
	{reason: "a VLAN in use cannot be deleted", request: "DELETE /virtual-networks/{vlan}", status: http.StatusUnprocessableEntity},
	{reason: "a native VLAN can be none", request: "DELETE /ports/{bond}/native-vlan", status: http.StatusOK},
	{reason: "a VLAN is taken off", request: `POST /ports/{bond}/unassign {"vnid":"1182"}`, status: http.StatusOK},
	{reason: "but once only", request: `POST /ports/{bond}/unassign {"vnid":"1182"}`, status: http.StatusUnprocessableEntity},
	{reason: "a port leaves its bond", request: `POST /ports/{eth1}/disbond {"bulk_disable":false}`, status: http.StatusOK},
	{reason: "and returns", request: `POST /ports/{eth1}/bond {"bulk_enable":false}`, status: http.StatusOK},
	{reason: "a bond goes to layer 2", request: "POST /ports/{bond}/convert/layer-2", status: http.StatusOK},
	{reason: "and back", request: "POST /ports/{bond}/convert/layer-3", status: http.StatusOK},

	{reason: "more addresses than the quota allows", request: `POST /projects/{project}/ips {"type":"public_ipv4","quantity":64,"metro":"sv"}`, status: http.StatusCreated},
	{reason: "an address", request: `POST /projects/{project}/ips {"type":"public_ipv4","quantity":2,"metro":"sv"}`, status: http.StatusCreated, keep: keep("block")},
	{reason: "what is free of it", request: "GET /ips/{block}/available?cidr=32", status: http.StatusOK},
	{reason: "its custom data", request: "GET /ips/{block}/customdata", status: http.StatusOK},
	{reason: "reservations of one type", request: "GET /projects/{project}/ips?types=private_ipv4", status: http.StatusOK},

	{reason: "the project's custom data", request: "GET /projects/{project}/customdata", status: http.StatusOK},
	{reason: "a project with devices stays", request: "DELETE /projects/{project}", status: http.StatusUnprocessableEntity},
	{reason: "three levels of includes", request: "GET /projects/{project}?include=devices.project.organization,bgp_config", status: http.StatusOK},
	{reason: "systems", request: "GET /operating-system-versions", status: http.StatusOK},
	{reason: "plans with their sites", request: "GET /plans?include=available_in,available_in_metros", status: http.StatusOK},
	{reason: "capacity of metros", request: "GET /capacity/metros", status: http.StatusOK},

	{reason: "spot prices of one plan", request: "GET /market/spot/prices?plan=c3.small.x86", status: http.StatusOK},
	{reason: "spot prices by metro", request: "GET /market/spot/prices/metros?metro=sv", status: http.StatusOK},
	{reason: "a bid in a metro", request: `POST /projects/{project}/spot-market-requests {"devices_min":1,"devices_max":1,"max_bid_price":0.1,"metro":"sv","end_at":"2024-06-01T00:00:00Z","instance_parameters":{"plan":"c3.small.x86","operating_system":"debian_12"}}`, status: http.StatusCreated, keep: keep("bid")},
	{reason: "a bid for nothing", request: `POST /projects/{project}/spot-market-requests {"devices_min":1,"metro":"sv"}`, status: http.StatusUnprocessableEntity},
	{reason: "a bid with all that it refers to", request: "GET /spot-market-requests/{bid}?include=devices,project,plan,metro", status: http.StatusOK},
	{reason: "a bid can be taken back", request: "DELETE /spot-market-requests/{bid}?force_termination=true", status: http.StatusNoContent},

	{reason: "a mail address of the caller", request: `POST /emails {"address":"tour@example.com"}`, status: http.StatusCreated, keep: keep("email")},
	{reason: "an address is needed", request: `POST /emails {"address":""}`, status: http.StatusUnprocessableEntity},
	{reason: "the default address", request: `PUT /emails/{email} {"default":true}`, status: http.StatusOK},
	{reason: "which has to stay", request: "DELETE /emails/{email}", status: http.StatusForbidden},

	{reason: "a key that is unknown", token: "unknown", request: "GET /projects/{project}", status: http.StatusUnauthorized},
	{reason: "a key that only reads", token: reader, request: "GET /projects/{project}", status: http.StatusOK},
	{reason: "it sees no secrets", token: reader, request: "GET /user/api-keys", status: http.StatusOK},
	{reason: "it may not write", token: reader, request: `PUT /projects/{project} {"name":"x"}`, status: http.StatusForbidden},
	{reason: "a key of another project", token: stranger, request: "GET /projects/{project}", status: http.StatusForbidden},
}
