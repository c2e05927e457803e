// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"strings"

	"golang.org/x/crypto/ssh"
)

// Fingerprint returns the fingerprint that the API gives a public key: the MD5
// sum in hexadecimal, with colons. Keys are unique by it in their project, or
// among those of their user. The key is one line of authorized_keys, without
// options; white space around it does not matter. It fails with ClassInvalid,
// with a text that does not quote the key.
func Fingerprint(publicKey string) (string, error) {
	invalid := func(msg string) (string, error) {
		return "", &Error{Class: ClassInvalid, Message: msg}
	}
	line := strings.TrimSpace(publicKey)
	switch {
	case line == "":
		return invalid("the public key is empty")
	case strings.HasPrefix(line, "-----BEGIN") && strings.Contains(line, "PRIVATE KEY"):
		return invalid("the public key is a private one; give the content of the file that ends in .pub")
	case strings.HasPrefix(line, "---"):
		return invalid("the public key is not in the format of OpenSSH; ssh-keygen -i converts it")
	case strings.ContainsAny(line, "\r\n"):
		return invalid("the public key has several lines; give one key in one line")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return invalid("the public key cannot be read; it looks like ssh-ed25519 AAAA... comment")
	}
	if len(options) > 0 {
		return invalid("the public key has options in front of it; leave them out")
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return invalid("the public key is a certificate; give the key itself")
	}
	return ssh.FingerprintLegacyMD5(key), nil
}
