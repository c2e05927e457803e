// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// reservedIPBlock describes addresses that belong to a project and that its
// devices may use or announce.
func reservedIPBlock() field.Kind {
	return field.Kind{
		Name:       "ReservedIpBlock",
		Resource:   "packet_reserved_ip_block",
		ShortNames: []string{"ipblock"},
		Text:       "A ReservedIpBlock is a block of addresses that belongs to a project.",
		Fields: []field.Field{
			field.String("projectId", "Id of the project. Unset means the project of the ProviderConfig.").
				Fixed().Matching(uuidPattern, uuidText).RefersTo("Project"),
			field.String("type", "Kind of the addresses. A global_ipv4 block belongs to no place.").
				Must().Fixed().OneOf("public_ipv4", "private_ipv4", "global_ipv4", "public_ipv6"),
			field.Int("quantity", "Number of addresses: a power of two, so 4 makes a /30.").
				Must().Fixed().Between(1, 256),
			field.String("metro", "Metro of the addresses, such as sv.").Fixed(),
			field.String("facility", "Facility of the addresses, such as sv15. The API prefers a metro.").Fixed(),
			field.String("details", "What the block is for."),
			tags("block"),
			customData("block"),

			field.String("state", "State of the block: created, pending while staff look at it, or denied.").Output(),
			field.String("address", "First address of the block.").Output(),
			field.String("network", "Address of the network.").Output(),
			field.String("netmask", "Mask of the network.").Output(),
			field.String("gateway", "Gateway of the network.").Output(),
			field.Int("cidr", "Length of the prefix.").Output(),
			field.String("prefix", "The block in CIDR notation, such as 147.75.40.0/30.").Output(),
			field.Int("addressFamily", "4 or 6.").Output(),
			field.Bool("public", "Whether the addresses are public.").Output(),
			field.String("createdAt", "When the block was requested, in RFC 3339.").Output(),
		},
		Choices: []field.Choice{{Of: []string{"metro", "facility"}}},
		Rules:   []field.Rule{wholePrefix(), worldwide(), somewhere()},
		Columns: []field.Column{
			{Name: "TYPE", Path: ".status.atProvider.type", Text: "Kind of the addresses."},
			{Name: "PREFIX", Path: ".status.atProvider.prefix", Text: "The block."},
			{Name: "STATE", Path: ".status.atProvider.state", Text: "State of the block: created, pending or denied."},
		},
	}
}

// wholePrefix is the rule that a block is one prefix.
func wholePrefix() field.Rule {
	const powers = "in [1, 2, 4, 8, 16, 32, 64, 128, 256]"
	return field.Rule{
		Expression: "(!has(self.forProvider.quantity) || self.forProvider.quantity " + powers + ") && " +
			"(!has(self.initProvider) || !has(self.initProvider.quantity) || self.initProvider.quantity " + powers + ")",
		Message: "quantity must be a power of two, so that the block is one prefix: 1, 2, 4, 8, 16, 32, 64, 128 or 256",
		Path:    ".forProvider",
	}
}

// The type and the place of a block, wherever they are written.
const (
	typeOfBlock = "(has(self.forProvider.type) ? self.forProvider.type : " +
		"has(self.initProvider) && has(self.initProvider.type) ? self.initProvider.type : '')"
	hasPlace = "(has(self.forProvider.metro) || has(self.forProvider.facility) || " +
		"has(self.initProvider) && (has(self.initProvider.metro) || has(self.initProvider.facility)))"
)

// worldwide is the rule that a block which belongs to no place names none.
func worldwide() field.Rule {
	return field.Rule{
		Expression: typeOfBlock + " != 'global_ipv4' || !" + hasPlace,
		Message:    "a block of type global_ipv4 belongs to no place: leave out metro and facility",
		Path:       ".forProvider",
	}
}

// somewhere is the rule that any other block names its place.
func somewhere() field.Rule {
	return field.WhereWritten(field.Rule{
		Expression: typeOfBlock + " in ['', 'global_ipv4'] || " + hasPlace,
		Message:    "spec.forProvider.metro is required: set it, or facility, to the place of the addresses; only a block of type global_ipv4 has none",
		Path:       ".forProvider",
	})
}
