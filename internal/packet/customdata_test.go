// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCustomDataNumbers(t *testing.T) {
	cases := map[string]struct {
		reason string
		text   string
		want   any
		sent   string
	}{
		"Whole":      {reason: "a whole number", text: `1`, want: json.Number("1"), sent: `1`},
		"Long":       {reason: "a float64 has 2^53+1 no more", text: `9007199254740993`, want: json.Number("9007199254740993"), sent: `9007199254740993`},
		"Longer":     {reason: "nor is 64 bits the limit", text: `-36893488147419103233`, want: json.Number("-36893488147419103233"), sent: `-36893488147419103233`},
		"Point":      {reason: "1.0 says what 1 does", text: `1.0`, want: json.Number("1"), sent: `1`},
		"Exponent":   {reason: "so does an exponent", text: `1e20`, want: json.Number("100000000000000000000"), sent: `100000000000000000000`},
		"Large":      {reason: "what the encoder writes with an exponent has one", text: `1E21`, want: 1e21, sent: `1e+21`},
		"Fraction":   {reason: "a fraction is what it is at the API", text: `0.10000000000000000001`, want: 0.1, sent: `0.1`},
		"Zero":       {reason: "there is one zero", text: `-0`, want: json.Number("0"), sent: `0`},
		"PointZero":  {reason: "also with a point", text: `-0.0`, want: json.Number("0"), sent: `0`},
		"OutOfRange": {reason: "what no float64 is stays as it is written", text: `1e999`, want: json.Number("1e999"), sent: `1e999`},
		"Within":     {reason: "numbers at any depth", text: `[{"b":9007199254740993},"9007199254740993",null]`, want: []any{map[string]any{"b": json.Number("9007199254740993")}, "9007199254740993", nil}, sent: `[{"b":9007199254740993},"9007199254740993",null]`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var asked CustomData
			if err := json.Unmarshal([]byte(`{"a":`+tc.text+`}`), &asked); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"a": tc.want}, map[string]any(asked)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			sent, err := json.Marshal(map[string]any(asked))
			if diff := cmp.Diff(`{"a":`+tc.sent+`}`, string(sent)); diff != "" || err != nil {
				t.Errorf("%s: sent: %v: -want +got:\n%s", tc.reason, err, diff)
			}
			var answered dataBody
			if err := json.Unmarshal(sent, &answered); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any(asked), map[string]any(answered)); diff != "" {
				t.Errorf("%s: what the API keeps is no difference: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCustomDataForms(t *testing.T) {
	for text, fails := range map[string]bool{`{}`: false, `null`: false, `[1]`: true, `"x"`: true, `1`: true} {
		got := CustomData{"old": true}
		err := json.Unmarshal([]byte(text), &got)
		if (err != nil) != fails || err == nil && got != nil {
			t.Errorf("%s: got %v, %v; want an error: %t", text, map[string]any(got), err, fails)
		}
	}
}
