// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func (d *demo) requestLog() string { return d.path("requests.log") }

// checkUpdates checks that each session has been updated in place: by one PUT,
// and not by deleting and creating it.
func (d *demo) checkUpdates(context.Context) error {
	return d.checkRequests(map[string]int{http.MethodPut: 1})
}

// checkDeletions checks that each session was updated and deleted once.
func (d *demo) checkDeletions(context.Context) error {
	return d.checkRequests(map[string]int{http.MethodPut: 1, http.MethodDelete: 1})
}

// checkRequests checks how often each method has changed each of the sessions.
func (d *demo) checkRequests(want map[string]int) error {
	log, err := readRequestLog(d.requestLog())
	if err != nil {
		return err
	}
	var errs []error
	for _, obj := range d.sessions() {
		got := map[string]int{}
		for _, r := range log {
			if r.Path == "/bgp/sessions/"+atProvider(obj, "id") && r.Method != http.MethodGet {
				got[r.Method]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			errs = append(errs, fmt.Errorf("%s was not changed by the expected requests: -want, +got:\n%s", describe(obj), diff))
			continue
		}
		d.sayf("%s: %s", describe(obj), counts(got))
	}
	return errors.Join(errs...)
}

// counts lists how often each method was used, like "1 DELETE, 1 PUT".
func counts(methods map[string]int) string {
	var parts []string
	for _, method := range slices.Sorted(maps.Keys(methods)) {
		parts = append(parts, fmt.Sprintf("%d %s", methods[method], method))
	}
	return strings.Join(parts, ", ")
}

// readRequestLog returns the requests that packetsim has logged.
func readRequestLog(path string) ([]packetsim.Request, error) {
	content, err := os.ReadFile(path) //nolint:gosec // Written by our packetsim.
	if err != nil {
		return nil, fmt.Errorf("cannot read packetsim's request log: %w", err)
	}
	var log []packetsim.Request
	for line := range bytes.Lines(content) {
		var r packetsim.Request
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("cannot read packetsim's request log: %w", err)
		}
		log = append(log, r)
	}
	return log, nil
}
