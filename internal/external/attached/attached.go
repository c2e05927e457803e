// SPDX-License-Identifier: Apache-2.0

// Package attached is about what users attach to an object of the Packet API,
// tags and custom data, and about the mark that the provider puts there.
//
// Objects of kinds without a key are recognised by the mark: it names the
// managed resource that made the object. Users neither see it nor lose it when
// what they attached changes.
package attached

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// markPrefix is how the tag begins that is the mark.
const markPrefix = "crossplane-uid:"

// Mark returns the tag that says which managed resource made an object. The
// owner is its UID.
func Mark(owner string) string { return markPrefix + owner }

// Tags returns what users see of an object's tags: all but marks.
func Tags(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), isMark)
}

// Retag returns the tags that an object shall have: those asked for, and the
// marks that it has.
func Retag(asked, present []string) []string {
	return append(Tags(asked), slices.DeleteFunc(slices.Clone(present), func(t string) bool { return !isMark(t) })...)
}

// Sorted returns tags in the order of their texts, each once: the API keeps them
// as they come, and neither an order nor a repetition says anything.
func Sorted(tags []string) []string { return slices.Compact(slices.Sorted(slices.Values(tags))) }

func isMark(tag string) bool { return strings.HasPrefix(tag, markPrefix) }

// Data returns the custom data that the argument customData asks for, none if
// it is empty. The error is a *external.Refusal, and does not quote the text,
// which may hold passwords.
func Data(text string) (packet.CustomData, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var data packet.CustomData
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		return nil, &external.Refusal{
			Reason: external.ReasonInvalid, Argument: "customData", Message: `it is no JSON object; write one, such as {"team":"edge"}`,
		}
	}
	if len(data) == 0 {
		return nil, nil
	}
	return data, nil
}

// Text returns custom data as JSON, always in the same form; nothing if there
// is none.
func Text(data packet.CustomData) string {
	if len(data) == 0 {
		return ""
	}
	text, err := json.Marshal(map[string]any(data))
	if err != nil {
		// What was decoded from JSON can be encoded.
		return ""
	}
	return string(text)
}
