// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// The fields that can be changed in place.
const (
	fieldDetails    = "details"
	fieldTags       = "tags"
	fieldCustomData = "customData"
)

// differences compares what can be changed. Tags have no order, and custom data
// is compared as JSON; it is not told, for it may hold passwords.
func differences(a Arguments, r packet.Reservation) []external.Difference {
	var out []external.Difference
	if a.Details != r.Details {
		out = append(out, external.Difference{Field: fieldDetails, Want: fmt.Sprintf("%q", a.Details), Got: fmt.Sprintf("%q", r.Details)})
	}
	want, got := attached.Sorted(attached.Tags(a.Tags)), attached.Sorted(attached.Tags(r.Tags))
	if !slices.Equal(want, got) {
		out = append(out, external.Difference{Field: fieldTags, Want: fmt.Sprintf("%q", want), Got: fmt.Sprintf("%q", got)})
	}
	data, err := attached.Data(a.CustomData)
	switch {
	case err != nil:
		out = append(out, external.Difference{Field: fieldCustomData, Want: "a JSON object", Got: "not as asked for"})
	case !same(data, r.CustomData):
		out = append(out, external.Difference{Field: fieldCustomData, Want: "what the manifest says", Got: "another object"})
	}
	return out
}

func same(a, b packet.CustomData) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// update is the request that mends differences. The mark stays.
func update(r packet.Reservation, a Arguments, differences []external.Difference) (packet.UpdateReservation, error) {
	var out packet.UpdateReservation
	for _, d := range differences {
		switch d.Field {
		case fieldDetails:
			out.Details = &a.Details
		case fieldTags:
			tags := attached.Retag(a.Tags, r.Tags)
			out.Tags = &tags
		case fieldCustomData:
			data, err := attached.Data(a.CustomData)
			if err != nil {
				return out, err
			}
			out.CustomData = &data
		}
	}
	return out, nil
}
