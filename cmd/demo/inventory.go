// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// takeStock remembers what the API has now.
func (d *demo) takeStock(ctx context.Context) error {
	var err error
	d.stock, err = d.inventory(ctx)
	return err
}

// checkStock returns an error if the API has anything else than when stock was
// taken.
func (d *demo) checkStock(ctx context.Context) error {
	now, err := d.inventory(ctx)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(d.stock, now); diff != "" {
		return fmt.Errorf("the API has something else than before: -before, +now:\n%s", diff)
	}
	return nil
}

// checkEmptied waits until the API has what it had when stock was taken, and
// says what it was asked for.
func (d *demo) checkEmptied(ctx context.Context) error {
	if err := d.await(ctx, d.checkStock); err != nil {
		return err
	}
	d.sayf("No project, device, session, block of addresses or SSH key is there that was not there before")
	return nil
}

// inventory lists what the user's projects have, and the keys of the user, as
// paths of the API.
func (d *demo) inventory(ctx context.Context) ([]string, error) {
	all, err := d.list(ctx, "projects", "projects")
	if err != nil {
		return nil, err
	}
	lists := map[string]string{"ssh-keys": "ssh_keys"}
	for _, project := range all {
		lists[project+"/devices"] = "devices"
		lists[project+"/bgp/sessions"] = "bgp_sessions"
		lists[project+"/ips"] = "ip_addresses"
		lists[project+"/ssh-keys"] = "ssh_keys"
	}
	for path, field := range lists {
		found, err := d.list(ctx, path, field)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return all, nil
}

// list returns the paths of what a list of the API has. What the API reserves
// for its own management of devices does not count.
func (d *demo) list(ctx context.Context, path, field string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.endpoint+path+"?per_page=250", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", path, err)
	}
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // To our packetsim.
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", path, err)
	}
	defer resp.Body.Close() //nolint:errcheck // It was read.
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("cannot list %s: status %d", path, resp.StatusCode)
	}
	var answer map[string]json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("cannot read the list %s: %w", path, err)
	}
	var items []struct {
		ID         string `json:"id"`
		Management bool   `json:"management"`
	}
	if err := json.Unmarshal(answer[field], &items); err != nil {
		return nil, fmt.Errorf("cannot read the list %s: %w", path, err)
	}
	paths := make([]string, 0, len(items))
	for _, item := range items {
		if !item.Management {
			paths = append(paths, strings.TrimSuffix(path, "/")+"/"+item.ID)
		}
	}
	return paths, nil
}
