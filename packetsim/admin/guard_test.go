// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestWritesFromBrowsers makes writes as browsers make them for pages.
func TestWritesFromBrowsers(t *testing.T) {
	b := newBench(t, packetsim.Config{})
	cases := map[string]struct {
		reason  string
		method  string
		headers []string
		status  int
	}{
		"NoBrowser":      {"curl sends neither header", "POST", []string{"Content-Type: application/json"}, 201},
		"OwnPage":        {"the page of this address may write", "POST", []string{"Content-Type: application/json", "Origin: " + b.admin.URL, "Sec-Fetch-Site: same-origin"}, 201},
		"OldBrowser":     {"without Sec-Fetch-Site the origin decides", "POST", []string{"Content-Type: application/json", "Origin: " + b.admin.URL}, 201},
		"CrossSite":      {"a stranger's page may not", "POST", []string{"Content-Type: application/json", "Origin: https://example.com", "Sec-Fetch-Site: cross-site"}, 403},
		"OtherPort":      {"another server of this machine may not", "POST", []string{"Content-Type: application/json", "Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"}, 403},
		"OldCrossSite":   {"an origin that is not the address may not", "POST", []string{"Content-Type: application/json", "Origin: https://example.com"}, 403},
		"Sandbox":        {"nor one that hides its origin", "POST", []string{"Content-Type: application/json", "Origin: null"}, 403},
		"Rebound":        {"nor a name that was made to point here", "POST", []string{"Content-Type: application/json", "Host: example.com", "Origin: http://example.com"}, 403},
		"Localhost":      {"localhost is this machine", "POST", []string{"Content-Type: application/json", "Host: localhost:8586", "Origin: http://localhost:8586"}, 201},
		"Form":           {"a form needs no permission of its browser, so its type is refused", "POST", []string{"Content-Type: text/plain"}, 415},
		"NoType":         {"a body says what it is", "POST", nil, 415},
		"DeleteByPage":   {"removal is a write", "DELETE", []string{"Origin: https://example.com", "Sec-Fetch-Site: cross-site"}, 403},
		"DeleteByCurl":   {"removal needs no body", "DELETE", nil, 204},
		"CharsetIsFine":  {"a type may have parameters", "POST", []string{"Content-Type: application/json; charset=utf-8"}, 201},
		"ReadByStranger": {"a stranger's page may ask, but its browser does not tell it the answer", "GET", []string{"Origin: https://example.com", "Sec-Fetch-Site: cross-site"}, 200},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := send(t, tc.method, b.admin.URL+"/api/faults", `{"times":1}`, tc.headers...)
			if r.status != tc.status {
				t.Errorf("%s: want %d, got %d %s", tc.reason, tc.status, r.status, r.body)
			}
			if tc.status == http.StatusForbidden && !strings.Contains(r.body, "another origin") {
				t.Errorf("%s: want a reason, got %s", tc.reason, r.body)
			}
			for name, want := range map[string]string{"Access-Control-Allow-Origin": "", "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff"} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s: want %s %q, got %q", tc.reason, name, want, got)
				}
			}
		})
	}
}
