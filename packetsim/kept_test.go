// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	testingclock "k8s.io/utils/clock/testing"
)

// TestEveryTableIsKept looks for a table that the disk or a snapshot forgets.
func TestEveryTableIsKept(t *testing.T) {
	st := newState(Timings{})
	kept := map[string]bool{}
	for _, s := range st.shelves() {
		kept[s.shelfName()] = true
	}
	past := reflect.ValueOf(st.snapshot()).Elem()
	v := reflect.ValueOf(st).Elem()
	tables := 0
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !strings.HasPrefix(v.Field(i).Type().String(), "*packetsim.table[") {
			continue
		}
		tables++
		if stored := v.Field(i).Elem().FieldByName("name").String(); !kept[stored] {
			t.Errorf("table %s (%s) is in no shelf, so --data loses it", name, stored)
		}
		if past.Field(i).IsNil() {
			t.Errorf("table %s is in no snapshot, so stale answers fail", name)
		}
	}
	if tables < 13 || tables != len(kept) {
		t.Errorf("want as many shelves as tables, got %d and %d", len(kept), tables)
	}
}

// TestEveryChangeIsKept makes, changes and removes objects of every kind, and
// compares what a restart finds with what the server had.
func TestEveryChangeIsKept(t *testing.T) {
	c := testingclock.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	dir := t.TempDir()
	timings := Timings{Queued: time.Minute, Addresses: time.Minute, Provisioning: time.Hour, SessionDown: time.Minute, SessionUp: time.Hour, Approval: time.Hour}
	s, err := New(Config{Data: dir, Seed: DemoSeed(), Clock: c, Timings: timings})
	if err != nil {
		t.Fatal(err)
	}
	send := func(want int, method, path, body string) string {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, DefaultPrefix+path, strings.NewReader(body))
		r.Header.Set("X-Auth-Token", DefaultToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Fatalf("%s %s: want %d, got %d %s", method, path, want, w.Code, w.Body)
		}
		var made struct {
			ID      string `json:"id"`
			Address string `json:"address"`
		}
		_ = json.Unmarshal(w.Body.Bytes(), &made)
		return made.ID + " " + made.Address
	}
	const project, device = "/projects/" + DemoProject, "/devices/" + DemoDevice1
	id := func(answer string) string { id, _, _ := strings.Cut(answer, " "); return id }

	// Of every kind, one is made and changed, and one is made and removed.
	for _, n := range []struct{ post, item, make, change string }{
		{"/organizations", "/organizations/", `{"name":"o"}`, `{"name":"p"}`},
		{"/projects", "/projects/", `{"name":"p"}`, `{"backend_transfer_enabled":true,"customdata":{"a":[1]},"tags":["x"]}`},
		{"/user/api-keys", "/user/api-keys/", `{"description":"k"}`, ""},
		{project + "/api-keys", "/api-keys/", `{"description":"k","read_only":true}`, ""},
		{project + "/ips", "/ips/", `{"type":"public_ipv4","quantity":2,"metro":"sv"}`, `{"details":"d","tags":["x"]}`},
		{project + "/virtual-networks", "/virtual-networks/", `{"metro":"sv"}`, ""},
		{"/emails", "/emails/", `{"address":"k@example.com"}`, `{"default":true}`},
		{project + "/spot-market-requests", "/spot-market-requests/", `{"devices_min":1,"devices_max":2,"max_bid_price":1,"metro":"sv","instance_parameters":{"plan":"c3.small.x86","operating_system":"debian_12"}}`, ""},
		{device + "/bgp/sessions", "/bgp/sessions/", `{"address_family":"ipv4"}`, `{"default_route":true}`},
	} {
		if n.item != "/bgp/sessions/" {
			send(http.StatusNoContent, http.MethodDelete, n.item+id(send(http.StatusCreated, http.MethodPost, n.post, n.make)), "")
		}
		made := send(http.StatusCreated, http.MethodPost, n.post, n.make)
		if n.change != "" {
			send(http.StatusOK, http.MethodPut, n.item+id(made), n.change)
		}
	}
	// What has a life of its own, or hangs on something else.
	gone := id(send(http.StatusCreated, http.MethodPost, device+"/bgp/sessions", `{"address_family":"ipv6"}`))
	send(http.StatusNoContent, http.MethodDelete, "/bgp/sessions/"+gone, "")
	block := strings.Fields(send(http.StatusCreated, http.MethodPost, project+"/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`))
	send(http.StatusCreated, http.MethodPost, device+"/ips", `{"address":"`+block[1]+`/32"}`)
	send(http.StatusNoContent, http.MethodPost, project+"/bgp-configs", `{"deployment_type":"global","asn":64999,"md5":"Sup3rSecretPw"}`)
	send(http.StatusCreated, http.MethodPost, project+"/ssh-keys", `{"label":"k","key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"}`)
	send(http.StatusCreated, http.MethodPost, project+"/devices", `{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","customdata":{"a":1},"tags":["x"]}`)
	send(http.StatusOK, http.MethodPut, device, `{"locked":true,"hostname":"x"}`)
	send(http.StatusAccepted, http.MethodPost, "/devices/"+DemoDevice2+"/actions", `{"type":"power_off"}`)
	vlan := id(send(http.StatusCreated, http.MethodPost, project+"/virtual-networks", `{"metro":"sv","vxlan":1099}`))
	send(http.StatusCreated, http.MethodPost, "/ports/"+fixedID(DemoDevice1+"/bond0")+"/vlan-assignments/batches", `{"vlan_assignments":[{"vlan":"`+vlan+`","state":"assigned"}]}`)
	send(http.StatusCreated, http.MethodPost, project+"/devices/batch", `{"batches":[{"plan":"c3.small.x86","operating_system":"debian_12","metro":"sv","quantity":2}]}`)
	if _, err := s.InsertHardware(HardwareReservation{ProjectID: DemoProject, Plan: "c3.small.x86", Facility: "ny5"}); err != nil {
		t.Fatal(err)
	}
	send(http.StatusOK, http.MethodPut, "/user", `{"first_name":"x"}`)
	send(http.StatusOK, http.MethodPut, "/notifications/"+fixedID("notifications/"+defaultUserID()), "")
	c.Step(90 * time.Second)
	send(http.StatusOK, http.MethodGet, "/user", "")
	s.Close()

	after, err := New(Config{Data: dir, Clock: c, Timings: timings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(after.Close)
	if diff := cmp.Diff(s.state, after.state,
		cmp.Exporter(func(reflect.Type) bool { return true }), cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
		cmp.Comparer(func(a, b alarms) bool { return subset(b, a) || subset(a, b) }),
		cmpopts.IgnoreFields(pool{}, "next"), cmpopts.IgnoreFields(pools{}, "roomy"), cmpopts.IgnoreFields(journal{}, "changes", "keep"),
		cmpopts.IgnoreMapEntries(func(_ string, p *pool) bool { return len(p.taken) == 0 }),
	); diff != "" {
		t.Errorf("state after a restart: -want, +got:\n%s", diff)
	}
	if len(after.state.alarms.queue) < 3 {
		t.Errorf("want alarms for a device, an action, a session and a configuration, got %+v", after.state.alarms.by)
	}
}

// subset tells whether every alarm of a is in b, which may have some that were
// overtaken by events.
func subset(a, b alarms) bool {
	for k, x := range a.by {
		if y := b.by[k]; y == nil || !y.at.Equal(x.at) {
			return false
		}
	}
	return true
}
