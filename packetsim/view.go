// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// maxInclude is how many levels deep a dotted include may reach.
const maxInclude = 3

// A fieldSet is a parsed include or exclude list: a tree of field names.
type fieldSet map[string]fieldSet

// parseFields reads comma separated, dotted field names from every occurrence
// of a query parameter, also in the form name[]=. Unknown names do no harm.
func parseFields(q url.Values, name string) fieldSet {
	set := fieldSet{}
	for _, list := range append(q[name], q[name+"[]"]...) {
		for f := range strings.SplitSeq(list, ",") {
			at := set
			for i, part := range strings.Split(strings.TrimSpace(f), ".") {
				if part == "" || i == maxInclude {
					break
				}
				if at[part] == nil {
					at[part] = fieldSet{}
				}
				at = at[part]
			}
		}
	}
	return set
}

// A view renders records as JSON objects. It knows which references the
// request wants expanded and which it wants trimmed.
type view struct {
	st *state
	// caller is whose access bounds what includes show; nil bounds nothing.
	caller   *call
	base     string
	inc, exc fieldSet
	now      time.Time
}

// sub returns the view for the object under the given field.
func (v view) sub(field string) view {
	v.inc, v.exc = v.inc[field], v.exc[field]
	return v
}

// href returns the href of an API path.
func (v view) href(path string) string { return v.base + path }

// link renders a reference as {"href": ...} unless the request includes it.
func (v view) link(field, path string, full func(view) any) link {
	l := link{href: v.href(path)}
	if _, ok := v.inc[field]; ok && full != nil {
		l.full = full(v.sub(field))
	}
	return l
}

// whole renders a reference as the full object unless the request excludes it.
func (v view) whole(field, path string, full func(view) any) link {
	l := link{href: v.href(path)}
	if sub, ok := v.exc[field]; !ok || len(sub) > 0 {
		l.full = full(v.sub(field))
	}
	return l
}

// A link is a reference to another resource, in full where it is expanded.
type link struct {
	href string
	full any
}

// MarshalJSON encodes the full object, or else an object with its href only.
func (l link) MarshalJSON() ([]byte, error) {
	if l.full != nil {
		return json.Marshal(l.full)
	}
	// Some ids are what a client wrote.
	return json.Marshal(struct {
		Href string `json:"href"`
	}{l.href})
}

// links renders references to many records of one table.
func links[T record](v view, field, path string, records []T, full func(view, T) any) []link {
	out := make([]link, 0, len(records))
	for _, r := range records {
		out = append(out, v.link(field, path+r.recordID(), func(v view) any { return full(v, r) }))
	}
	return out
}

// A stamp is a time as the API writes it: UTC, to the second.
type stamp time.Time

// MarshalJSON encodes the time, or null for the zero time.
func (s stamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.UTC().Format(time.RFC3339) + `"`), nil
}

// milliseconds is the layout of the few times that the API writes precisely.
const milliseconds = "2006-01-02T15:04:05.000Z07:00"

// list returns s, or an empty list for nil, so that JSON shows [] and not null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// object returns m, or an empty map for nil, so that JSON shows {} and not null.
func object(m jsonObject) jsonObject {
	if m == nil {
		return jsonObject{}
	}
	return m
}

// orNull returns a pointer to v, or nil for the zero value.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// jsonObject is a JSON object of any content.
type jsonObject = map[string]any
