// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestVariants(t *testing.T) {
	t.Parallel()
	cases := []struct {
		reason  string
		variant string
		want    []string
		creates map[string]int
	}{
		{
			reason: "without a choice a server has both families", variant: "",
			want: []string{"ipv4", "ipv6"}, creates: map[string]int{postDevice: 1, postSession: 2},
		},
		{
			reason: "a server of IPv4 only", variant: "ipv4",
			want: []string{"ipv4"}, creates: map[string]int{postDevice: 1, postSession: 1},
		},
		{
			reason: "a server of IPv6 only", variant: "ipv6",
			want: []string{"ipv6"}, creates: map[string]int{postDevice: 1, postSession: 1},
		},
		{
			reason: "a server of both families", variant: "dual-stack",
			want: []string{"ipv4", "ipv6"}, creates: map[string]int{postDevice: 1, postSession: 2},
		},
		{
			reason: "a server with a prefix of its own", variant: "with-prefix",
			want: []string{"ipv4", "ipv6"}, creates: map[string]int{postDevice: 1, postSession: 2, postBlock: 1},
		},
	}
	for _, s := range styles() {
		for i, tc := range cases {
			t.Run(s.name+"/"+tc.variant, func(t *testing.T) {
				t.Parallel()
				project, began := newProject(t), time.Now()
				server := s.server(t, fmt.Sprintf("variant-%d", i), project, tc.variant)
				create(t, server)
				await(t, tc.reason, ready(server))
				t.Logf("Ready after %s", time.Since(began).Round(time.Millisecond))
				if diff := cmp.Diff(map[string][]string{server.GetName(): tc.want}, families(project)); diff != "" {
					t.Errorf("%s: families of the sessions: -want, +got:\n%s", tc.reason, diff)
				}
				wantStatus(t, server, project, tc.variant, tc.want)
				wantChanges(t, tc.reason, project, began, tc.creates)
				end(t, project, server)
			})
		}
	}
}

// wantStatus fails the test if a server does not tell its user what is at the
// API.
func wantStatus(t *testing.T, server *unstructured.Unstructured, project, variant string, fams []string) {
	t.Helper()
	p := sim.Snapshot(scope(project)).Projects[0]
	device := p.Devices[0]
	want := map[string]string{"projectId": project, "device.id": device.Device.ID, "device.state": "active", "bgp.status": "enabled"}
	for _, a := range device.Addresses {
		switch {
		case a.Public && a.Network.Addr().Is4():
			want["addresses.publicIpv4"] = a.Address
		case a.Public:
			want["addresses.publicIpv6"] = a.Address
		default:
			want["addresses.privateIpv4"] = a.Address
		}
	}
	for _, s := range device.Sessions {
		want["sessions."+s.AddressFamily+".id"] = s.ID
	}
	for _, f := range fams {
		want["sessions."+f+".peerAs"], want["sessions."+f+".customerAs"] = "65530", "65000"
	}
	// The routers are those of packetsim, and a server speaks from its private
	// IPv4 and its public IPv6 address.
	if _, found := want["sessions.ipv4.id"]; found {
		want["sessions.ipv4.peerIps"] = "[169.254.255.1 169.254.255.2]"
		want["sessions.ipv4.customerIp"] = want["addresses.privateIpv4"]
	}
	if _, found := want["sessions.ipv6.id"]; found {
		want["sessions.ipv6.peerIps"] = "[fc00::e fc00::f]"
		want["sessions.ipv6.customerIp"] = want["addresses.publicIpv6"]
	}
	want["prefix"], want["reservation.state"] = wantPrefix(t, project, variant, device.Device)
	got := map[string]string{}
	for path := range want {
		got[path] = value(server, append([]string{"status"}, strings.Split(path, ".")...)...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status of the server: -want, +got:\n%s", diff)
	}
}

// wantPrefix returns the prefix that a server should say it announces, and the
// state of its reservation: those of the one block at the API, which the device
// must have been told. Only one variant has a block.
func wantPrefix(t *testing.T, project, variant string, device packetsim.Device) (prefix, state string) {
	t.Helper()
	reserved, err := blocks(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	announced := []any{}
	if variant == "with-prefix" {
		if len(reserved) != 1 || reserved[0].Type != "public_ipv4" || reserved[0].CIDR != 32 {
			t.Fatalf("want one block of one public IPv4 address, got %+v", reserved)
		}
		prefix, state = fmt.Sprintf("%s/%d", reserved[0].Network, reserved[0].CIDR), reserved[0].State
		announced = append(announced, prefix)
	} else if len(reserved) > 0 {
		t.Errorf("want no block of addresses, got %+v", reserved)
	}
	if diff := cmp.Diff(announced, device.CustomData["announce"]); diff != "" {
		t.Errorf("what the device is told to announce: -want, +got:\n%s", diff)
	}
	return prefix, state
}

func TestDefaultRoute(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project := newProject(t)
			server := s.server(t, "default-route", project, "")
			create(t, server)
			await(t, "become Ready", ready(server))

			began := time.Now()
			change(t, server, `{"spec":{"defaultRoute":true}}`)
			await(t, "the server tells of the default route", func(ctx context.Context) error {
				if err := ready(server)(ctx); err != nil {
					return err
				}
				for _, family := range []string{"ipv4", "ipv6"} {
					if got := value(server, "status", "sessions", family, "defaultRoute"); got != "true" {
						return fmt.Errorf("status.sessions.%s.defaultRoute is %q", family, got)
					}
				}
				return nil
			})
			t.Logf("told after %s", time.Since(began).Round(time.Millisecond))
			wantChanges(t, "each session is updated in place, once", project, began, map[string]int{updateSession: 2})
			for _, family := range []string{"ipv4", "ipv6"} {
				puts := packetsim.Filter{Method: http.MethodPut, Path: "/bgp/sessions/" + value(server, "status", "sessions", family, "id"), Since: began}
				if n := len(sim.Requests(puts)); n != 1 {
					t.Errorf("want one PUT of the session of %s, got %d", family, n)
				}
			}

			end(t, project, server)
		})
	}
}

// TestExamples shows that the files of the examples work as they are: the
// servers of a project that is a resource itself.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			servers := s.examples(t)
			await(t, "become Ready", ready(servers...))
			project := value(servers[0], "status", "projectId")
			want := map[string][]string{"web-1": {"ipv4", "ipv6"}, "anycast-1": {"ipv4", "ipv6"}}
			if diff := cmp.Diff(want, families(project)); diff != "" {
				t.Errorf("families of the sessions: -want, +got:\n%s", diff)
			}
			end(t, project, servers...)
			if _, found := sim.BGPConfig(project); !found {
				t.Error("the project has lost its BGP configuration with its servers")
			}
		})
	}
}
