// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestPasswordIsKept takes over a configuration with a password by a manifest
// that says nothing about it, and then says something.
func TestPasswordIsKept(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		if _, err := s.Sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: s.project.ID, MD5: password}); err != nil {
			t.Fatal(err)
		}
		u := s.Apply(s.config(nil, nil))
		s.AwaitReady(u)
		s.Settle(reads)
		s.AwaitResource("knowing that there is one", u, stage.AtProvider("md5Disabled", false))
		s.WantChanges("nothing is written", map[string]int{})

		s.PutSecret("bgp", "md5", rotated)
		s.Patch(u, `{"spec":{"forProvider":{"md5SecretRef":`+s.reference()+`}}}`)
		s.awaitPassword("another password", rotated)
		s.Patch(u, `{"spec":{"forProvider":{"md5SecretRef":null}}}`)
		s.AwaitReady(u)
		s.Settle(reads)
		s.awaitPassword("who stops saying something erases nothing", rotated)
		s.WantChanges("one change, one request", map[string]int{post: 1})

		s.Patch(u, `{"spec":{"forProvider":{"md5Disabled":true}}}`)
		s.awaitPassword("none", "")
		s.AwaitReady(u)
		s.AwaitResource("knowing that there is none", u, stage.AtProvider("md5Disabled", true))
		s.Settle(reads)
		s.WantChanges("one change, one request", map[string]int{post: 2})
		s.wantSecrecy(u, password, rotated)
	})
}

// reference is the reference to the key of the Secret, as JSON.
func (s site) reference() string {
	if s.Namespaced {
		return `{"name":"bgp","key":"md5"}`
	}
	return `{"namespace":"` + s.Name + `","name":"bgp","key":"md5"}`
}

// TestInvalidPassword has values that the API would refuse: they are refused
// before, at the creation and later, and named without being told.
func TestInvalidPassword(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		where := `key "md5" of Secret ` + s.Name + "/bgp, which spec.forProvider.md5SecretRef names: the value must be 10 to 20 letters and digits"
		u := s.Apply(s.config(s.password(bad), nil))
		s.AwaitResource("refusal", u, stage.All(
			stage.Condition("Ready", "False", "InvalidPassword", where), stage.Condition("Synced", "False", "ReconcileError", where),
		))
		s.Settle(reads)
		s.WantChanges("it is not sent", map[string]int{})

		s.PutSecret("bgp", "md5", password)
		s.AwaitReady(u)
		s.awaitPassword("a good one is", password)

		// An accident of another program: the sessions keep what they have.
		s.PutSecret("bgp", "md5", "")
		s.AwaitResource("refusal", u, stage.All(
			stage.Condition("Ready", "True", ""), stage.Condition("Synced", "False", "ReconcileError", where), stage.Condition("UpToDate", "False", "UpdateFailed", "md5 is another value"),
		))
		s.Settle(reads)
		s.awaitPassword("the one that was there stays", password)
		s.WantChanges("an empty one is not sent", map[string]int{post: 1})

		s.PutSecret("bgp", "md5", rotated)
		s.awaitPassword("the next good one is", rotated)
		s.AwaitReady(u)
		s.wantSecrecy(u, bad, password, rotated)
	})
}

// TestSecretGone deletes the Secret of a password: the password stays, what is
// missing is told, and the resource can be deleted without it.
func TestSecretGone(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.config(s.password(password), nil))
		s.AwaitReady(u)
		s.DeleteSecret("bgp")
		s.AwaitResource("saying so", u, stage.All(
			stage.Condition("Ready", "True", ""), stage.Condition("Synced", "False", "ReconcileError", "there is no Secret "+s.Name+"/bgp; create it, or correct the reference"),
		))
		s.Delete(u)
		s.AwaitGone(u)
		s.awaitPassword("the password stays", password)
		s.WantChanges("nothing is written", map[string]int{post: 1})
	})
}

// TestRotationWakes changes the Secret while the provider sleeps. It does not
// run in parallel with others.
func TestRotationWakes(t *testing.T) {
	// Polls and back-off are longer than the test.
	on.Provider.Restart(t, on.Provider.Stop, func() {}, "--poll-interval=1h", "--backoff-base=10m", "--backoff-max=10m")
	defer on.Provider.Restart(t, on.Provider.Stop, func() {})
	for _, scope := range stage.Scopes() {
		t.Run(scope.Name, func(t *testing.T) {
			sim := packetsim.Start(t, packetsim.Config{})
			s := site{Tenant: on.Tenant(t, scope, sim, packetsim.Token{}), project: sim.AddProject(packetsim.Project{Name: "edge"})}
			u := s.Apply(s.config(s.password(bad), nil))
			s.AwaitResource("refusal", u, stage.Condition("Ready", "False", "InvalidPassword"))
			s.PutSecret("bgp", "md5", password)
			s.awaitPassword("a corrected Secret ends the back-off", password)
			s.PutSecret("bgp", "md5", rotated)
			s.awaitPassword("a rotated Secret does not wait for a poll", rotated)
			s.AwaitResource("being ready", u, stage.Ready)
			s.WantChanges("one request each", map[string]int{post: 2})
		})
	}
}
