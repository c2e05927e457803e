// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestCredentials has keys from each source that cluster-wide configurations
// may have, and exchanges those that can be exchanged while the provider runs.
func TestCredentials(t *testing.T) {
	t.Parallel()
	sources := map[string]struct {
		// credentials with the key, and how another key gets into its place;
		// nil if it cannot.
		credentials func(tn *tenant) (credentials map[string]any, rotate func(key string) error)
	}{
		"Secret": {credentials: func(tn *tenant) (map[string]any, func(string) error) {
			return map[string]any{"source": "Secret", "secretRef": map[string]any{"namespace": tn.name, "name": tn.secret.Name, "key": "token"}},
				func(key string) error { tn.putKey(key); return nil }
		}},
		"Environment": {credentials: func(tn *tenant) (map[string]any, func(string) error) {
			tn.token = tn.addToken(keyInEnvironment)
			return map[string]any{"source": "Environment", "env": map[string]any{"name": keyVariable}}, nil
		}},
		"Filesystem": {credentials: func(tn *tenant) (map[string]any, func(string) error) {
			path := filepath.Join(tn.t.TempDir(), "key")
			rotate := func(key string) error { return os.WriteFile(path, []byte(key+"\n"), 0o600) }
			if err := rotate(tn.token.Token); err != nil {
				tn.t.Fatal(err)
			}
			return map[string]any{"source": "Filesystem", "fs": map[string]any{"path": path}}, rotate
		}},
	}
	for name, tc := range sources {
		for _, s := range []scope{clusterScope, sharedScope} {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				tn := newFixture(t).tenant(s)
				credentials, rotate := tc.credentials(tn)
				config := tn.credentials(tn.name+"-other", credentials)
				tn.create(config)
				tn.config = config
				u := tn.ready(nil, nil)
				id := tn.only().ID
				if rotate != nil {
					pid := provider.process.PID()
					tn.sim.RemoveToken(tn.token.Token)
					tn.awaitSession("refusal", u, condition("Synced", corev1.ConditionFalse, "ReconcileError"))
					tn.token = tn.addToken(tn.token.Token + "-next")
					if err := rotate(tn.token.Token); err != nil {
						t.Fatal(err)
					}
					tn.awaitReady(u)
					if got := provider.process.PID(); got != pid {
						t.Errorf("the provider was started again: process %d, now %d", pid, got)
					}
				}
				tn.settle(tn.token)
				tn.awaitSession("keeping the session", u, externalName(id))
				tn.wantChanges("a key from "+name+" makes one session", map[string]int{"POST": 1})
			})
		}
	}
}
