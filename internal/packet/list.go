// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

const (
	// perPage is how many objects are asked for at a time. The API's default is
	// 10, and its limit 1000, which takes long for devices.
	perPage = 250
	// maxPages bounds the pages of one list: a server may always name a next
	// one.
	maxPages = 1000
	// maxReadings is how often a list of several pages is read from the start
	// because it changed meanwhile.
	maxReadings = 3
	// maxTotal is how many times as long as one answer a list may be.
	maxTotal = 2
)

// A listing is a list that is read page by page.
type listing[B, T any] struct {
	request

	// path of the list, relative to the base URL, and what is asked of it.
	path  string
	query url.Values
	// unpaged says that the API gives the list in one answer.
	unpaged bool
	// most is how many objects it may have; 0 for maxOfProject.
	most int
	// translate makes one object of its answer.
	translate func(*call, B) (T, error)
}

// A page is what one answer says of the whole.
type page struct {
	Current int             `json:"current_page"`
	Total   int             `json:"total"`
	Next    json.RawMessage `json:"next"`
}

func (p page) last() bool { return len(p.Next) == 0 || string(p.Next) == "null" }

// A reading is what was read of a list so far.
type reading[T any] struct {
	items []T
	bytes int64
}

// all returns all objects of the list. It counts the pages itself: packngo
// follows the links, which breaks if they have the prefix that those of
// resources have, and which could lead to another server.
//
// Between two pages an object may vanish from a page that was read already, so
// that another one slips out of sight. The total tells, and the list is read
// from the start.
func (g listing[B, T]) all(ctx context.Context, c *Client) (out []T, err error) {
	g.most = cmp.Or(g.most, maxOfProject)
	g.long = g.most > maxOfDevice
	for range maxReadings {
		var changed bool
		if out, changed, err = g.read(ctx, c); !changed {
			break
		}
	}
	return out, err
}

// read reads the list once. Changed is true, and err is set, if the list changed
// meanwhile.
func (g listing[B, T]) read(ctx context.Context, c *Client) (out []T, changed bool, err error) {
	so := reading[T]{items: []T{}}
	total := 0
	for n := 1; ; n++ {
		p, l, err := g.page(ctx, c, n, &so)
		switch {
		case err != nil:
			return nil, false, err
		case n > 1 && p.Total != total:
			return nil, true, l.unusable("the list changes all the time")
		case p.last():
			return so.items, false, nil
		case p.Current != n:
			return nil, false, l.unusable("the answer holds another page of the list")
		case n == maxPages:
			return nil, false, l.unusable("the list has no end")
		}
		total = p.Total
	}
}

// page reads a page and adds its objects to what was read so far.
func (g listing[B, T]) page(ctx context.Context, c *Client, n int, so *reading[T]) (p page, l *call, err error) {
	l, err = c.ask(ctx, g.request, http.MethodGet, g.pathOf(n), nil, nil)
	defer l.release()
	if err != nil {
		return p, l, err
	}
	listed := false
	if so.bytes += int64(len(l.body)); so.bytes > maxTotal*c.opts.MaxAnswer {
		err = l.failure(errExcess)
		return p, l, err
	}
	err = fields(l.body, func(name string, dec *json.Decoder) error {
		switch name {
		case g.list:
			listed = true
			return g.add(l, dec, so)
		case "meta":
			return dec.Decode(&p)
		}
		return dec.Decode(&skipped{})
	})
	switch {
	case err != nil:
		err = l.failure(err)
	case !listed:
		err = l.unusable("the answer holds no list")
	}
	return p, l, err
}

func (g listing[B, T]) pathOf(n int) string {
	q := maps.Clone(g.query)
	if q == nil {
		q = url.Values{}
	}
	if n > 1 || !g.unpaged {
		q.Set("page", strconv.Itoa(n))
	}
	if !g.unpaged {
		q.Set("per_page", strconv.Itoa(perPage))
	}
	if len(q) == 0 {
		return g.path
	}
	return g.path + "?" + q.Encode()
}

// add translates the objects of a page one by one, so that the first that is
// not as it should be ends it.
func (g listing[B, T]) add(l *call, dec *json.Decoder, so *reading[T]) error {
	var raw json.RawMessage
	return elements(dec, func(dec *json.Decoder) error {
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if len(raw) > maxObject || len(so.items) == g.most {
			return errExcess
		}
		var b B
		if err := json.Unmarshal(raw, &b); err != nil {
			return err
		}
		t, err := g.translate(l, b)
		so.items = append(so.items, t)
		return err
	})
}
