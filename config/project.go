// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// project describes a project, which devices, addresses and keys belong to.
// The API needs its name only (POST /projects).
func project() field.Kind {
	return field.Kind{
		Name:     "Project",
		Resource: "packet_project",
		Text:     "A Project is what devices, addresses, keys and the BGP configuration belong to.",
		Fields: []field.Field{
			field.String("name", "Name of the project. Several projects can have the same name.").
				Must().Matching(`^.{1,80}$`, "1 to 80 characters on one line"),
			field.String("organizationId", "Id of the organization that the project belongs to. Unset means the default organization of the key's owner.").
				Fixed().Matching(uuidPattern, uuidText),
			field.String("paymentMethodId", "Id of the payment method that the project is charged to. Unset means the default of the organization.").
				Matching(uuidPattern, uuidText),
			field.Bool("backendTransfer", "Whether the private networks of the project's sites are connected. Unset means false."),
			tags("project"),
			customData("project"),

			field.String("createdAt", "When the project was created, in RFC 3339.").Output(),
		},
		Columns: []field.Column{
			{Name: "PROJECT-NAME", Path: ".status.atProvider.name", Text: "Name of the project."},
		},
	}
}

// customData describes the JSON object that the API keeps for its users.
func customData(noun string) field.Field {
	return field.String("customData", "A JSON object that the API keeps with the "+noun+", such as {\"team\":\"edge\"}. Unset means none. Anybody who may read the "+noun+" can read it.")
}

// tags describes a list of tags, which is replaced as a whole.
func tags(noun string) field.Field {
	return field.Strings("tags", "Tags of the "+noun+". Unset means none. Their order does not matter.").AtMost(100)
}
