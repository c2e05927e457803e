// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// nowhere is an id that nothing has.
const nowhere = "00000000-0000-4000-8000-00000000dead"

// A failure is why a server does not become Ready.
type failure struct {
	reason string
	// prepare changes the project before the server is asked for, happen
	// afterwards; spec are fields that the server has beside the usual ones.
	prepare, happen func(t *testing.T, project string)
	spec            map[string]any
	// want are conditions of the parts, in the status of the server: by part and
	// type the status, the reason, and how the message begins, with names in place
	// of ids. What is empty is not there.
	want map[string]string
	// unready are the parts that the server calls so, and problem is in the message
	// by which it sums them up.
	unready, problem string
	// changes are the requests that were to change something.
	changes map[string]int
	// mend removes the reason, if that can be done, and the server becomes Ready.
	mend func(t *testing.T, project string)
}

func failures() map[string]failure {
	nothing := func(*testing.T, string) {}
	const unresolved = "False ReconcileError: a resource that is referred to is not there or has no id yet"
	return map[string]failure{
		"device-fails": {
			reason: "a machine fails to provision", prepare: holdDevice, happen: failDevice,
			want: map[string]string{
				"device Ready":        "False Failed: The device failed to provision, which is not tried again; delete this resource and create another.",
				"sessions.ipv4 Ready": "False DeviceNotReady: the device device-fails is failed and will have no session",
				"bgp Ready":           "True Available",
			},
			unready: "device, session-ipv4",
			problem: "device failed to provision",
			changes: map[string]int{postDevice: 1},
		},
		"no-bgp": {
			reason: "BGP is not enabled in the project", happen: nothing,
			prepare: func(_ *testing.T, project string) { sim.RemoveBGPConfig(project) },
			want: map[string]string{
				"device Ready":        "True Available",
				"sessions.ipv4 Ready": "False BGPNotEnabled: BGP is not enabled in the device's project PROJECT; enable it there, with a BgpConfig",
				"bgp Ready":           "False NotFound: there is no such BGP configuration",
			},
			unready: "bgp-config, session-ipv4",
			problem: "no such BGP configuration",
			changes: map[string]int{postDevice: 1},
			mend:    enableBGP,
		},
		"bgp-requested": {
			reason: "BGP awaits the approval of the operator", happen: nothing, prepare: requestBGP,
			want: map[string]string{
				"device Ready":        "True Available",
				"sessions.ipv4 Ready": `False BGPNotEnabled: BGP is not enabled in the device's project PROJECT: its state is "requested"`,
				"bgp Ready":           "False Requested: The staff of the API's operator have not approved the configuration yet",
			},
			unready: "bgp-config, session-ipv4",
			problem: "have not approved the configuration yet",
			changes: map[string]int{postDevice: 1},
			mend:    enableBGP,
		},
		"no-project": {
			reason: "there is no project of that id", prepare: nothing, happen: nothing,
			spec: map[string]any{"project": map[string]any{"id": nowhere}},
			want: map[string]string{
				"device Ready":        "False ProjectNotFound: there is no project NOWHERE that the API key can see",
				"sessions.ipv4 Ready": "", "sessions.ipv4 Synced": unresolved,
				"bgp Ready": "False NotFound: there is no such BGP configuration",
			},
			unready: "bgp-config, device, and session-ipv4",
			problem: "there is no project",
			changes: map[string]int{},
		},
		"no-resource": {
			reason: "there is no Project of that name", prepare: nothing, happen: nothing,
			spec: map[string]any{"project": map[string]any{"name": "nobody"}},
			want: map[string]string{
				"device Ready": "", "device Synced": unresolved + `: mg.Spec.ForProvider.ProjectID: cannot get referenced resource: Project.`,
				"sessions.ipv4 Ready": "", "sessions.ipv4 Synced": unresolved,
				"bgp Ready": "", "bgp Synced": unresolved,
			},
			unready: "bgp-config, device, and session-ipv4",
			problem: "a resource that is referred to is not there",
			changes: map[string]int{},
		},
		"no-device": {
			reason: "there is no device of that id to take over", prepare: nothing, happen: nothing,
			spec: map[string]any{"deviceId": nowhere, "onDelete": "Orphan"},
			want: map[string]string{
				"device Ready":        "False Vanished: there is no device NOWHERE; correct the annotation",
				"sessions.ipv4 Ready": "", "sessions.ipv4 Synced": unresolved,
				"bgp Ready": "True Available",
			},
			unready: "device, session-ipv4",
			problem: "there is no device",
			changes: map[string]int{},
		},
	}
}

