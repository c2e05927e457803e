// SPDX-License-Identifier: Apache-2.0

package project

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// markKey is the key of the mark in the custom data of a project. Its value is
// the UID of the managed resource that made the project.
const markKey = "crossplane-uid"

// wanted is the custom data that the arguments ask for, or a refusal.
func wanted(a Arguments) (packet.CustomData, error) {
	data, err := attached.Data(a.CustomData)
	if err != nil {
		return nil, err
	}
	if _, taken := data[markKey]; taken {
		return nil, &external.Refusal{Reason: external.ReasonInvalid, Argument: "customData", Message: fmt.Sprintf(
			"it cannot have the key %q, by which the provider recognises the projects that it made; give that another name", markKey)}
	}
	return data, nil
}

// marked returns the custom data with a mark, if there is one.
func marked(data packet.CustomData, mark any) packet.CustomData {
	if mark == nil {
		return data
	}
	out := packet.CustomData{markKey: mark}
	maps.Copy(out, data)
	return out
}

// unmarked returns the custom data that the user knows of.
func unmarked(data packet.CustomData) packet.CustomData {
	out := maps.Clone(data)
	delete(out, markKey)
	return out
}

// differentData tells whether custom data is another than the arguments ask
// for, and at which keys. The values, which may be passwords, are left out.
func differentData(a Arguments, has packet.CustomData) []external.Difference {
	want, err := wanted(a)
	if err != nil {
		// The attempt to update says what is wrong.
		return []external.Difference{{Field: "customData", Want: "a JSON object", Got: "not comparable"}}
	}
	has = unmarked(has)
	keys := map[string]bool{}
	for _, data := range []packet.CustomData{want, has} {
		for key := range data {
			if part(want, key) != part(has, key) {
				keys[strconv.Quote(key)] = true
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return []external.Difference{{Field: "customData", Want: "as written", Got: "different at " + listed(slices.Sorted(maps.Keys(keys)))}}
}

// part is what custom data has at a key, in a form that can be compared.
func part(data packet.CustomData, key string) string {
	v, ok := data[key]
	if !ok {
		return ""
	}
	return attached.Text(packet.CustomData{key: v})
}
