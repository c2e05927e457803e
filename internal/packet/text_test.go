// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSanitise(t *testing.T) {
	long := strings.Repeat("ä", maxText+1)
	cases := map[string]struct {
		reason string
		texts  []string
		want   string
	}{
		"None":       {"No text is no text.", nil, ""},
		"Secret":     {"A secret should be removed wherever it stands.", []string{"Md5 s3cret is invalid, s3cret!"}, "Md5 [redacted] is invalid, [redacted]!"},
		"UUID":       {"Ids of requests differ each time.", []string{"failed, reference 905037A4-967c-4e81-b364-3a0603aa071b"}, "failed, reference {id}"},
		"LongHex":    {"So do trace ids.", []string{"trace 4bf92f3577b34da6a3ce929d0e0e4736"}, "trace {id}"},
		"ShortHex":   {"Short words are kept even if they look like hex.", []string{"facade deadbeef"}, "facade deadbeef"},
		"RFC3339":    {"Times differ each time.", []string{"at 2024-05-01T08:00:00.123Z failed"}, "at {time} failed"},
		"OtherTime":  {"In any usual form.", []string{"at 2024-05-01 08:00:00 UTC"}, "at {time}"},
		"Markup":     {"Markup is not quoted, not even from JSON.", []string{"<html><body>x</body></html>", "bad"}, "bad"},
		"LessThan":   {"A comparison is no markup.", []string{"cidr must be < 32 and > 27"}, "cidr must be < 32 and > 27"},
		"OneLine":    {"Line breaks and control characters would forge log lines.", []string{"a\r\n\tb\x00\x1b[31mc\u2028d\xff"}, "a b [31mc d"},
		"Sorted":     {"The order of the API's texts is not part of the cause.", []string{"b", "a", "b"}, "a; b"},
		"Empty":      {"Empty texts are dropped.", []string{"", " ", "a"}, "a"},
		"Bounded":    {"A text is bounded in characters.", []string{long}, strings.Repeat("ä", maxText-1) + "…"},
		"NotBounded": {"A text of the longest length is kept.", []string{long[2:]}, long[2:]},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := sanitise(tc.texts, []string{"", "s3cret"})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if !utf8.ValidString(got) {
				t.Errorf("%q is not valid UTF-8", got)
			}
		})
	}
}
