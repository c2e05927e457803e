// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

// FuzzBody sends bodies to every endpoint that takes one. Whatever arrives, the
// answer is JSON and no failure of the server, and what was set can be listed.
func FuzzBody(f *testing.F) {
	targets := []struct{ method, path string }{
		{http.MethodPost, "/api/faults"},
		{http.MethodPatch, "/api/devices/" + packetsim.DemoDevice1},
		{http.MethodPost, "/api/clock"},
		{http.MethodPost, "/api/reset"},
	}
	for i := range targets {
		for _, body := range []string{
			`{"method":"POST","route":"/devices/{id}/bgp/sessions","times":1,"store":true,"delay":"1.5s","status":500,"errors":["boom"]}`,
			`{"status":502,"body":"<html>","header":{"Content-Type":"text/html"},"token":"packetsim-user-token","denied":false}`,
			`{"cut":"midway","path":"/devices/[a-z]*","skip":1}`, `{"state":"failed"}`, `{"advance":"6h"}`, `{"delay":1}`, `{"Delay":"1s","delay":"x"}`,
			`[]`, `null`, `{"a":`, "\x00", "",
		} {
			f.Add(uint(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, i uint, body string) {
		sim, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed()})
		if err != nil {
			t.Fatal(err)
		}
		h := admin.Handler(sim)
		send := func(method, path, body string) {
			t.Helper()
			r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code >= http.StatusInternalServerError || w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s %s with %q: %d %s", method, path, body, w.Code, w.Body)
			}
		}
		target := targets[i%uint(len(targets))]
		send(target.method, target.path, body)
		send(http.MethodGet, "/api/faults", "")
		send(http.MethodGet, "/api/state", "")
	})
}
