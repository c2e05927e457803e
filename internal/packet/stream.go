// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"bytes"
	"encoding/json"
	"errors"
)

// errUnlike is the error for JSON of another shape than expected.
var errUnlike = errors.New("unexpected JSON")

// fields calls f for each field of an object, which has at most maxWithin. F
// must decode its value.
func fields(object []byte, f func(name string, dec *json.Decoder) error) error {
	dec, n := json.NewDecoder(bytes.NewReader(object)), 0
	return between(dec, '{', func() error {
		if n == maxWithin {
			return errExcess
		}
		n++
		name, err := dec.Token()
		if err != nil {
			return err
		}
		s, ok := name.(string)
		if !ok {
			return errUnlike
		}
		return f(s, dec)
	})
}

// elements calls f for each element of the array that comes next. F must decode
// it.
func elements(dec *json.Decoder, f func(dec *json.Decoder) error) error {
	return between(dec, '[', func() error { return f(dec) })
}

// between calls f as long as there is more between the given opening delimiter
// and its counterpart.
func between(dec *json.Decoder, open json.Delim, f func() error) error {
	switch t, err := dec.Token(); {
	case err != nil:
		return err
	case t != open:
		return errUnlike
	}
	for dec.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// Skipped is a value that is not looked at.
type skipped struct{}

// UnmarshalJSON takes anything.
func (skipped) UnmarshalJSON([]byte) error { return nil }
