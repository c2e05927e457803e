// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestProjectLife(t *testing.T) {
	sim, c, _, _ := start(t)
	ctx := t.Context()
	p := must[packet.Project](t)(c.CreateProject(ctx, packet.CreateProject{
		Name: "edge", Tags: []string{"a"}, CustomData: packet.CustomData{"uid": "1"},
	}))
	if !packet.ValidID(p.OrganizationID) || !packet.ValidID(p.PaymentMethodID) || p.BackendTransfer || p.CreatedAt.IsZero() {
		t.Errorf("CreateProject(...): got %+v", p)
	}
	if diff := cmp.Diff(packet.CustomData{"uid": "1"}, p.CustomData); diff != "" {
		t.Errorf("CreateProject(...): custom data: -want, +got:\n%s", diff)
	}
	p = must[packet.Project](t)(c.UpdateProject(ctx, p.ID, packet.UpdateProject{BackendTransfer: ptr.To(true), Tags: &[]string{"b"}}))
	if !p.BackendTransfer || p.Name != "edge" || len(p.CustomData) != 1 || cmp.Diff([]string{"b"}, p.Tags) != "" {
		t.Errorf("UpdateProject(...) should change what it names only: got %+v", p)
	}
	p = must[packet.Project](t)(c.UpdateProject(ctx, p.ID, packet.UpdateProject{Tags: new([]string), CustomData: new(packet.CustomData)}))
	if len(p.Tags) != 0 || p.CustomData != nil {
		t.Errorf("UpdateProject(...) should remove tags and custom data: got %+v", p)
	}
	if got := must[packet.Project](t)(c.GetProject(ctx, p.ID)); got.ID != p.ID || !got.BackendTransfer {
		t.Errorf("GetProject(...): got %+v", got)
	}
	if got := must[[]packet.Project](t)(c.ListProjects(ctx)); len(got) != 2 {
		t.Errorf("ListProjects(): want 2, got %+v", got)
	}
	if err := c.DeleteProject(ctx, p.ID); err != nil {
		t.Errorf("DeleteProject(...): %v", err)
	}
	if got := len(sim.Requests(packetsim.Filter{Method: "DELETE"})); got != 1 {
		t.Errorf("DeleteProject(...): want one request, got %d", got)
	}
	if err := c.DeleteProject(ctx, p.ID); !packet.IsNotFound(err) {
		t.Errorf("DeleteProject(...) again: got error %v", err)
	}
}

func TestProjectInUse(t *testing.T) {
	_, c, project, _ := start(t)
	err := c.DeleteProject(t.Context(), project.ID)
	if !packet.IsInvalid(err) || packet.IsAmbiguous(err) {
		t.Errorf("a project that has a device should not be deleted: got error %v", err)
	}
}

func TestManyProjects(t *testing.T) {
	sim, c, _, _ := start(t)
	for n := range 299 {
		sim.AddProject(packetsim.Project{Name: fmt.Sprint("p", n)})
	}
	got := must[[]packet.Project](t)(c.ListProjects(t.Context()))
	ids := map[string]bool{}
	for _, p := range got {
		ids[p.ID] = true
	}
	if len(got) != 300 || len(ids) != 300 || len(sim.Requests()) != 2 {
		t.Errorf("want 300 projects in 2 requests, got %d, %d of them different, in %d", len(got), len(ids), len(sim.Requests()))
	}
}
