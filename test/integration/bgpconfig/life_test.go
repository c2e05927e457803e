// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLife enables BGP with a password, and deletes the resource: the
// configuration stays, and an event says so.
func TestLife(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.config(s.password(password), nil))
		s.AwaitReady(u)
		s.Settle(reads)
		s.WantChanges("a configuration is made by one request", map[string]int{post: 1})
		config := s.upstream()
		s.AwaitResource("recording it", u, stage.All(stage.ExternalName(config.ID), stage.CreationSettled))
		want := map[string]any{
			"id": config.ID, "endpoint": s.Sim.URL, "projectId": s.project.ID, "deploymentType": "local", "asn": int64(65000), "md5Disabled": false,
			"status": "enabled", "maxPrefix": int64(10), "createdAt": config.CreatedAt.UTC().Format(time.RFC3339), "requestedAt": config.RequestedAt.UTC().Format(time.RFC3339),
		}
		if diff := cmp.Diff(want, s.Stored(u).Status.AtProvider); diff != "" {
			t.Errorf("status.atProvider: -want, +got:\n%s", diff)
		}
		s.wantSecrecy(u, password)

		uid := s.Stored(u).UID
		s.Delete(u)
		s.AwaitGone(u)
		if diff := cmp.Diff(config, s.upstream(), cmpopts.IgnoreFields(packetsim.BGPConfig{}, "Steps")); diff != "" {
			t.Errorf("the configuration that stays: -before, +after:\n%s", diff)
		}
		s.WantChanges("nothing is asked for", map[string]int{post: 1})
		u.SetUID(uid)
		s.awaitReleased(u, config.ID)
	})
}

// TestGlobal has a configuration that people have to approve, and switch off
// later.
func TestGlobal(t *testing.T) {
	t.Parallel()
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			t.Parallel()
			sim := packetsim.Start(t, packetsim.Config{Timings: packetsim.Timings{Approval: time.Hour}})
			s := site{Tenant: on.Tenant(t, scope, sim, packetsim.Token{}), project: sim.AddProject(packetsim.Project{Name: "edge"})}
			u := s.Apply(s.config(map[string]any{"deploymentType": "global", "asn": int64(64500), "useCase": "anycast"}, nil))
			s.AwaitResource("waiting for approval", u, stage.All(
				stage.Condition("Ready", "False", "Requested", "have not approved"), stage.Condition("Synced", "True", ""), stage.AtProvider("status", "requested"),
			))
			if got := s.upstream(); got.UseCase != "anycast" {
				t.Errorf("the people who approve are told what for: got %+v", got)
			}
			state := func(status string) {
				t.Helper()
				if _, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: s.project.ID, DeploymentType: "global", ASN: 64500, Status: status}); err != nil {
					t.Fatal(err)
				}
			}
			state(packetsim.BGPEnabled)
			s.AwaitReady(u)
			state(packetsim.BGPDisabled)
			s.AwaitResource("saying so", u, stage.Condition("Ready", "False", "Disabled", "Ask the operator's support"))
			s.Settle(reads)
			s.WantChanges("what people decide is not argued with", map[string]int{post: 1})
		})
	}
}

// TestForeign has a configuration with another number in the project. It is not
// replaced, and not deleted.
func TestForeign(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		set := func(asn int64) packetsim.BGPConfig {
			t.Helper()
			config, err := s.Sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: s.project.ID, ASN: asn, MD5: password})
			if err != nil {
				t.Fatal(err)
			}
			return config
		}
		config := set(65001)
		u := s.Apply(s.config(nil, nil))
		s.AwaitResource("refusal", u, stage.All(
			stage.Condition("Ready", "False", "ExternalNameMismatch", "its asn is 65001 and not 65000"), stage.ExternalName(""),
		))
		s.Settle(reads)
		set(65000)
		s.AwaitReady(u)
		s.AwaitResource("taking it over", u, stage.All(stage.ExternalName(config.ID), stage.Condition("Adopted", "True", "Found")))
		set(65002)
		s.AwaitResource("refusal", u, stage.Condition("Ready", "False", "ExternalNameMismatch", config.ID, "its asn is 65002 and not 65000"))
		s.Delete(u)
		s.AwaitGone(u)
		if got := s.upstream(); got.ASN != 65002 || got.MD5 != password {
			t.Errorf("what is there stays: got %+v", got)
		}
		s.WantChanges("nothing is ever written", map[string]int{})
	})
}

// TestOtherInItsPlace has an external name that is not the id of what is there:
// that is taken over.
func TestOtherInItsPlace(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		config := s.Sim.EnableBGP(s.project.ID)
		u := s.config(nil, nil)
		u.SetAnnotations(map[string]string{"crossplane.io/external-name": "02dde1ca-0000-4000-8000-000000000001"})
		s.Apply(u)
		s.AwaitReady(u)
		s.AwaitResource("taking it over", u, stage.ExternalName(config.ID))
		s.WantChanges("nothing is written", map[string]int{})
	})
}

// TestConflict has two resources for one project.
func TestConflict(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.config(nil, nil))
		s.AwaitReady(u)
		arguments := s.password(password)
		arguments["projectId"] = strings.ToUpper(s.project.ID)
		arguments["deploymentType"], arguments["asn"] = "local", int64(65000)
		other := s.Apply(s.Manifest("BgpConfig", "other", arguments, nil))
		s.AwaitResource("refusal", other, stage.Condition("Ready", "False", "Conflict"))
		s.Settle(reads)
		s.Delete(other)
		s.AwaitGone(other)
		s.AwaitResource("being left alone", u, stage.Ready)
		s.WantChanges("who lost writes nothing", map[string]int{post: 1})
	})
}

// TestProjectByReference applies a BgpConfig before its Project, and deletes
// both at once.
func TestProjectByReference(t *testing.T) {
	t.Parallel()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		project := tn.Manifest("Project", "edge", map[string]any{"name": "edge"}, nil)
		u := tn.Apply(tn.Manifest("BgpConfig", "bgp", map[string]any{
			"projectIdRef": map[string]any{"name": project.GetName()}, "deploymentType": "local", "asn": int64(65000),
		}, nil))
		tn.AwaitResource("waiting", u, stage.Condition("Synced", "False", ""))
		tn.Apply(project)
		tn.AwaitReady(u)
		id := tn.Sim.Projects()[0].ID
		tn.AwaitResource("knowing the project", u, stage.AtProvider("projectId", id))
		tn.Delete(project)
		tn.Delete(u)
		tn.AwaitGone(u)
		tn.AwaitGone(project)
		if left := tn.Sim.Projects(); len(left) != 0 {
			t.Errorf("want nothing at the API, got %+v", left)
		}
	})
}

// TestVanished has the project lose its configuration, which the API itself
// cannot do: it is made anew.
func TestVanished(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.config(s.password(password), nil))
		s.AwaitReady(u)
		old := s.upstream().ID
		s.Sim.RemoveBGPConfig(s.project.ID)
		s.awaitPassword("making it anew", password)
		s.AwaitResource("recording the new one", u, stage.All(stage.Ready, stage.ExternalName(s.upstream().ID), stage.CreationSettled))
		if now := s.upstream().ID; now == old {
			t.Errorf("it has the id %s of the one that is gone", now)
		}
		s.Settle(reads)
		s.WantChanges("it is made anew, once", map[string]int{post: 2})
	})
}