// requestBGP leaves a project with a configuration that is not approved.
func requestBGP(t *testing.T, project string) {
	t.Helper()
	sim.RemoveBGPConfig(project)
	_, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project, DeploymentType: "global", ASN: 65001, Status: packetsim.BGPRequested})
	check(t, err)
}

// enableBGP approves the configuration of a project, or gives it one.
func enableBGP(t *testing.T, project string) {
	t.Helper()
	sim.RemoveBGPConfig(project)
	_, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project, MD5: password})
	check(t, err)
}

// failDevice has the device that is held fail.
func failDevice(t *testing.T, project string) {
	t.Helper()
	letGo(t, project, packetsim.DeviceFailed)
}

// TestFailure shows that a server which cannot become Ready says why, where
// its user looks, and that nothing is tried that cannot succeed.
func TestFailure(t *testing.T) {
	t.Parallel()
	for name, f := range failures() {
		for _, s := range styles() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				project := newProject(t)
				f.prepare(t, project)
				server, began := s.server(t, name, project, "ipv4"), time.Now()
				for field, v := range f.spec {
					check(t, unstructured.SetNestedField(server.Object, v, "spec", field))
				}
				create(t, server)
				f.happen(t, project)
				awaitWords(t, s, server, f, project)
				if f.changes[postDevice] > 0 {
					settle(t, project)
				}
				wantEqual(t, f.reason, f.changes, changes(t, began, project, nowhere))
				if f.mend != nil {
					f.mend(t, project)
					await(t, "the server recovers", ready(server))
					if got := value(server, "status", "message"); got != "" {
						t.Errorf("want a server that is Ready to have no message, got %q", got)
					}
				}
				end(t, project, server)
			})
		}
	}
}

// awaitWords waits until a server says what is wrong.
func awaitWords(t *testing.T, s style, server *unstructured.Unstructured, f failure, project string) {
	t.Helper()
	want := maps.Clone(f.want)
	want["Ready"] = "False Creating: Unready resources: " + f.unready
	if s.name == "claim" {
		want["Ready"] = "False Waiting"
	}
	await(t, f.reason, func(ctx context.Context) error {
		if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
			return err
		}
		if diff := cmp.Diff(want, says(server, want, project)); diff != "" {
			return fmt.Errorf("what the server says: -want, +got:\n%s", diff)
		}
		if got := value(server, "status", "message"); !strings.Contains(got, f.problem) {
			return fmt.Errorf("want the server to sum it up by %q, got %q", f.problem, got)
		}
		return nil
	})
}

// says returns the conditions of a server that are wanted, in the form of
// failure.want. Messages end where what is wanted ends.
func says(server *unstructured.Unstructured, want map[string]string, project string) map[string]string {
	names, got := strings.NewReplacer(project, "PROJECT", nowhere, "NOWHERE"), map[string]string{}
	for key := range want {
		part, kind, found := strings.Cut(key, " ")
		path := append(append([]string{"status"}, strings.Split(part, ".")...), "conditions")
		if !found { // Of the server itself.
			kind, path = part, []string{"status", "conditions"}
		}
		if c := condition(server, kind, path...); c != nil {
			got[key] = fmt.Sprintf("%v %v", c["status"], c["reason"])
			if c["message"] != nil {
				got[key] += names.Replace(fmt.Sprintf(": %v", c["message"]))
			}
		} else {
			got[key] = ""
		}
		if want[key] != "" && strings.HasPrefix(got[key], want[key]) {
			got[key] = want[key]
		}
	}
	return got
}
