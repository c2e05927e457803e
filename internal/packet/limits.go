// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"bytes"
	"encoding/json"
	"errors"
)

// An endpoint is whatever a user names. What it answers must neither exhaust
// the memory while it is decoded nor stay there: the size of answers, lists and
// texts is bounded far above what the API is known to give.
const (
	// maxObject bounds an answer with one object, or with a list of what
	// belongs to one device, and each object of a longer list; in bytes.
	maxObject = 1 << 20
	// maxRefusal is how much is read of an answer that is no success, in bytes.
	maxRefusal = 64 << 10
	// maxLarge is how many answers longer than maxObject are held at the same
	// time.
	maxLarge = 2

	maxOfDevice  = 16     // objects in a list of what belongs to one device
	maxOfProject = 50_000 // objects in any other list
	maxWithin    = 1000   // elements of a list within an object
)

// errExcess is the error for an answer that holds more than is allowed.
var errExcess = errors.New("more than allowed")

// A word is a name, or anything else that is short.
type word string

// UnmarshalJSON refuses a text of more than 256 bytes.
func (w *word) UnmarshalJSON(b []byte) error { return text(b, (*string)(w), 256) }

// An address is one of an interface or a network, with or without a length.
type address string

// UnmarshalJSON refuses a text of more than 64 bytes.
func (a *address) UnmarshalJSON(b []byte) error { return text(b, (*string)(a), 64) }

// Prose is text that people write, or a URL.
type prose string

// UnmarshalJSON refuses a text of more than 16 KiB.
func (p *prose) UnmarshalJSON(b []byte) error { return text(b, (*string)(p), 16<<10) }

// maxScript is the longest user data and custom data in bytes.
const maxScript = 256 << 10

// A script is user data.
type script string

// UnmarshalJSON refuses a text of more than 256 KiB.
func (s *script) UnmarshalJSON(b []byte) error { return text(b, (*string)(s), maxScript) }

func text(b []byte, into *string, limit int) error {
	if err := json.Unmarshal(b, into); err != nil {
		return err
	}
	if len(*into) > limit {
		return errExcess
	}
	return nil
}

// A few are the elements of a list within an object.
type few[T any] []T

// UnmarshalJSON refuses a list of more than maxWithin elements. A long one it
// does not decode to its end: {} can be a hundred times as large in memory.
func (f *few[T]) UnmarshalJSON(b []byte) error {
	if len(b) <= maxWithin {
		// There cannot be more. A decoder for each would cost a third of the
		// time for a list of sessions.
		return json.Unmarshal(b, (*[]T)(f))
	}
	out := few[T]{}
	err := elements(json.NewDecoder(bytes.NewReader(b)), func(dec *json.Decoder) error {
		if len(out) == maxWithin {
			return errExcess
		}
		var v T
		err := dec.Decode(&v)
		out = append(out, v)
		return err
	})
	*f = out
	return err
}

// stringsOf returns texts as strings; nil stays nil.
func stringsOf[S ~string](in []S) []string {
	if in == nil {
		return nil
	}
	out := make([]string, 0, len(in))
	for _, s := range in {
		out = append(out, string(s))
	}
	return out
}
