// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// Settle waits until the provider has made so many further requests that it
// has carried out at least two more reconciliations.
func (tn *Tenant) Settle(of packetsim.Filter) {
	tn.T.Helper()
	before := len(tn.Sim.Requests(of))
	tn.Await(tn.T.Context(), tn.T, "wait for further reconciliations", func(context.Context) error {
		if n := len(tn.Sim.Requests(of)) - before; n < 3 {
			return fmt.Errorf("%d of 3 requests so far", n)
		}
		return nil
	})
}

// WantChanges fails the test if the requests that were to change something,
// counted by method and route, are others than these.
func (tn *Tenant) WantChanges(reason string, want map[string]int) {
	tn.T.Helper()
	got := map[string]int{}
	for _, r := range tn.Sim.Requests(packetsim.Filter{Mutating: true}) {
		got[r.Method+" "+r.Route]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		tn.T.Errorf("%s: requests that change something: -want, +got:\n%s", reason, diff)
	}
}

// Call makes a request of its own with the user's token, for what packetsim has
// no method for, and decodes the answer, if there is one.
func (tn *Tenant) Call(method, path, body string, answer any) {
	tn.T.Helper()
	status, text := tn.ask(method, path, body)
	if status >= http.StatusBadRequest {
		tn.T.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if len(text) == 0 || answer == nil {
		return
	}
	if err := json.Unmarshal(text, answer); err != nil {
		tn.T.Fatalf("%s %s: %v", method, path, err)
	}
}

// Exists tells whether the API has something at a path.
func (tn *Tenant) Exists(path string) bool {
	tn.T.Helper()
	status, text := tn.ask(http.MethodGet, path, "")
	if status != http.StatusOK && status != http.StatusNotFound {
		tn.T.Fatalf("GET %s: %d %s", path, status, text)
	}
	return status == http.StatusOK
}

func (tn *Tenant) ask(method, path, body string) (status int, answer []byte) {
	tn.T.Helper()
	req, err := http.NewRequestWithContext(tn.T.Context(), method, strings.TrimSuffix(tn.Sim.URL, "/")+path, strings.NewReader(body))
	if err != nil {
		tn.T.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", tn.Sim.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // packetsim, in this process.
	if err != nil {
		tn.T.Fatalf("cannot call the API: %v", err)
	}
	defer resp.Body.Close() //nolint:errcheck // It was read.
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		tn.T.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, answer
}

// A Made is what an answer to a creation tells.
type Made struct {
	ID string `json:"id"`
}
