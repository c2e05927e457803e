// SPDX-License-Identifier: Apache-2.0

package packet

import "testing"

func TestRefusals(t *testing.T) {
	const deviceText = "POST /projects/{id}/devices: "
	testClassification(t, map[string]classification{
		"503NoHardware": {
			"A lack of hardware is a refusal although it is a 503: nothing was made.", makeDevice,
			answering(503, `{"errors":["There are no available hardware reservations for selected plan and facility"]}`),
			[]string{"Invalid"},
			deviceText + "invalid (503): There are no available hardware reservations for selected plan and facility",
		},
		"503NoHardwareHTML": {
			"Only the API's own word counts for that.", makeDevice,
			answering(503, `<p>There are no available hardware reservations</p>`, "Content-Type", "text/html"),
			[]string{"Unavailable", "Ambiguous"},
			deviceText + "unavailable (503), may have happened",
		},
		"422NoServers": {
			"A site without servers of a plan is a refusal, and none that time alone will lift.", makeDevice,
			answering(422, `{"errors":["The facility ewr1 has no provisionable g2.large.x86 servers matching your criteria"]}`),
			[]string{"Invalid"},
			deviceText + "invalid (422): The facility ewr1 has no provisionable g2.large.x86 servers matching your criteria",
		},
		"422NotProvisionable": {
			"Reserved hardware that is still being wiped can be used later.", makeDevice,
			answering(422, `{"errors":["Server is not provisionable"]}`),
			[]string{"Busy", "Invalid"},
			deviceText + "busy (422): Server is not provisionable",
		},
		"422NoAddresses": {
			"A project without addresses is told so.", makeDevice,
			answering(422, `{"errors":["The specified project contains insufficient public IPv4 space to complete the request. Please e-mail support@equinixmetal.com."]}`),
			[]string{"Invalid"},
			deviceText + "invalid (422): The specified project contains insufficient public IPv4 space to complete the request. Please e-mail support@equinixmetal.com.",
		},
		"422NoKey": {
			"The rule on keys is told too.", makeDevice,
			answering(422, `{"errors":["must have at least one SSH key or explicitly send no_ssh_keys option"]}`),
			[]string{"Invalid"},
			deviceText + "invalid (422): must have at least one SSH key or explicitly send no_ssh_keys option",
		},
		"422Locked": {
			"A device that people have protected is told apart.", dropDevice, answering(422, `{"errors":["Cannot delete a locked item"]}`),
			[]string{"Locked", "Invalid"},
			"DELETE /devices/{id}: locked (422): Cannot delete a locked item",
		},
		"422Provisioning": {
			"So is one that is being provisioned.", dropDevice, answering(422, `{"errors":["Cannot delete a device while it is provisioning"]}`),
			[]string{"Busy", "Invalid"},
			"DELETE /devices/{id}: busy (422): Cannot delete a device while it is provisioning",
		},
		"404ProjectKey": {
			"The API has refused keys of projects with a 404 although it made them.", makeKey(projectID), answering(404, `{"errors":["Not found"]}`),
			[]string{"NotFound", "Ambiguous"},
			"POST /projects/{id}/ssh-keys: not found (404), may have happened: Not found",
		},
		"404OwnKey": {
			"It has not done so for keys of users.", makeKey(""), answering(404, `{"errors":["Not found"]}`),
			[]string{"NotFound"},
			"POST /ssh-keys: not found (404): Not found",
		},
		"422Key": {
			"A second key with a fingerprint is a duplicate.", makeKey(projectID), answering(422, `{"errors":["Fingerprint has already been taken"]}`),
			[]string{"AlreadyExists"},
			"POST /projects/{id}/ssh-keys: already exists (422): Fingerprint has already been taken",
		},
	})
}
