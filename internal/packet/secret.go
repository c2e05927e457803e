// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"strings"
	"unicode/utf8"
)

// A Secret is a password, or text that may hold one. Printing or marshalling it
// shows that there is one, not what it is; string(s) gives the value.
type Secret string

const redacted = "[redacted]"

// String returns a placeholder, or nothing for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString returns what String does, quoted.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText returns what String does.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// minSecret is the length in characters from which a part of a longer text is
// worth removing from an error: shorter ones are ordinary words more often than
// secrets.
const minSecret = 4

// secretLines returns a text, and each of its lines: an API that refuses user
// data may quote the line it stumbled over.
func secretLines(text string) []string {
	out := []string{text}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); utf8.RuneCountInString(line) >= minSecret {
			out = append(out, line)
		}
	}
	return out
}

// secretValues returns the strings in a JSON value, at any depth. The keys are
// no secret.
func secretValues(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		if utf8.RuneCountInString(v) >= minSecret {
			out = secretLines(v)
		}
	case []any:
		for _, e := range v {
			out = append(out, secretValues(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, secretValues(e)...)
		}
	case CustomData:
		out = secretValues(map[string]any(v))
	}
	return out
}
