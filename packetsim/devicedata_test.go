// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestDeviceData(t *testing.T) {
	c := testingclock.NewFakeClock(epoch)
	w := newWorld(t, packetsim.Config{Clock: c})
	do(t, w.Sim, http.MethodPut, "/devices/"+w.device.ID, `{"userdata":"#!/bin/sh","customdata":{"a":1}}`)
	do(t, w.Sim, http.MethodPut, "/projects/"+w.project.ID, `{"customdata":"{\"b\":9007199254740993}"}`)
	c.Step(90 * time.Minute)
	cases := map[string]struct{ reason, method, path, want string }{
		"UserData":        {"User data can be read back.", http.MethodGet, "/devices/" + w.device.ID + "/userdata", `200 {"userdata":"#!/bin/sh"}`},
		"CustomData":      {"Custom data is the whole answer.", http.MethodGet, "/devices/" + w.device.ID + "/customdata", `200 {"a":1}`},
		"Usages":          {"Every hour that was begun costs.", http.MethodGet, "/devices/" + w.device.ID + "/usages", `200 {"usages":[{"quantity":"2.0","unit":"hour","total":"1.50"}]}`},
		"Validate":        {"User data can be checked beforehand.", http.MethodPost, "/userdata/validate?userdata=%23cloud-config", "204 "},
		"ValidateRefuses": {"What no image understands is refused.", http.MethodPost, "/userdata/validate?userdata=hello", `422 {"errors":["Userdata unrecognized userdata format"]}`},
		"Project":         {"Projects have custom data, with every digit.", http.MethodGet, "/projects/" + w.project.ID + "/customdata", `200 {"b":9007199254740993}`},
		"Missing":         {"Nothing is known of a device that does not exist.", http.MethodGet, "/devices/nope/usages", `404 {"errors":["Not found"]}`},
		"Plans":           {"The plans of a project need one.", http.MethodGet, "/projects/nope/plans", `404 {"errors":["Not found"]}`},
		"Capacity":        {"The capacity for an organization needs one.", http.MethodGet, "/organizations/nope/capacity", `404 {"errors":["Not found"]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, line(do(t, w.Sim, tc.method, tc.path, ""))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	b, _, err := client(t, w.Sim).Devices.GetBandwidth(w.device.ID, nil)
	if err != nil || len(b.Inbound.Datapoints)+len(b.Outbound.Datapoints) != 0 || b.Outbound.Tags.Name != "edge-1" {
		t.Errorf("bandwidth as packngo reads it: want nothing measured of edge-1, got %+v, %v", b, err)
	}
}
