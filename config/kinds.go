// SPDX-License-Identifier: Apache-2.0

// Package config says what every kind of this provider is, once for both
// scopes: one file per kind, written in the vocabulary of config/field.
//
// Kinds is the list. Provider turns it into upjet's configuration for one
// scope, from which cmd/generator makes the API types. This package and
// cmd/generator are the only users of upjet and of HashiCorp's libraries;
// nothing of them is linked into the provider.
package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// Kinds returns the description of each kind, in the order of their names.
func Kinds() []field.Kind {
	return []field.Kind{
		bgpConfig(),
		bgpSession(),
		device(),
		project(),
		reservedIPBlock(),
		sshKey(),
	}
}

// uuidPattern matches what the Packet API uses as identifiers. The API accepts
// any version of UUID, in lower or upper case.
const uuidPattern = `^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`

const uuidText = "a UUID, such as 905037a4-967c-4e81-b364-3a0603aa071b"
