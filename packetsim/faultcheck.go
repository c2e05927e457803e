// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// methods are the HTTP methods of the API.
func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

// reads tells whether a method changes nothing.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// check returns what is wrong with a fault, with the field and the remedy.
func (f Fault) check(r *router, prefix string) error {
	return errors.Join(r.checkMatch(f.Method, f.Route, f.Path, prefix), f.checkCount(), f.checkEffect(), f.checkHeader())
}

// checkMatch looks at what says which requests a fault meets or a filter
// selects: what is misspelt would match nothing.
func (t *router) checkMatch(method, route, pattern, prefix string) error {
	var errs []error
	if method != "" && !slices.Contains(methods(), method) {
		errs = append(errs, fmt.Errorf("method is %q and must be one of %s, or empty for all", method, strings.Join(methods(), ", ")))
	}
	switch {
	case route == "" || t.has(method, route):
	case prefixed(route, prefix):
		errs = append(errs, fmt.Errorf("route is %q; leave out the API's prefix, %s", route, prefix))
	default:
		errs = append(errs, fmt.Errorf("route is %q, which the API does not have%s; write it as the request log does, such as /bgp/sessions/{id}", route, forMethod(method)))
	}
	_, err := path.Match(pattern, "")
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("path is %q and no pattern; close its brackets, or put a backslash before them", pattern))
	case prefixed(pattern, prefix):
		errs = append(errs, fmt.Errorf("path is %q; leave out the API's prefix, %s", pattern, prefix))
	case pattern != "" && !strings.HasPrefix(pattern, "/"):
		errs = append(errs, fmt.Errorf("path is %q and must begin with a slash; leave out the API's prefix", pattern))
	}
	return errors.Join(errs...)
}

func prefixed(p, prefix string) bool {
	return prefix != "" && (p == prefix || strings.HasPrefix(p, prefix+"/"))
}

// checkCount looks at how many requests the fault meets.
func (f Fault) checkCount() error {
	var errs []error
	if f.Skip < 0 {
		errs = append(errs, fmt.Errorf("skip is %d and must be 0 or more", f.Skip))
	}
	if f.Times < 0 {
		errs = append(errs, fmt.Errorf("times is %d and must be 0, which means every request, or more", f.Times))
	}
	return errors.Join(errs...)
}

func forMethod(method string) string {
	if method == "" {
		return ""
	}
	return " for " + method
}

// has tells whether some request can have the given method and route. An empty
// method is any.
func (t *router) has(method, template string) bool {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, m := range methods() {
		if _, found := t.routes[m+" "+template]; found && (method == "" || method == m) {
			return true
		}
	}
	return false
}

// checkEffect looks at the fields that say what happens to the requests.
func (f Fault) checkEffect() error {
	scripted := len(f.Errors) > 0 || f.Body != ""
	var errs []error
	for _, p := range []struct {
		wrong bool
		text  string
	}{
		{f.Delay < 0, fmt.Sprintf("delay is %s and must not be negative", f.Delay)},
		{f.Status != 0 && (f.Status < 200 || f.Status > 599), fmt.Sprintf("status is %d and must be from 200 to 599, or 0 for the real answer", f.Status)},
		{f.Status == 0 && scripted, "errors and body need a status to go with"},
		{len(f.Errors) > 0 && f.Body != "", "errors and body exclude each other; keep one"},
		{(f.Status == http.StatusNoContent || f.Status == http.StatusNotModified) && scripted, fmt.Sprintf("status %d has no body; leave out errors and body", f.Status)},
		{!slices.Contains([]Cut{"", CutSilent, CutMidway}, f.Cut), fmt.Sprintf("cut is %q and must be %s, %s or empty", f.Cut, CutSilent, CutMidway)},
		{f.Cut == CutSilent && (f.Status != 0 || scripted || len(f.Header) > 0), "cut is silent, so nothing can be sent; leave out status, errors, body and header, or cut midway"},
		{f.Stale && f.Method != "" && !reads(f.Method), "stale is for GET and HEAD; leave out the method"},
		{f.Stale && f.Store, "stale and store exclude each other; keep one"},
		{f.Stale && !f.passes(), "stale needs the real answer; leave out status and the silent cut"},
		{f.Denied && f.Stale, "denied and stale exclude each other; set two faults"},
		{f.Denied && f.Status != 0, "denied gives the answer itself; leave out status"},
	} {
		if p.wrong {
			errs = append(errs, errors.New(p.text))
		}
	}
	return errors.Join(errs...)
}

// checkHeader looks for what no server can send.
func (f Fault) checkHeader() error {
	for k, v := range f.Header {
		if !httpguts.ValidHeaderFieldName(k) {
			return fmt.Errorf("header has the name %q, which HTTP does not allow", k)
		}
		if !httpguts.ValidHeaderFieldValue(v) {
			return fmt.Errorf("header %s has a value that HTTP does not allow; leave out control characters", k)
		}
	}
	return nil
}
