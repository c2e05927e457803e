// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// bgpConfig describes the BGP configuration of a project. Each POST replaces
// all of it, a password that is left out is gone, and there is no DELETE.
func bgpConfig() field.Kind {
	return field.Kind{
		Name:       "BgpConfig",
		Resource:   "packet_bgp_config",
		ShortNames: []string{"bgpc"},
		Text: "A BgpConfig enables BGP in a project. A project has at most one. " +
			"The Packet API cannot delete it: deleting the resource leaves it as it is.",
		Fields: []field.Field{
			field.String("projectId", "Id of the project.").
				Must().Fixed().Matching(uuidPattern, uuidText).RefersTo("Project"),
			field.String("deploymentType", "Whether prefixes are announced in the site only (local) or to the Internet (global, which staff approve).").
				Must().Fixed().OneOf("local", "global"),
			field.Int("asn", "Autonomous system number of the project's devices. For local it is 65000 by convention.").
				Must().Fixed().Between(1, 4294967295),
			field.SecretKey("md5SecretRef", "Key of a Secret that holds the TCP-MD5 password of the sessions: "+
				"10 to 20 letters and digits, at least one of them lower case, one upper case and one digit. Unset leaves the password that there is."),
			field.Bool("md5Disabled", "Whether the sessions shall have no password: true removes the one that there is. Unset or false leaves it."),
			field.String("useCase", "What BGP is used for, for the staff who approve a global configuration. It cannot be read back, so it is sent but not compared.").
				Fixed(),

			field.String("status", "State of the configuration: enabled, requested or disabled.").Output(),
			field.Int("maxPrefix", "How many prefixes a device may announce on one session.").Output(),
			field.String("routeObject", "Route object of a global configuration.").Output(),
			field.Strings("ranges", "Prefixes that may be announced, of a global configuration.").Output(),
			field.String("createdAt", "When BGP was first configured, in RFC 3339.").Output(),
			field.String("requestedAt", "When the configuration was last replaced, in RFC 3339.").Output(),
		},
		Choices: []field.Choice{{Of: []string{"md5SecretRef", "md5Disabled"}}},
		Columns: []field.Column{
			{Name: "TYPE", Path: ".status.atProvider.deploymentType", Text: "Type: local or global."},
			{Name: "ASN", Path: ".status.atProvider.asn", Type: "integer", Text: "Autonomous system number."},
			{Name: "STATUS", Path: ".status.atProvider.status", Text: "State of the configuration: enabled, requested or disabled."},
			{Name: "PROJECT", Path: ".status.atProvider.projectId", Wide: true, Text: "Id of the project."},
		},
	}
}
