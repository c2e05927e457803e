// SPDX-License-Identifier: Apache-2.0

package device

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestWake has the ConfigMap with user data appear and change while the
// provider sleeps: polls and back-off are longer than the test. It does not run
// in parallel with others.
func TestWake(t *testing.T) {
	here.Provider.Restart(t, here.Provider.Stop, func() {}, "--poll-interval=1h", "--backoff-base=20m", "--backoff-max=20m")
	defer here.Provider.Restart(t, here.Provider.Stop, func() {})
	for _, scope := range stage.Scopes() {
		tm := newTeam(t, scope, packetsim.Timings{})
		u := tm.Apply(tm.device(map[string]any{"userDataConfigMapRef": tm.SecretKey("boot", "script")}, nil))
		tm.AwaitResource("missing the ConfigMap", u, stage.Condition("Synced", corev1.ConditionFalse, "ReconcileError", "there is no ConfigMap "+tm.Name+"/boot"))
		boot := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: tm.Name, Name: "boot"}, Data: map[string]string{"script": "#!/bin/sh\necho one"}}
		tm.Create(boot)
		tm.AwaitReady(u)
		boot.Data["script"] = "#!/bin/sh\necho two"
		if err := tm.Kube.Update(t.Context(), boot); err != nil {
			t.Fatal(err)
		}
		tm.Await(t.Context(), t, "change of the ConfigMap", tm.changed(func(d packetsim.Device) bool { return d.UserData == "#!/bin/sh\necho two" }))
		tm.WantChanges("each change is one request", map[string]int{post: 1, put: 1})
	}
}
