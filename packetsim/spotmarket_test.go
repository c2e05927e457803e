// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestSpotPrices(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	for name, tc := range map[string]struct {
		reason string
		path   string
		want   string
	}{
		"Facility": {"one plan at one facility", "/market/spot/prices?facility=ny5&plan=c3.small.x86", `{"spot_market_prices":{"ny5":{"c3.small.x86":{"price":0.25}}}}`},
		"Metro":    {"one plan in one metro", "/market/spot/prices/metros?metro=sv&plan=baremetal_0", `{"spot_market_prices":{"sv":{"baremetal_0":{"price":0.02}}}}`},
		"Nowhere":  {"a metro is no facility", "/market/spot/prices?facility=sv", `{"spot_market_prices":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			if r := do(t, w.Sim, http.MethodGet, tc.path, ""); line(r) != "200 "+tc.want {
				t.Errorf("\n%s: want 200 %s, got %s", tc.reason, tc.want, line(r))
			}
		})
	}
	all, _ := do(t, w.Sim, http.MethodGet, "/market/spot/prices", "").decode(t)["spot_market_prices"].(map[string]any)
	if len(all) < 10 || len(all["ny5"].(map[string]any)) < 10 {
		t.Errorf("want the prices of all plans everywhere, got %v", all)
	}
}

// bidFor is the body of a bid for c3.small.x86, whose price is 0.25.
func bidFor(fields string) string {
	return `{"instance_parameters":{"plan":"c3.small.x86","operating_system":"debian_12","hostname":"spot-{{index}}"},` + fields + `}`
}

func TestSpotRequest(t *testing.T) {
	const good = `"devices_min":1,"devices_max":2,"max_bid_price":0.25,`
	for name, tc := range map[string]struct {
		reason  string
		body    string
		want    string // The status, and what the answer has or says.
		devices string
	}{
		"Won":          {"a bid as high as the price makes all devices", bidFor(good + `"facilities":["ny5","dc13"]`), `201 "max_bid_price":0.25`, "spot-01 spot-02"},
		"InMetro":      {"a bid can be for a metro", bidFor(good + `"metro":"ny"`), `201 "metro":{"href":"/metal/v1/locations/metros/`, "spot-01 spot-02"},
		"Lost":         {"a lower one makes none", bidFor(`"devices_min":1,"devices_max":2,"max_bid_price":"0.24","metro":"ny"`), `201 "devices":[]`, ""},
		"Nowhere":      {"a place is needed", bidFor(`"devices_min":1,"devices_max":2,"max_bid_price":1`), `422 Facility can't be blank`, ""},
		"NoPlan":       {"what cannot be made is refused at any price", `{"devices_min":1,"devices_max":1,"max_bid_price":0.01,"metro":"ny","instance_parameters":{"plan":"x","operating_system":"debian_12"}}`, `422 x is not a valid plan`, ""},
		"BadUserData":  {"the parameters are those of a device", `{"devices_min":1,"devices_max":1,"max_bid_price":0.01,"metro":"ny","instance_parameters":{"plan":"c3.small.x86","operating_system":"debian_12","userdata":"x"}}`, `422 Userdata unrecognized userdata format`, ""},
		"SoldOut":      {"nothing is left of the plan", `{"devices_min":1,"devices_max":1,"max_bid_price":9,"metro":"ny","instance_parameters":{"plan":"baremetal_2a2","operating_system":"debian_12"}}`, `422 has no provisionable`, ""},
		"NoNumbers":    {"numbers and a bid are needed", bidFor(`"metro":"ny"`), `422 Devices min must be greater than 0","Max bid price must be greater than 0`, ""},
		"MinAboveMax":  {"the numbers must fit", bidFor(`"devices_min":3,"devices_max":2,"max_bid_price":1,"metro":"ny"`), `422 Devices max must be greater than or equal to devices min`, ""},
		"TooMany":      {"one request makes a hundred devices at most", bidFor(`"devices_min":1,"devices_max":101,"max_bid_price":1,"metro":"ny"`), `422 Devices max must be less than or equal to 100`, ""},
		"EndIsPast":    {"a bid cannot be over", bidFor(good + `"metro":"ny","end_at":"2020-01-01T00:00:00Z"`), `422 End at must be in the future`, ""},
		"NoJSONObject": {"the body must be an object", `[]`, `422 not a valid JSON object`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, packetsim.Config{})
			r := do(t, w.Sim, http.MethodPost, "/projects/"+w.bare.ID+"/spot-market-requests?include=plan", tc.body)
			status, text, _ := strings.Cut(tc.want, " ")
			if fmt.Sprint(r.status) != status || !strings.Contains(r.body, text) {
				t.Errorf("\n%s: want %s, got %s", tc.reason, tc.want, line(r))
			}
			var made []string
			for _, d := range w.Devices() {
				if d.ProjectID != w.bare.ID {
					continue
				}
				made = append(made, d.Hostname)
				if d.Metro != "ny" || !d.SpotInstance || d.SpotPriceMax != 0.25 {
					t.Errorf("\n%s: want a spot instance in ny for 0.25, got %+v", tc.reason, d)
				}
			}
			if got := strings.Join(made, " "); got != tc.devices {
				t.Errorf("\n%s: want devices %q, got %q", tc.reason, tc.devices, got)
			}
		})
	}
}

