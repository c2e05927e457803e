// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// device describes a machine. What PUT /devices/{id} accepts can be changed in
// place; all else is settled at creation.
func device() field.Kind {
	return field.Kind{
		Name:     "Device",
		Resource: "packet_device",
		Text:     "A Device is a machine of a project.",
		Fields:   append(append(deviceIdentity(), deviceSettings()...), deviceOutputs()...),
		Choices: []field.Choice{
			{Of: []string{"metro", "facility"}, Required: true},
			{Of: []string{"userData", "userDataSecretRef", "userDataConfigMapRef"}},
		},
		Rules: deviceRules(),
		Columns: []field.Column{
			{Name: "HOSTNAME", Path: ".status.atProvider.hostname", Text: "Host name of the device."},
			{Name: "STATE", Path: ".status.atProvider.state", Text: "State that the API reports."},
			{Name: "PLAN", Path: ".status.atProvider.plan", Wide: true, Text: "Type of the machine."},
			{Name: "METRO", Path: ".status.atProvider.metro", Wide: true, Text: "Where the device is."},
			{Name: "ADDRESS", Path: ".status.atProvider.accessPublicIpv4", Text: "Public IPv4 address."},
		},
	}
}

// deviceIdentity are the arguments that are settled at creation.
func deviceIdentity() []field.Field {
	return []field.Field{
		field.String("projectId", "Id of the project that the device belongs to. Unset means the project of the ProviderConfig.").
			Fixed().Matching(uuidPattern, uuidText).RefersTo("Project"),
		field.String("plan", "Type of the machine, such as c3.small.x86.").Must().Fixed(),
		field.String("operatingSystem", "Operating system, such as ubuntu_24_04.").Must().Fixed(),
		field.String("metro", "Metro in which the device is, such as sv; any lets the API choose.").Fixed(),
		field.String("facility", "Facility in which the device is, such as sv15. The API prefers a metro.").Fixed(),
		field.Strings("projectSshKeyIds", "Ids of the project's SSH keys that may log in. Without any list of keys, all keys of the project and of its members may.").
			Fixed().AtMost(100).Short(36).Matching(uuidPattern, uuidText).RefersTo("SshKey").Unreported(),
		field.Strings("userSshKeyIds", "Ids of the users whose SSH keys may log in.").
			Fixed().AtMost(100).Short(36).Matching(uuidPattern, uuidText).Unreported(),
		field.Bool("noSshKeys", "Whether no SSH key at all may log in. The API refuses a device without keys that does not ask for this.").Fixed().Unreported(),
		field.Objects("ipAddresses", "Addresses that the device gets. Unset means one public IPv4, one private IPv4 and one public IPv6 address. A private IPv4 address is always needed.",
			field.String("type", "Kind of address: public_ipv4, private_ipv4 or public_ipv6.").Must().OneOf("public_ipv4", "private_ipv4", "public_ipv6"),
			field.Int("cidr", "Length of the prefix: 28 to 32 for IPv4, 124 to 127 for IPv6. What is larger than a /30 comes from reservations.").Between(28, 127),
			field.Strings("reservationIds", "Ids of the reserved blocks that the addresses come from.").
				AtMost(16).Short(36).Matching(uuidPattern, uuidText).RefersTo("ReservedIpBlock"),
		).Fixed().AtMost(16).Unreported(),
		field.String("hardwareReservationId", "Id of the hardware reservation to use, or next-available.").
			Fixed().Matching(`^(next-available|`+uuidPattern[1:len(uuidPattern)-1]+`)$`, uuidText+", or next-available"),
		field.Bool("spotInstance", "Whether the device is rented on the spot market.").Fixed(),
		field.String("spotPriceMax", "Highest price per hour in US dollars for a spot instance, such as 0.5.").
			Fixed().Matching(`^[0-9]{1,6}([.][0-9]{1,6})?$`, "a price such as 0.5"),
		field.String("terminationTime", "When the device ends by itself, in RFC 3339, such as 2030-01-31T12:00:00Z.").
			Fixed().Matching(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$`, "a time in RFC 3339, such as 2030-01-31T12:00:00Z"),
	}
}

// deviceSettings are the arguments that can be changed in place.
func deviceSettings() []field.Field {
	return []field.Field{
		field.String("hostname", "Host name. Unset means one that the API chooses.").
			Matching(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`, "a host name: letters, digits, dots and hyphens"),
		field.String("description", "Description of the device."),
		field.String("billingCycle", "How the device is charged: hourly, daily, monthly or yearly. Unset leaves that to the API.").
			OneOf("hourly", "daily", "monthly", "yearly"),
		tags("device"),
		field.String("userData", "Script or cloud-init document that runs at the first boot. A change is recorded, and runs when the device is reinstalled. Unset leaves what the API has.").Unreported(),
		field.SecretKey("userDataSecretRef", "Key of a Secret that holds the user data."),
		field.ConfigMapKey("userDataConfigMapRef", "Key of a ConfigMap that holds the user data."),
		customData("device"),
		field.Bool("locked", "Whether the API refuses to delete the device. Unset leaves that to others: a device that somebody locks stays locked."),
		field.Bool("alwaysPxe", "Whether the device boots from the network every time. Unset means false."),
		field.String("ipxeScriptUrl", "URL of the iPXE script, for the operating system custom_ipxe.").
			Matching(`^https?://[^ ]+$`, "an http or https URL"),
	}
}

