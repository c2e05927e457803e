// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"maps"
	"net/url"
	"strconv"
)

// Limits of paged lists.
const (
	defaultPerPage = 10
	maxPerPage     = 1000
	maxPage        = 100000
)

// pageMeta is the meta object of a paged list. Its links carry no prefix, as
// in the real API: packngo appends them to its base URL. On the last page next
// must be there and be null, or packngo pages on for ever.
type pageMeta struct {
	First    *pageLink `json:"first"`
	Previous *pageLink `json:"previous"`
	Self     *pageLink `json:"self"`
	Next     *pageLink `json:"next"`
	Last     *pageLink `json:"last"`
	Current  int       `json:"current_page"`
	LastPage int       `json:"last_page"`
	Total    int       `json:"total"`
}

type pageLink struct {
	Href string `json:"href"`
}

// paginate cuts the page out of items that the request asks for. A page beyond
// the last one is empty.
func paginate[T any](c *call, items []T) ([]T, pageMeta) {
	return paginateBy(c, items, defaultPerPage, maxPerPage)
}

func paginateBy[T any](c *call, items []T, per, most int) ([]T, pageMeta) {
	page := clampParam(c.query, "page", 1, maxPage)
	per = clampParam(c.query, "per_page", per, most)
	last := max(1, (len(items)+per-1)/per)
	from := min((page-1)*per, len(items))
	to := min(from+per, len(items))

	at := func(n int) *pageLink {
		q := url.Values{}
		maps.Copy(q, c.query)
		q.Set("page", strconv.Itoa(n))
		return &pageLink{Href: c.path + "?" + q.Encode()}
	}
	m := pageMeta{First: at(1), Self: at(page), Last: at(last), Current: page, LastPage: last, Total: len(items)}
	if page > 1 {
		m.Previous = at(min(page-1, last))
	}
	if page < last {
		m.Next = at(page + 1)
	}
	return items[from:to], m
}

// clampParam reads a positive number from the query: def when it is missing or
// not a positive number, most when it is larger than that.
func clampParam(q url.Values, name string, def, most int) int {
	n, err := strconv.Atoi(q.Get(name))
	if err != nil || n < 1 {
		return def
	}
	return min(n, most)
}
