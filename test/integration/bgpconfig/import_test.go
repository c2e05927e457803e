// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestImport observes a configuration, by its project and by its id too, and
// then manages it.
func TestImport(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		byID   bool
	}{
		"ByProject": {reason: "a project has one"},
		"ByID":      {reason: "the id is that of the project's", byID: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, s site) {
				t.Helper()
				before, err := s.Sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: s.project.ID, ASN: 65001, MD5: password})
				if err != nil {
					t.Fatal(err)
				}
				u := s.Manifest("BgpConfig", "bgp", map[string]any{"projectId": s.project.ID}, map[string]any{"managementPolicies": []any{"Observe"}})
				if tc.byID {
					u.SetAnnotations(map[string]string{"crossplane.io/external-name": before.ID})
				}
				s.Apply(u)
				s.AwaitResource("observing: "+tc.reason, u, stage.All(
					stage.Ready, stage.AtProvider("id", before.ID), stage.AtProvider("asn", 65001), stage.AtProvider("deploymentType", "local"),
					stage.AtProvider("status", "enabled"), stage.AtProvider("md5Disabled", false), stage.Condition("UpToDate", "True", ""),
				))
				s.Settle(reads)
				s.Patch(u, `{"spec":{"managementPolicies":["*"],"forProvider":{"deploymentType":"local","asn":65001}}}`)
				s.AwaitReady(u)
				s.AwaitResource("managing it", u, stage.All(stage.ExternalName(before.ID), stage.CreationSettled))
				s.Settle(reads)
				s.Delete(u)
				s.AwaitGone(u)
				s.WantChanges("what is as asked for is never written", map[string]int{})
				if diff := cmp.Diff(before, s.upstream()); diff != "" {
					t.Errorf("the configuration, its password included: -before, +after:\n%s", diff)
				}
			})
		})
	}
}

// TestObserveNothing observes a project that has no configuration.
func TestObserveNothing(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.Manifest("BgpConfig", "bgp", map[string]any{"projectId": s.project.ID}, map[string]any{"managementPolicies": []any{"Observe"}}))
		s.AwaitResource("finding none", u, stage.Condition("Ready", "False", "NotFound"))
		s.Settle(reads)
		s.WantChanges("an observer makes none", map[string]int{})
		config := s.Sim.EnableBGP(s.project.ID)
		s.AwaitResource("finding one", u, stage.All(stage.Ready, stage.AtProvider("id", config.ID)))
		s.WantChanges("an observer changes nothing", map[string]int{})
	})
}
