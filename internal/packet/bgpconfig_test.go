// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"
)

const (
	bgpConfigAnswer = `{"id":"02dde1ca","status":"enabled","deployment_type":"local","asn":4200000000,"md5":"` + testMD5 + `","max_prefix":10,"created_at":null,"requested_at":null}`
	setURI          = "/metal/v1/projects/" + projectID + "/bgp-configs"
)

var bgpConfigMethods = map[string]method{
	"GetBGPConfig": {
		reason: "Times of null, on which packngo fails, should not matter.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetBGPConfig(ctx, id) },
		id:     projectID,
		answer: answering(200, bgpConfigAnswer),
		wire:   seen{Method: "GET", URI: "/metal/v1/projects/" + projectID + "/bgp-config"},
		want: BGPConfig{
			ID: "02dde1ca", ProjectID: projectID, Status: "enabled", DeploymentType: "local", ASN: 4200000000,
			MD5: testMD5, MaxPrefix: 10,
		},
	},
	"SetBGPConfig": {
		reason: "The answer of an upsert is empty.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return discard(c.SetBGPConfig(ctx, id, SetBGPConfig{DeploymentType: "global", ASN: 4200000000, MD5: ptr.To(Secret(testMD5)), UseCase: "anycast"}))
		},
		id:     projectID,
		sends:  []string{testMD5},
		answer: answering(204, ""),
		wire: seen{
			Method: "POST", URI: setURI,
			Body: `{"deployment_type":"global","asn":4200000000,"md5":"` + testMD5 + `","use_case":"anycast"}` + "\n",
		},
	},
}

func TestGlobalBGPConfig(t *testing.T) {
	a := startAPI(t, answering(200, `{"id":"02dde1ca","status":"requested","deployment_type":"global","asn":64500,"md5":null,"max_prefix":10,
		"route_object":"AS-TEST","created_at":"2024-05-01T08:00:00Z","requested_at":"2024-05-01T08:00:00Z","ranges":[{"id":"x","address_family":4,"range":"147.75.0.0/24"}]}`))
	got, err := newTestClient(t, a.URL, testOptions()).GetBGPConfig(t.Context(), projectID)
	if err != nil {
		t.Fatal(err)
	}
	want := BGPConfig{
		ID: "02dde1ca", ProjectID: projectID, Status: "requested", DeploymentType: "global", ASN: 64500, MaxPrefix: 10,
		RouteObject: "AS-TEST", CreatedAt: may1, RequestedAt: may1, Ranges: []string{"147.75.0.0/24"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if got.Enabled() {
		t.Error("a configuration that is only requested should not count as enabled")
	}
}

func TestPasswordIsNotErasedByAccident(t *testing.T) {
	const without = `{"deployment_type":"local","asn":65000}` + "\n"
	set, get := answering(204, ""), answering(200, bgpConfigAnswer)
	cases := map[string]struct {
		reason  string
		md5     *Secret
		answers []http.HandlerFunc
		bodies  []string
		class   Class
	}{
		"Leave": {
			reason:  "A password that is not mentioned should be sent again as it is.",
			answers: []http.HandlerFunc{get, set},
			bodies:  []string{"", `{"deployment_type":"local","asn":65000,"md5":"` + testMD5 + `"}` + "\n"},
		},
		"LeaveNone": {
			reason:  "There may be none to leave.",
			answers: []http.HandlerFunc{answering(200, `{"id":"02dde1ca","md5":null}`), set},
			bodies:  []string{"", without},
		},
		"LeaveFirst": {
			reason:  "There may be no configuration yet.",
			answers: []http.HandlerFunc{answering(200, `{}`), set},
			bodies:  []string{"", without},
		},
		"LeaveUnknown": {
			reason:  "As long as the password cannot be read nothing should be sent: that would erase it.",
			answers: []http.HandlerFunc{answering(403, `{"errors":["Access denied"]}`)},
			bodies:  []string{""},
			class:   ClassForbidden,
		},
		"LeaveRefused": {
			reason:  "A password that was read should not be in an error.",
			answers: []http.HandlerFunc{get, chatty},
			bodies:  []string{"", `{"deployment_type":"local","asn":65000,"md5":"` + testMD5 + `"}` + "\n"},
			class:   ClassInvalid,
		},
		"Erase": {
			reason:  "A password should be erased where that is asked for, without reading it.",
			md5:     new(Secret),
			answers: []http.HandlerFunc{set},
			bodies:  []string{without},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answers...)
			err := newTestClient(t, a.URL, testOptions()).SetBGPConfig(t.Context(), projectID, SetBGPConfig{DeploymentType: "local", ASN: 65000, MD5: tc.md5})
			if asError(err).Class != tc.class {
				t.Errorf("%s\nwant class %q, got %v", tc.reason, tc.class, err)
			}
			if err != nil && leaks(err.Error(), testMD5) != nil {
				t.Errorf("%s\nthe error holds the password: %v", tc.reason, err)
			}
			var bodies []string
			for _, r := range a.requests() {
				bodies = append(bodies, r.Body)
			}
			if diff := cmp.Diff(tc.bodies, bodies); diff != "" {
				t.Errorf("%s\nbodies: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
