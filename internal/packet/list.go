// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

const (
	// perPage is how many objects are asked for at a time. The API's default is
	// 10, and its limit 1000, which takes long for devices.
	perPage = 250
	// maxReadings is how often a list of several pages is read from the start
	// because it changed meanwhile.
	maxReadings = 3
)

// A listing is a list that is read page by page.
type listing[B, T any] struct {
	request

	// path of the list, relative to the base URL, and what is asked of it.
	path  string
	query url.Values
	// translate makes one object of its answer.
	translate func(*call, B) (T, error)
}

// A page is one answer of a list, and what it says of the whole.
type page[B any] struct {
	Items   []B             `json:"-"`
	Current int             `json:"current_page"`
	Total   int             `json:"total"`
	Next    json.RawMessage `json:"next"`
}

func (p page[B]) last() bool { return len(p.Next) == 0 || string(p.Next) == "null" }

// all returns all objects of the list. It counts the pages itself: packngo
// follows the links, which breaks if they have the prefix that those of
// resources have.
//
// Between two pages an object may vanish from a page that was read already, so
// that another one slips out of sight. The total tells, and the list is read
// from the start.
func (g listing[B, T]) all(ctx context.Context, c *Client) (out []T, err error) {
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
	out = []T{}
	total := 0
	for n := 1; ; n++ {
		p, l, err := g.page(ctx, c, n)
		if err != nil {
			return nil, false, err
		}
		for _, item := range p.Items {
			t, err := g.translate(l, item)
			if err != nil {
				return nil, false, err
			}
			out = append(out, t)
		}
		switch {
		case n > 1 && p.Total != total:
			return nil, true, l.unusable("the list changes all the time")
		case p.last():
			return out, false, nil
		case p.Current != n:
			return nil, false, l.unusable("the answer holds another page of the list")
		case n == maxRequests:
			return nil, false, l.unusable("the list has no end")
		}
		total = p.Total
	}
}

func (g listing[B, T]) page(ctx context.Context, c *Client, n int) (page[B], *call, error) {
	q := maps.Clone(g.query)
	if q == nil {
		q = url.Values{}
	}
	q.Set("page", strconv.Itoa(n))
	q.Set("per_page", strconv.Itoa(perPage))

	var (
		got map[string]json.RawMessage
		p   page[B]
	)
	l, err := c.ask(ctx, g.request, http.MethodGet, g.path+"?"+q.Encode(), nil, &got)
	if err != nil {
		return p, l, err
	}
	if meta := got["meta"]; meta != nil {
		err = json.Unmarshal(meta, &p)
	}
	if err = errors.Join(err, json.Unmarshal(got[g.list], &p.Items)); err != nil {
		failure := l.failure(err)
		return p, l, failure
	}
	if p.Items == nil {
		failure := l.unusable("the answer holds no list")
		return p, l, failure
	}
	return p, l, nil
}
