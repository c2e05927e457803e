// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestReservationLife(t *testing.T) {
	_, c, project, _ := start(t)
	ctx := t.Context()
	r := must[packet.Reservation](t)(c.CreateReservation(ctx, project.ID, packet.CreateReservation{
		Type: "public_ipv4", Quantity: 4, Metro: "sv", Details: "for the edge", Tags: []string{"uid:1"}, CustomData: packet.CustomData{"a": "b"},
	}))
	if r.State != "created" || r.CIDR != 30 || r.Quantity != 4 || r.Metro != "sv" || r.ProjectID != project.ID || r.Network == "" || !r.Public || r.Management {
		t.Errorf("CreateReservation(...): got %+v", r)
	}
	r = must[packet.Reservation](t)(c.UpdateReservation(ctx, r.ID, packet.UpdateReservation{Details: ptr.To("d"), CustomData: new(packet.CustomData)}))
	if r.Details != "d" || r.CustomData != nil || cmp.Diff([]string{"uid:1"}, r.Tags) != "" {
		t.Errorf("UpdateReservation(...) should change what it names only: got %+v", r)
	}
	if got := must[packet.Reservation](t)(c.GetReservation(ctx, r.ID)); got.ID != r.ID || got.Quantity != 4 {
		t.Errorf("GetReservation(...): got %+v", got)
	}
	g := must[packet.Reservation](t)(c.CreateReservation(ctx, project.ID, packet.CreateReservation{Type: "global_ipv4", Quantity: 1}))
	if g.Type != "global_ipv4" || g.Metro != "" || g.Quantity != 1 {
		t.Errorf("CreateReservation(...) of a global address: got %+v", g)
	}

	large := packet.CreateReservation{Type: "public_ipv4", Quantity: 256, Metro: "sv"}
	pending := must[packet.Reservation](t)(c.CreateReservation(ctx, project.ID, large))
	if pending.State != "pending" || pending.Quantity != 0 || pending.CIDR != 0 || pending.Network != "" {
		t.Errorf("CreateReservation(...) that needs approval: got %+v", pending)
	}

	states := map[string]int{}
	for _, r := range must[[]packet.Reservation](t)(c.ListReservations(ctx, project.ID)) {
		if r.Type == "public_ipv4" && !r.Management {
			states[r.State]++
		}
	}
	if diff := cmp.Diff(map[string]int{"created": 1, "pending": 1}, states); diff != "" {
		t.Errorf("ListReservations(...): -want, +got:\n%s", diff)
	}
	if err := c.DeleteReservation(ctx, r.ID); err != nil {
		t.Errorf("DeleteReservation(...): %v", err)
	}
	if _, err := c.GetReservation(ctx, r.ID); !packet.IsNotFound(err) {
		t.Errorf("GetReservation(...) after deletion: got error %v", err)
	}
}

func TestAssignedAddressIsNoReservation(t *testing.T) {
	_, c, project, _ := start(t)
	var assigned []string
	for _, r := range must[[]packet.Reservation](t)(c.ListReservations(t.Context(), project.ID)) {
		assigned = append(assigned, r.AssignmentIDs...)
	}
	if len(assigned) == 0 {
		t.Error("ListReservations(...): want blocks that the device's addresses were taken from")
	}
	for _, id := range assigned {
		if _, err := c.GetReservation(t.Context(), id); !packet.IsOtherKind(err) || packet.IsInvalid(err) {
			t.Errorf("GetReservation(...) of a device's address: got error %v", err)
		}
	}
}
