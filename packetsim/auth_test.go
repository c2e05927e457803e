// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestIncludesKeepToAccess looks for what a project has in answers to callers
// who may not read it, but may read something that leads there.
func TestIncludesKeepToAccess(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	if _, err := w.SetBGPConfig(packetsim.BGPConfig{ProjectID: w.project.ID, MD5: "Sup3rSecretPw"}); err != nil {
		t.Fatal(err)
	}
	w.AddToken(packetsim.Token{Token: "bare", ProjectID: w.bare.ID, ReadOnly: true})
	organization, _ := do(t, w.Sim, http.MethodGet, "/user", "").decode(t)["default_organization_id"].(string)
	lost := packetsim.LostToken(w.Token, 0)
	cases := map[string]struct {
		reason, token string
		fault         *packetsim.Fault
		path          string
		reads         bool
	}{
		"Organization":  {"the organization of a project shows its projects to members", w.Token, nil, "/projects/" + w.bare.ID + "?include=organization.projects.bgp_config", true},
		"ProjectToken":  {"a project token does not reach its neighbours through it", "bare", nil, "/projects/" + w.bare.ID + "?include=organization.projects.bgp_config", false},
		"Devices":       {"nor their devices", "bare", nil, "/projects/" + w.bare.ID + "?include=organization.projects.devices", false},
		"LostProjects":  {"a token without access does not get them from the organization", w.Token, &lost, "/organizations/" + organization + "?include=projects.bgp_config", false},
		"LostDevices":   {"nor their devices", w.Token, &lost, "/organizations/" + organization + "/devices", false},
		"LostEvents":    {"nor their events", w.Token, &lost, "/organizations/" + organization + "/events?per_page=100", false},
		"MembersEvents": {"which members read", w.Token, nil, "/organizations/" + organization + "/events?per_page=100", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.fault != nil {
				defer w.Fault(*tc.fault).Remove()
			}
			r, err := try(t, w.Sim, tc.token, http.MethodGet, tc.path, "")
			if err != nil || r.status != http.StatusOK {
				t.Fatalf("%s: want 200, got %s, %v", tc.reason, line(r), err)
			}
			for _, secret := range []string{w.project.ID, w.device.ID, "Sup3rSecretPw"} {
				if found := strings.Contains(r.body, secret); found && !tc.reads {
					t.Errorf("%s: want no %s, got %s", tc.reason, secret, r.body)
				}
			}
			if tc.reads && !strings.Contains(r.body, w.project.ID) {
				t.Errorf("%s: want project %s, got %s", tc.reason, w.project.ID, r.body)
			}
		})
	}
}

// TestHrefIsJSON gives a project a payment method that is no id.
func TestHrefIsJSON(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	const method = `x"}\`
	do(t, w.Sim, http.MethodPut, "/projects/"+w.bare.ID, `{"payment_method_id":"x\"}\\"}`)
	r := do(t, w.Sim, http.MethodGet, "/projects/"+w.bare.ID, "")
	link, _ := r.decode(t)["payment_method"].(map[string]any)
	if r.status != http.StatusOK || link["href"] != "/metal/v1/payment-methods/"+method {
		t.Errorf("want 200 and a link to %s, got %s", method, line(r))
	}
	if r := do(t, w.Sim, http.MethodGet, "/projects", ""); r.status != http.StatusOK {
		t.Errorf("list of projects: want 200, got %s", line(r))
	}
}
