// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// send makes a request with a body of JSON.
func send(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestAdmin(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	lines, out := io.Pipe()
	ended := make(chan error, 1)
	o := &options{
		Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Metadata: "127.0.0.1:0", BareHrefs: true, Prefix: packetsim.DefaultPrefix, Token: packetsim.DefaultToken,
		Seed: "demo", Timings: "realistic", Clock: "driven",
	}
	go func() { ended <- o.run(ctx, out, io.Discard) }()
	r := bufio.NewScanner(lines)
	r.Scan()
	api := r.Text()
	r.Scan()
	admin := r.Text()
	r.Scan()
	metadata := r.Text()

	device := "devices/" + packetsim.DemoDevice1
	if status, body := send(t, http.MethodPost, api+device+"/bgp/sessions", `{"address_family":"ipv4"}`); status != http.StatusCreated {
		t.Fatalf("create a session: want 201, got %d %s", status, body)
	}
	for _, step := range []struct {
		advance, want string
	}{
		{"1s", `"status":"unknown"`},
		{"10s", `"status":"down"`},
		{"30s", `"status":"up"`},
	} {
		if status, body := send(t, http.MethodPost, admin+"api/clock", `{"advance":"`+step.advance+`"}`); status != http.StatusOK {
			t.Fatalf("advance the clock: want 200, got %d %s", status, body)
		}
		if _, body := send(t, http.MethodGet, api+device+"/bgp/sessions", ""); !strings.Contains(body, step.want) {
			t.Errorf("%s later: want %s, got %s", step.advance, step.want, body)
		}
	}
	if _, body := send(t, http.MethodGet, api+device, ""); !strings.Contains(body, `"href":"/`+device+`"`) {
		t.Errorf("want an href without the prefix, got %s", body)
	}
	if status, body := send(t, http.MethodGet, metadata+"metadata", ""); status != http.StatusNotFound || !strings.Contains(body, `{"error":`) {
		t.Errorf("metadata of no device: want 404 and one text, got %d %s", status, body)
	}
	if status, body := send(t, http.MethodGet, admin+"healthz", ""); status != http.StatusOK {
		t.Errorf("health: want 200, got %d %s", status, body)
	}

	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("want a clean end, got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("want an end after the signal")
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, admin+"healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Error("want the admin listener to end with the server")
	}
}

func TestExposed(t *testing.T) {
	cases := map[string]struct {
		reason, address string
		want            bool
	}{
		"Loopback":  {"only this machine reaches it", "127.0.0.1:8586", false},
		"Loopback6": {"nor do others reach this", "[::1]:8586", false},
		"Localhost": {"the name of this machine", "localhost:8586", false},
		"All":       {"every interface", "0.0.0.0:8586", true},
		"Empty":     {"every interface, in short", ":8586", true},
		"Name":      {"a name may mean any interface", "packetsim:8586", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := exposed(tc.address); got != tc.want {
				t.Errorf("%s: exposed(%q): want %t, got %t", tc.reason, tc.address, tc.want, got)
			}
		})
	}
}

func TestAdminRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		with   func(*options)
		want   string
	}{
		"NoPort":       {"an address has a port", func(o *options) { o.Admin = "127.0.0.1" }, "--admin is"},
		"UselessClock": {"nobody could advance the clock", func(o *options) { o.Clock = "driven" }, "--clock driven needs --admin"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &options{Listen: "127.0.0.1:0", Token: packetsim.DefaultToken}
			tc.with(o)
			if err := o.Validate(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: want an error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}
