// SPDX-License-Identifier: Apache-2.0

package examples

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// upstream lists what the API has, as it tells itself: every project with its
// devices, sessions, blocks of addresses and SSH keys, and the user's own keys.
func upstream(tn *stage.Tenant) []string {
	tn.T.Helper()
	all := listed(tn, "/ssh-keys", "ssh_keys")
	for _, p := range tn.Sim.Projects() {
		path := "/projects/" + p.ID
		all = append(all, path)
		all = append(all, listed(tn, path+"/devices", "devices")...)
		all = append(all, listed(tn, path+"/bgp/sessions", "bgp_sessions")...)
		all = append(all, listed(tn, path+"/ips", "ip_addresses")...)
		all = append(all, listed(tn, path+"/ssh-keys", "ssh_keys")...)
		if config, found := tn.Sim.BGPConfig(p.ID); found {
			all = append(all, path+"/bgp-config "+config.ID)
		}
	}
	slices.Sort(all)
	return all
}

// listed returns the ids in a list of the API. What the API reserves for the
// management of devices is none of their users'.
func listed(tn *stage.Tenant, path, name string) []string {
	tn.T.Helper()
	answer := map[string]json.RawMessage{}
	tn.Call("GET", path+"?per_page=1000", "", &answer)
	var items []struct {
		ID         string `json:"id"`
		Management bool   `json:"management"`
	}
	if err := json.Unmarshal(answer[name], &items); err != nil {
		tn.T.Fatalf("cannot read the list %s: %v", path, err)
	}
	var out []string
	for _, i := range items {
		if !i.Management {
			out = append(out, path+" "+i.ID)
		}
	}
	return out
}

// made counts the objects that were made, by the last part of the route.
func made(tn *stage.Tenant) map[string]int {
	out := map[string]int{}
	for _, r := range tn.Sim.Requests(packetsim.Filter{Method: "POST"}) {
		if !strings.HasSuffix(r.Route, "/discover") {
			out[fmt.Sprint(r.Status)+r.Route[strings.LastIndex(r.Route, "/"):]]++
		}
	}
	return out
}
