// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"maps"
	"os"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// The requests that change blocks, as they are counted.
const (
	post   = "POST /projects/{id}/ips"
	patch  = "PATCH /ips/{id}"
	remove = "DELETE /ips/{id}"
)

// on is what all tests share. Tests that end the provider do not run in
// parallel with others.
var on *stage.Stage

func TestMain(m *testing.M) { os.Exit(stage.Run(m, func(s *stage.Stage) { on = s })) }

// reads are the requests by which the provider looks at a block, lists those by
// which it looks for one.
var (
	reads = packetsim.Filter{Method: "GET", Route: "/ips/{id}"}
	lists = packetsim.Filter{Method: "GET", Route: "/projects/{id}/ips"}
)

// A site is a tenant with a project.
type site struct {
	*stage.Tenant

	project packetsim.Project
}

func newSite(tn *stage.Tenant) site {
	return site{Tenant: tn, project: tn.Sim.AddProject(packetsim.Project{Name: "edge"})}
}

// inBothScopes runs a test for each scope, in parallel with others.
func inBothScopes(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
	on.InBothScopes(t, func(t *testing.T, tn *stage.Tenant) {
		t.Helper()
		test(t, newSite(tn))
	})
}

// block returns a ReservedIpBlock of four public addresses, with other and
// further arguments and fields of the spec.
func (s site) block(arguments, spec map[string]any) *unstructured.Unstructured {
	all := map[string]any{"projectId": s.project.ID, "type": "public_ipv4", "quantity": int64(4), "metro": "sv"}
	maps.Copy(all, arguments)
	return s.Manifest("ReservedIpBlock", "services", all, spec)
}

// blocks are those of the API that are not for the management of devices.
func (s site) blocks() []packet.Reservation {
	s.T.Helper()
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: s.Sim.URL, Token: s.Sim.Token})
	if err != nil {
		s.T.Fatal(err)
	}
	all, err := c.ListReservations(s.T.Context(), s.project.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	return slices.DeleteFunc(all, func(r packet.Reservation) bool { return r.Management })
}

// only returns the API's only such block.
func (s site) only() packet.Reservation {
	s.T.Helper()
	all := s.blocks()
	if len(all) != 1 {
		s.T.Fatalf("want one block at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}

// wantNone fails the test if a block is left at the API.
func (s site) wantNone() {
	s.T.Helper()
	if left := s.blocks(); len(left) != 0 {
		s.T.Errorf("want no block at the API, got %+v", left)
	}
}

// make has the API make something for which the provider has no part in the
// test, and returns its id.
func (s site) make(path, body string) string {
	s.T.Helper()
	var made struct {
		ID string `json:"id"`
	}
	s.Call("POST", path, body, &made)
	return made.ID
}
