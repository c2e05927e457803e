// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// Passwords that the API takes, and one that it does not.
const (
	password = "Sup3rSecretPw"
	rotated  = "An0therSecret"
	bad      = "correct-horse-battery"
)

// post is the request that sets a configuration, as it is counted.
const post = "POST /projects/{id}/bgp-configs"

// on is what all tests share. Tests that end the provider do not run in
// parallel with others.
var on *stage.Stage

func TestMain(m *testing.M) { os.Exit(stage.Run(m, func(s *stage.Stage) { on = s })) }

// reads are the requests by which the provider looks at a configuration.
var reads = packetsim.Filter{Method: "GET", Route: "/projects/{id}/bgp-config"}

// A site is a tenant with a project.
type site struct {
	*stage.Tenant

	project packetsim.Project
}

// inBothScopes runs a test for each scope, in parallel with others.
func inBothScopes(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		test(t, site{Tenant: tn, project: tn.Sim.AddProject(packetsim.Project{Name: "edge"})})
	})
}

// config returns a local BgpConfig of the project, with further arguments and
// fields of the spec.
func (s site) config(arguments, spec map[string]any) *unstructured.Unstructured {
	all := map[string]any{"projectId": s.project.ID, "deploymentType": "local", "asn": int64(65000)}
	maps.Copy(all, arguments)
	return s.Manifest("BgpConfig", "bgp", all, spec)
}

// password puts a password into the Secret, and returns the arguments that name
// it.
func (s site) password(value string) map[string]any {
	s.T.Helper()
	s.PutSecret("bgp", "md5", value)
	return map[string]any{"md5SecretRef": s.SecretKey("bgp", "md5")}
}

// upstream returns the project's configuration.
func (s site) upstream() packetsim.BGPConfig {
	s.T.Helper()
	config, found := s.Sim.BGPConfig(s.project.ID)
	if !found {
		s.T.Fatal("the project has no BGP configuration")
	}
	return config
}

// awaitPassword waits until the API has a password.
func (s site) awaitPassword(what, want string) {
	s.T.Helper()
	s.Await(s.T.Context(), s.T, what, func(context.Context) error {
		if config, _ := s.Sim.BGPConfig(s.project.ID); config.MD5 != want {
			return fmt.Errorf("want the password %q, got %q", want, config.MD5)
		}
		return nil
	})
}

// wantSecrecy fails the test if a resource, an event or the provider's log has
// one of the values.
func (s site) wantSecrecy(u *unstructured.Unstructured, values ...string) {
	s.T.Helper()
	got := u.DeepCopy()
	if err := s.Kube.Get(s.T.Context(), client.ObjectKeyFromObject(u), got); err != nil {
		s.T.Fatal(err)
	}
	log, err := s.Provider.Log()
	if err != nil {
		s.T.Fatal(err)
	}
	for where, text := range map[string]string{"the resource": fmt.Sprint(got.Object), "an event": fmt.Sprint(s.Events(got)), "the log": string(log)} {
		for _, value := range values {
			if strings.Contains(text, value) {
				s.T.Errorf("%s tells the password %q", where, value)
			}
		}
	}
}
