// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// parallelClients is how many clients TestParallelClients has.
const parallelClients = 200

// A crowd is many clients that share a project and four devices.
type crowd struct {
	world

	t       *testing.T
	http    *http.Client
	devices []packetsim.Device
	sent    atomic.Int64
}

// do sends a request and returns its status and JSON body. No request of the
// crowd may fail in another way than the API's.
func (c *crowd) do(method, path, body string) (int, map[string]any) {
	c.sent.Add(1)
	req, err := http.NewRequestWithContext(c.t.Context(), method, strings.TrimSuffix(c.URL, "/")+path, strings.NewReader(body))
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return 0, nil
	}
	req.Header.Set("X-Auth-Token", c.Token)
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	var out map[string]any
	if len(b) > 0 && err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil || resp.StatusCode >= http.StatusInternalServerError {
		c.t.Errorf("%s %s: %d %s, %v", method, path, resp.StatusCode, b, err)
	}
	return resp.StatusCode, out
}

// kept is what one client made and did not remove: keys, and addresses, some of
// them assigned to a device.
type kept struct{ keys, ips, assigned []string }

// work is what one client does: it competes for the sessions of a device, and
// makes, moves and removes addresses and keys of its own.
func (c *crowd) work(client int) kept {
	var k kept
	d := c.devices[client%len(c.devices)]
	project := "/projects/" + c.project.ID
	family := []string{"ipv4", "ipv6"}[client/len(c.devices)%2]
	if status, s := c.do(http.MethodPost, "/devices/"+d.ID+"/bgp/sessions", `{"address_family":"`+family+`"}`); status == http.StatusCreated {
		c.do(http.MethodPut, fmt.Sprint("/bgp/sessions/", s["id"]), `{"default_route":true}`)
		if client%3 > 0 {
			c.do(http.MethodDelete, fmt.Sprint("/bgp/sessions/", s["id"]), "")
		}
	}
	_, ip := c.do(http.MethodPost, project+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"`+d.Metro+`"}`)
	status, assigned := c.do(http.MethodPost, "/devices/"+d.ID+"/ips", fmt.Sprintf(`{"address":"%v/32"}`, ip["address"]))
	if status != http.StatusCreated {
		c.t.Errorf("assign the new address %v: want 201, got %d", ip["address"], status)
	}
	_, key := c.do(http.MethodPost, project+"/ssh-keys", fmt.Sprintf(`{"label":"k","key":%q}`, keyOf(client)))
	if client%8 == 1 {
		k.assigned = append(k.assigned, fmt.Sprint(ip["id"]))
	} else {
		c.do(http.MethodDelete, fmt.Sprint("/ips/", assigned["id"]), "")
	}
	if client%2 == 0 {
		c.do(http.MethodDelete, fmt.Sprint("/ips/", ip["id"]), "")
		c.do(http.MethodDelete, fmt.Sprint("/ssh-keys/", key["id"]), "")
	} else {
		k.ips, k.keys = append(k.ips, fmt.Sprint(ip["id"])), append(k.keys, fmt.Sprint(key["id"]))
	}
	switch client % 10 {
	case 0:
		c.do(http.MethodGet, project+"/bgp/sessions?include=device", "")
	case 1:
		c.do(http.MethodGet, project+"/devices?per_page=2&include=project", "")
	case 2:
		c.do(http.MethodGet, "/devices/"+d.ID+"/bgp/neighbors", "")
	default:
		c.do(http.MethodGet, "/devices/"+d.ID, "")
	}
	return k
}

// keyOf returns a public key that nobody else has.
func keyOf(client int) string {
	const kind = "ssh-ed25519"
	blob := "\x00\x00\x00\x0b" + kind + fmt.Sprintf("\x00\x00\x00\x20%032d", client)
	return kind + " " + base64.StdEncoding.EncodeToString([]byte(blob))
}

// TestParallelClients has 200 clients write to and read from overlapping
// objects at once, and then looks for what they made.
func TestParallelClients(t *testing.T) {
	transport := &http.Transport{MaxIdleConnsPerHost: parallelClients}
	t.Cleanup(transport.CloseIdleConnections)
	c := &crowd{world: newWorld(t, packetsim.Config{}), t: t, http: &http.Client{Transport: transport}}
	c.devices = append(c.devices, c.device)
	for range 3 {
		c.devices = append(c.devices, c.AddDevice(packetsim.Device{ProjectID: c.project.ID}))
	}
	all := make([]kept, parallelClients)
	var wg sync.WaitGroup
	for i := range parallelClients {
		wg.Go(func() { all[i] = c.work(i) })
	}
	wg.Wait()

	c.checkSessions()
	log := c.Requests()
	ids := map[string]bool{}
	for _, r := range log {
		ids[r.ID] = true
	}
	if len(log) != int(c.sent.Load()) || len(ids) != len(log) {
		t.Errorf("log: want each of %d requests once, got %d of which %d differ", c.sent.Load(), len(log), len(ids))
	}
	var want kept
	for _, k := range all {
		want.keys, want.ips, want.assigned = append(want.keys, k.keys...), append(want.ips, k.ips...), append(want.assigned, k.assigned...)
	}
	c.checkIPs(want)
	c.checkKeys(want.keys)
}

// checkSessions looks for a device with two sessions of a family, and for
// sessions that were made and got lost.
func (c *crowd) checkSessions() {
	have := map[string]int{}
	for _, s := range c.Sessions() {
		have[s.DeviceID+s.AddressFamily]++
	}
	for k, n := range have {
		if n > 1 {
			c.t.Errorf("sessions of %s: want one, got %d", k, n)
		}
	}
	made := len(c.Requests(packetsim.Filter{Method: http.MethodPost, Route: sessionsRoute, Status: http.StatusCreated}))
	gone := len(c.Requests(packetsim.Filter{Method: http.MethodDelete, Route: "/bgp/sessions/{id}", Status: http.StatusNoContent}))
	if got := len(c.Sessions()); made == 0 || got != made-gone {
		c.t.Errorf("want the %d sessions that were made less the %d that were removed, got %d", made, gone, got)
	}
}

// checkIPs looks for exactly the reservations and assignments that were kept,
// and for addresses that were given out twice.
func (c *crowd) checkIPs(want kept) {
	addresses := map[netip.Addr]bool{}
	found := map[string]bool{}
	for page := 1; ; page++ {
		_, list := c.do(http.MethodGet, fmt.Sprintf("/projects/%s/ips?types=public_ipv4&per_page=250&page=%d", c.project.ID, page), "")
		for _, x := range list["ip_addresses"].([]any) {
			ip := x.(map[string]any)
			if ip["management"] == true {
				continue
			}
			a := netip.MustParseAddr(ip["address"].(string))
			if addresses[a] {
				c.t.Errorf("address %s was given out twice", a)
			}
			id := ip["id"].(string)
			if got := len(ip["assignments"].([]any)) == 1; got != slices.Contains(want.assigned, id) {
				c.t.Errorf("address %s: want it assigned %t, got %t", a, !got, got)
			}
			addresses[a], found[id] = true, true
		}
		if list["meta"].(map[string]any)["next"] == nil {
			break
		}
	}
	for _, id := range want.ips {
		if !found[id] {
			c.t.Errorf("address %s is lost", id)
		}
	}
	if len(found) != len(want.ips) {
		c.t.Errorf("want %d addresses, got %d", len(want.ips), len(found))
	}
}

// checkKeys looks for exactly the given keys.
func (c *crowd) checkKeys(want []string) {
	_, list := c.do(http.MethodGet, "/projects/"+c.project.ID+"/ssh-keys", "")
	found := map[string]bool{}
	for _, k := range list["ssh_keys"].([]any) {
		found[k.(map[string]any)["id"].(string)] = true
	}
	for _, id := range want {
		if !found[id] {
			c.t.Errorf("key %s is lost", id)
		}
	}
	if len(found) != len(want) {
		c.t.Errorf("want %d keys, got %d", len(want), len(found))
	}
}
