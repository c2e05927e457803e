// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// defaultRequests is how many requests are listed unless limit says otherwise.
const defaultRequests = 1000

// requestList is a part of the request log, oldest first.
type requestList struct {
	Requests []packetsim.Request `json:"requests"`
	// Matching is how many requests of the log match, listed or not.
	Matching int `json:"matching"`
}

func (a *admin) listRequests(r *http.Request) (result, error) {
	q, err := query(r, "method", "route", "path", "status", "token", "since", "limit")
	if err != nil {
		return result{}, err
	}
	filter := packetsim.Filter{Method: strings.ToUpper(q.Get("method")), Route: q.Get("route"), Path: q.Get("path"), TokenID: q.Get("token")}
	if err := a.sim.CheckFilter(filter); err != nil {
		return result{}, bad(strings.Split(strings.TrimPrefix(err.Error(), "cannot select requests: "), "\n")...)
	}
	if s := q.Get("since"); s != "" {
		if filter.Since, err = time.Parse(time.RFC3339, s); err != nil {
			return result{}, bad(fmt.Sprintf("since is %q and must be a time such as %s", s, a.sim.Now().UTC().Format(time.RFC3339)))
		}
	}
	if s := q.Get("status"); s == "cut" {
		filter.Status = -1
	} else if filter.Status, err = strconv.Atoi(cmp.Or(s, "0")); err != nil || s != "" && (filter.Status < 100 || filter.Status > 599) {
		return result{}, bad(fmt.Sprintf("status is %q and must be an HTTP status such as 422, or cut for connections without an answer", s))
	}
	limit, err := number(q, "limit", defaultRequests)
	if err != nil {
		return result{}, err
	}
	latest, matching := a.sim.LatestRequests(limit, filter)
	if latest == nil {
		latest = []packetsim.Request{}
	}
	return result{body: requestList{latest, matching}}, nil
}

func (a *admin) clearRequests(*http.Request) (result, error) {
	a.sim.ResetRequests()
	return result{}, nil
}

// query returns the parameters of a request, and refuses those that are not
// allowed: a misspelt filter would otherwise select everything.
func query(r *http.Request, allowed ...string) (url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, bad("the query cannot be read: " + err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(allowed, name) {
			return nil, bad(fmt.Sprintf("unknown parameter %q; the parameters are %s", name, strings.Join(allowed, ", ")))
		}
	}
	return q, nil
}

// number returns a parameter that is a number of things, or else the default.
func number(q url.Values, name string, otherwise int) (int, error) {
	s := q.Get(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, bad(fmt.Sprintf("%s is %q and must be a whole number from 1", name, s))
	}
	return n, nil
}