func deviceOutputs() []field.Field {
	return []field.Field{
		field.String("state", "State: queued, provisioning, active, inactive, failed and others.").Output(),
		field.Int("provisioningPercentage", "How far provisioning is, in percent.").Output(),
		field.String("provisioningStep", "The latest step of provisioning that was completed.").Output(),
		field.String("activeAt", "When the device was first seen provisioned, in RFC 3339. Without it, a device that is gone has failed to provision.").Output(),
		field.String("accessPublicIpv4", "Public IPv4 address for management.").Output(),
		field.String("accessPublicIpv6", "Public IPv6 address for management.").Output(),
		field.String("accessPrivateIpv4", "Private IPv4 address, from which the device speaks BGP.").Output(),
		field.Objects("network", "Addresses of the device.",
			field.String("address", "The address.").Output(),
			field.String("gateway", "Its gateway.").Output(),
			field.Int("family", "4 or 6.").Output(),
			field.Int("cidr", "Length of the prefix.").Output(),
			field.Bool("public", "Whether the address is public.").Output(),
			field.Bool("management", "Whether the device got it at creation.").Output(),
		).Output(),
		field.Strings("sshKeyIds", "Ids of the SSH keys that may log in.").Output(),
		field.String("createdAt", "When the device was created, in RFC 3339.").Output(),
	}
}

// deviceRules are what the API says of arguments that stand together.
func deviceRules() []field.Rule {
	const path = ".forProvider"
	return []field.Rule{
		{
			Expression: "!has(self.forProvider.ipAddresses) || self.forProvider.ipAddresses.exists(a, a.type == 'private_ipv4')",
			Message:    "spec.forProvider.ipAddresses lacks an address of type private_ipv4, which every device needs: add one",
			Path:       path,
		},
		{
			Expression: "!has(self.forProvider.ipAddresses) || self.forProvider.ipAddresses.all(a, !has(a.cidr) || " +
				"(a.type == 'public_ipv6' ? a.cidr >= 124 && a.cidr <= 127 : a.cidr >= 28 && a.cidr <= 32))",
			Message: "spec.forProvider.ipAddresses: cidr must be a number from 28 to 32 for IPv4, and from 124 to 127 for IPv6",
			Path:    path,
		},
		{
			Expression: "!has(self.forProvider.spotPriceMax) || (has(self.forProvider.spotInstance) && self.forProvider.spotInstance)",
			Message:    "spec.forProvider.spotPriceMax is for spot instances: set spotInstance to true, or leave it out",
			Path:       path,
		},
		{
			Expression: "!has(self.forProvider.noSshKeys) || !self.forProvider.noSshKeys || !(has(self.forProvider.projectSshKeyIds) || " +
				"has(self.forProvider.projectSshKeyIdsRefs) || has(self.forProvider.projectSshKeyIdsSelector) || has(self.forProvider.userSshKeyIds))",
			Message: "spec.forProvider.noSshKeys asks for no keys: leave out projectSshKeyIds and userSshKeyIds, or set it to false",
			Path:    path,
		},
		{
			Expression: "!has(self.forProvider.ipxeScriptUrl) || !has(self.forProvider.operatingSystem) || self.forProvider.operatingSystem == 'custom_ipxe'",
			Message:    "spec.forProvider.ipxeScriptUrl is for the operating system custom_ipxe: leave it out, or create another Device with that system",
			Path:       path,
		},
	}
}
