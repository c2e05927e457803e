// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestLostAnswers tries what a caller can know of a creation whose answer was
// lost, for each kind: it may have happened, it was asked for once, and the
// object is found by what the caller knows of it.
func TestLostAnswers(t *testing.T) {
	ctx := t.Context()
	key := publicKey(t)
	fingerprint := must[string](t)(packet.Fingerprint(key))
	const tag = "uid:1"

	kinds := map[string]struct {
		route  string
		create func(c *packet.Client, projectID string) error
		find   func(c *packet.Client, projectID string) (int, error)
	}{
		"Project": {
			"/projects",
			func(c *packet.Client, _ string) error {
				_, err := c.CreateProject(ctx, packet.CreateProject{Name: "edge", CustomData: packet.CustomData{"uid": tag}})
				return err
			},
			func(c *packet.Client, _ string) (int, error) {
				got, err := c.ListProjects(ctx)
				return count(got, func(p packet.Project) bool { return p.CustomData["uid"] == tag }), err
			},
		},
		"Device": {
			"/projects/{id}/devices",
			func(c *packet.Client, projectID string) error {
				_, err := c.CreateDevice(ctx, projectID, packet.CreateDevice{Plan: "c3.small.x86", OperatingSystem: "ubuntu_22_04", Metro: "sv", Tags: []string{tag}, NoSSHKeys: true})
				return err
			},
			func(c *packet.Client, projectID string) (int, error) {
				got, err := c.ListDevices(ctx, projectID, tag)
				return len(got), err
			},
		},
		"Reservation": {
			"/projects/{id}/ips",
			func(c *packet.Client, projectID string) error {
				_, err := c.CreateReservation(ctx, projectID, packet.CreateReservation{Type: "public_ipv4", Quantity: 2, Metro: "sv", Tags: []string{tag}})
				return err
			},
			func(c *packet.Client, projectID string) (int, error) {
				got, err := c.ListReservations(ctx, projectID)
				return count(got, func(r packet.Reservation) bool { return len(r.Tags) == 1 && r.Tags[0] == tag }), err
			},
		},
		"ProjectSSHKey": {
			"/projects/{id}/ssh-keys",
			func(c *packet.Client, projectID string) error {
				_, err := c.CreateSSHKey(ctx, projectID, packet.CreateSSHKey{Label: "edge", Key: key})
				return err
			},
			func(c *packet.Client, projectID string) (int, error) {
				got, err := c.ListSSHKeys(ctx, projectID)
				return count(got, func(k packet.SSHKey) bool { return k.Fingerprint == fingerprint }), err
			},
		},
		"OwnSSHKey": {
			"/ssh-keys",
			func(c *packet.Client, _ string) error {
				_, err := c.CreateSSHKey(ctx, "", packet.CreateSSHKey{Label: "edge", Key: key})
				return err
			},
			func(c *packet.Client, _ string) (int, error) {
				got, err := c.ListSSHKeys(ctx, "")
				return count(got, func(k packet.SSHKey) bool { return k.Fingerprint == fingerprint }), err
			},
		},
	}

	type want struct {
		Ambiguous     bool
		Posts, Stored int
	}
	faults := map[string]struct {
		reason string
		fault  packetsim.Fault
		kind   string // any if empty
		want   want
	}{
		"500": {
			"What was made before a 500 should be looked for, not made again.",
			packetsim.OhSnap(http.MethodPost, "", 1), "",
			want{true, 1, 1},
		},
		"Cut": {
			"So should what was made before the connection was cut.",
			packetsim.Fault{Method: http.MethodPost, Times: 1, Store: true, Cut: packetsim.CutSilent},
			"",
			want{true, 1, 1},
		},
		"BadGateway": {
			"A gateway's word is not enough to know that nothing was made.",
			packetsim.BadGateway(http.MethodPost, "", 1), "",
			want{true, 1, 0},
		},
		"422": {
			"The API's own refusal is.",
			packetsim.Fault{Method: http.MethodPost, Times: 1, Status: 422, Errors: []string{"is invalid"}},
			"",
			want{false, 1, 0},
		},
		"404": {
			"A key of a project may have been made before a 404.",
			packetsim.Fault{Method: http.MethodPost, Times: 1, Store: true, Status: 404, Errors: []string{"Not found"}},
			"ProjectSSHKey",
			want{true, 1, 1},
		},
		"503": {
			"A lack of hardware is a refusal.",
			packetsim.Fault{Method: http.MethodPost, Times: 1, Status: 503, Errors: []string{"There are no available hardware reservations for selected plan and facility"}},
			"Device",
			want{false, 1, 0},
		},
	}
	for kindName, k := range kinds {
		for name, tc := range faults {
			if tc.kind != "" && tc.kind != kindName {
				continue
			}
			t.Run(kindName+name, func(t *testing.T) {
				sim, c, project, _ := start(t)
				tc.fault.Route = k.route
				sim.Fault(tc.fault)
				err := k.create(c, project.ID)
				if err == nil {
					t.Fatalf("%s\nwant an error", tc.reason)
				}
				got := want{
					Ambiguous: packet.IsAmbiguous(err),
					Posts:     len(sim.Requests(packetsim.Filter{Method: http.MethodPost, Route: k.route})),
					Stored:    must[int](t)(k.find(c, project.ID)),
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s\n-want, +got:\n%s\nerror: %v", tc.reason, diff, err)
				}
			})
		}
	}
}

func count[T any](items []T, holds func(T) bool) int {
	n := 0
	for _, i := range items {
		if holds(i) {
			n++
		}
	}
	return n
}

// TestUpdatesAreRepeated shows that what can be repeated is.
func TestUpdatesAreRepeated(t *testing.T) {
	cases := map[string]struct {
		method string
		call   func(ctx context.Context, c *packet.Client, projectID string) error
	}{
		"PATCH": {http.MethodPatch, func(ctx context.Context, c *packet.Client, id string) error {
			_, err := c.UpdateProject(ctx, id, packet.UpdateProject{Tags: &[]string{"a"}})
			return err
		}},
		"GET": {http.MethodGet, func(ctx context.Context, c *packet.Client, id string) error {
			_, err := c.GetProject(ctx, id)
			return err
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c, project, _ := start(t)
			sim.Fault(packetsim.BadGateway(tc.method, "/projects/{id}", 1))
			if err := tc.call(t.Context(), c, project.ID); err != nil || len(sim.Requests()) != 2 {
				t.Errorf("want success with the second request, got %d requests and error %v", len(sim.Requests()), err)
			}
		})
	}
}
