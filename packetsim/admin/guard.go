// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps pages of other origins from writing through a browser, and adds
// the headers that every answer has.
func guard(next http.Handler) http.Handler {
	refuse := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, result{}, &failure{http.StatusForbidden, []string{
			"a page of another origin may not write here; use the page at / of this address, or a client that is no browser",
		}})
	})
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(refuse)
	checked := origins.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead && rebound(r) {
			refuse(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// rebound tells whether a browser wrote to a name that anybody's DNS may have
// pointed here: such a page has the same origin, and is still a stranger's.
func rebound(r *http.Request) bool {
	if r.Header.Get("Origin") == "" {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err != nil && host != "localhost" && !strings.HasSuffix(host, ".localhost")
}