// TestSpotRequestEnds takes bids back, with and without their devices.
func TestSpotRequestEnds(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c, Timings: packetsim.Timings{Provisioning: time.Minute, Deprovisioning: time.Second}})
	bids := "/projects/" + w.bare.ID + "/spot-market-requests"
	bid := func() string {
		id, _ := do(t, w.Sim, http.MethodPost, bids, bidFor(`"devices_min":1,"devices_max":2,"max_bid_price":1,"metro":"ny"`)).decode(t)["id"].(string)
		return "/spot-market-requests/" + id
	}
	living := func(reason string, want float64) {
		t.Helper()
		meta, _ := do(t, w.Sim, http.MethodGet, "/projects/"+w.bare.ID+"/devices", "").decode(t)["meta"].(map[string]any)
		if meta["total"] != want {
			t.Errorf("%s: want %v devices, got %v", reason, want, meta["total"])
		}
	}
	kept, ended := bid(), bid()
	list, _ := do(t, w.Sim, http.MethodGet, bids, "").decode(t)["spot_market_requests"].([]any)
	if len(list) != 2 {
		t.Errorf("want both bids listed, got %v", list)
	}
	if r := do(t, w.Sim, http.MethodDelete, kept, ""); r.status != http.StatusNoContent {
		t.Errorf("want the bid deleted, got %s", line(r))
	}
	if r := do(t, w.Sim, http.MethodGet, kept, ""); r.status != http.StatusNotFound {
		t.Errorf("want the bid gone, got %s", line(r))
	}
	living("devices outlive their bid", 4)
	if r := do(t, w.Sim, http.MethodDelete, ended+"?force_termination=true", ""); r.status != http.StatusNoContent {
		t.Errorf("want the bid deleted, got %s", line(r))
	}
	living("those that are provisioned cannot be ended at once", 4)
	c.Step(time.Minute)
	do(t, w.Sim, http.MethodGet, "/user", "")
	c.Step(time.Second)
	living("but as soon as they can", 2)

	last := bid()
	c.Step(time.Minute)
	if r := do(t, w.Sim, http.MethodDelete, last, `{"force_termination":true}`); r.status != http.StatusNoContent {
		t.Errorf("want the bid deleted, got %s", line(r))
	}
	c.Step(time.Second)
	living("active ones are ended at once", 2)
}

func TestSpotRequestAccess(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	own := w.AddToken(packetsim.Token{Token: "own", ProjectID: w.bare.ID}).Token
	reader := w.AddToken(packetsim.Token{Token: "reader", ReadOnly: true}).Token
	bids := "/projects/" + w.bare.ID + "/spot-market-requests"
	id, _ := do(t, w.Sim, http.MethodPost, bids, bidFor(`"devices_min":1,"devices_max":1,"max_bid_price":0.1,"metro":"ny"`)).decode(t)["id"].(string)
	for name, tc := range map[string]struct {
		reason              string
		token, method, path string
		want                int
	}{
		"ProjectToken":     {"an API key of the project may not see its bids", own, http.MethodGet, bids, http.StatusForbidden},
		"ProjectTokenItem": {"nor one of them", own, http.MethodGet, "/spot-market-requests/" + id, http.StatusForbidden},
		"ReadOnly":         {"a key that reads may", reader, http.MethodGet, "/spot-market-requests/" + id, http.StatusOK},
		"ReadOnlyDeletes":  {"but not delete one", reader, http.MethodDelete, "/spot-market-requests/" + id, http.StatusForbidden},
		"Unknown":          {"what is not there", w.Token, http.MethodGet, "/spot-market-requests/x", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := try(t, w.Sim, tc.token, tc.method, tc.path, "")
			if err != nil || r.status != tc.want {
				t.Errorf("\n%s: want %d, got %s, %v", tc.reason, tc.want, line(r), err)
			}
		})
	}
	w.RemoveProject(w.bare.ID)
	if r := do(t, w.Sim, http.MethodGet, "/spot-market-requests/"+id, ""); r.status != http.StatusNotFound {
		t.Errorf("want the bids gone with their project, got %s", line(r))
	}
}
