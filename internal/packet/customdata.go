// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// CustomData is the JSON object that users may attach to an object of the API,
// in the form that its UnmarshalJSON gives it. It may hold passwords, so
// printing or marshalling it shows only that there is some; map[string]any(c)
// gives the value. An empty object counts as none and is nil.
type CustomData map[string]any //nolint:recvcheck // Decoding has to change it; printing must work on a value.

// UnmarshalJSON decodes an object in the form in which two of them are equal if
// they say the same. A whole number is a json.Number of its digits, for the API
// has them of any length and a float64 has not; any other is a float64.
func (c *CustomData) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return err
	}
	*c = nil
	if len(m) > 0 {
		numbered(m)
		*c = m
	}
	return nil
}

// String returns a placeholder, or nothing if there is no data.
func (c CustomData) String() string {
	if len(c) == 0 {
		return ""
	}
	return redacted
}

// GoString returns what String does, quoted.
func (c CustomData) GoString() string { return `"` + c.String() + `"` }

// MarshalText returns what String does.
func (c CustomData) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// numbered gives the numbers in a JSON value their form, in place, and returns
// it.
func numbered(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i, e := range v {
			v[i] = numbered(e)
		}
	case map[string]any:
		for k, e := range v {
			v[k] = numbered(e)
		}
	}
	return v
}

// maxDigits is from where encoding/json writes whole floats with an exponent.
const maxDigits = 1e21

// number returns the form of a number: 1, 1.0 and 1e0 are the same.
func number(n json.Number) any {
	if strings.ContainsAny(string(n), ".eE") {
		f, err := n.Float64()
		switch {
		case err != nil:
			return n // Too large for a float64.
		case f != math.Trunc(f) || math.Abs(f) >= maxDigits:
			return f
		}
		n = json.Number(strconv.FormatFloat(f, 'f', -1, 64))
	}
	if n == "-0" {
		return json.Number("0")
	}
	return n
}
