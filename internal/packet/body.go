// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"time"

	"github.com/packethost/packngo"
)

// A link refers to another object, which may be included in full.
type link struct {
	ID   word  `json:"id"`
	Href prose `json:"href"`
}

// id returns the id of the object, which is the last element of its link.
func (l link) id() string {
	if l.ID != "" || l.Href == "" {
		return string(l.ID)
	}
	return path.Base(string(l.Href))
}

// linkedIDs returns the ids of the objects that are linked to.
func linkedIDs(links []link) []string {
	var out []string
	for _, l := range links {
		out = append(out, l.id())
	}
	return out
}

// dataBody is custom data in an answer.
type dataBody map[string]any

// UnmarshalJSON decodes an object of at most 256 KiB. Anything else than an
// object, which the API's document does not allow, counts as none: it must not
// make the object around it unreadable.
func (d *dataBody) UnmarshalJSON(b []byte) error {
	if len(b) > maxScript {
		return errExcess
	}
	var c CustomData
	if json.Unmarshal(b, &c) != nil {
		c = nil
	}
	*d = dataBody(c)
	return nil
}

// timeOf returns the zero time for the API's null.
func timeOf(t *packngo.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

// familyName returns "ipv4" or "ipv6", or nothing for another number.
func familyName(n int) string { return map[int]string{4: "ipv4", 6: "ipv6"}[n] }

// changedTags returns the tags of an update: no tags must be sent as an empty
// list, which null is not.
func changedTags(tags *[]string) *[]string {
	if tags != nil && *tags == nil {
		return &[]string{}
	}
	return tags
}

// changedData returns the custom data of an update, nil for one that leaves it:
// none must be sent as an empty object.
func changedData(c *CustomData) any {
	switch {
	case c == nil:
		return nil
	case *c == nil:
		return map[string]any{}
	}
	return map[string]any(*c)
}

// changedSecrets returns the secrets in the custom data of an update.
func changedSecrets(c *CustomData) []string {
	if c == nil {
		return nil
	}
	return secretValues(*c)
}

// remove deletes what has an id and no options.
func (c *Client) remove(ctx context.Context, route, what, folder, id string) error {
	if err := checkID(http.MethodDelete, route, what, id); err != nil {
		return err
	}
	_, err := c.ask(ctx, request{route: route}, http.MethodDelete, folder+id, nil, nil)
	return err
}
