// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Clients of the real API send some values in forms other than the documented
// ones, and it took them. The types in this file do the same.

// looseNumber is a JSON number that may come as a string.
type looseNumber float64

// UnmarshalJSON decodes 1, "1" and null, which leaves the number as it is.
func (n *looseNumber) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(bytes.TrimSpace(b)), `"`)
	if s == "null" || s == "" {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = strconv.ErrRange // JSON cannot say it again.
	}
	if err != nil {
		return fmt.Errorf("cannot parse number %q: %w", s, err)
	}
	*n = looseNumber(f)
	return nil
}

// looseList is a list of strings that may come as one string.
type looseList []string

// UnmarshalJSON decodes ["a"], "a" and null.
func (l *looseList) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*l = nil
		if s != "" {
			*l = looseList{s}
		}
		return nil
	}
	var many []string
	if err := json.Unmarshal(b, &many); err != nil {
		return err
	}
	*l = many
	return nil
}

// looseObject is a JSON object that may come as a string of JSON.
type looseObject map[string]any

// UnmarshalJSON decodes {"a":1}, "{\"a\":1}", "" and null.
func (o *looseObject) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		b = []byte(s)
		if strings.TrimSpace(s) == "" {
			b = []byte("{}")
		}
	}
	// Whole numbers are of any length there.
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return err
	}
	*o = m
	return nil
}
