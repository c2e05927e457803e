// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// sshKey describes a public key of a project or of the API key's owner.
func sshKey() field.Kind {
	return field.Kind{
		Name:     "SshKey",
		Resource: "packet_ssh_key",
		Text:     "An SshKey is a public key whose owner may log in to devices: to those of a project, or to those of a user.",
		Fields: []field.Field{
			field.String("projectId", "Id of the project that the key belongs to. Unset means the owner of the API key.").
				Fixed().Matching(uuidPattern, uuidText).RefersTo("Project"),
			field.String("label", "Name of the key.").Must().Matching(`[^ ]`, "a text that is not blank"),
			field.String("publicKey", "The public key, as in an authorized_keys file. Another one replaces it in place, under the same id; devices keep the keys that they were made with.").
				Unreported(),
			field.SecretKey("publicKeySecretRef", "Key of a Secret that holds the public key."),

			field.String("fingerprint", "MD5 fingerprint of the key.").Output(),
			field.String("ownerId", "Id of the project or user that the key belongs to.").Output(),
			field.String("createdAt", "When the key was added, in RFC 3339.").Output(),
		},
		Choices: []field.Choice{{Of: []string{"publicKey", "publicKeySecretRef"}, Required: true}},
		Columns: []field.Column{
			{Name: "LABEL", Path: ".status.atProvider.label", Text: "Name of the key."},
			{Name: "FINGERPRINT", Path: ".status.atProvider.fingerprint", Text: "MD5 fingerprint of the key."},
		},
	}
}
