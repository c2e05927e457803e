// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The routes by which things are made and removed.
const (
	postDevice    = "POST /projects/{id}/devices"
	postSession   = "POST /devices/{id}/bgp/sessions"
	postBlock     = "POST /projects/{id}/ips"
	updateSession = "PUT /bgp/sessions/{id}"
)

func TestVariants(t *testing.T) {
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
				project, began := newProject(t), time.Now()
				server := s.server(t, fmt.Sprintf("variant-%d", i), project, tc.variant)
				create(t, server)
				await(t, tc.reason, ready(server))
				t.Logf("Ready after %s", time.Since(began).Round(time.Millisecond))
				if diff := cmp.Diff(map[string][]string{server.GetName(): tc.want}, families(project)); diff != "" {
					t.Errorf("%s: families of the sessions: -want, +got:\n%s", tc.reason, diff)
				}
				wantStatus(t, server, project, tc.variant, tc.want)
				wantChanges(t, tc.reason, began, tc.creates)
				remove(t, server)
				await(t, "the server goes", gone(server))
				await(t, "nothing of it stays at the API", empty(project))
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
	if _, found := want["sessions.ipv4.id"]; found {
		want["sessions.ipv4.peerIps"] = "[169.254.255.1 169.254.255.2]"
		want["sessions.ipv4.customerIp"] = want["addresses.privateIpv4"]
	}
	if variant == "with-prefix" {
		announced, _ := device.Device.CustomData["announce"].([]any)
		if len(announced) != 1 {
			t.Fatalf("want the device to be told one prefix to announce, got %v", device.Device.CustomData)
		}
		want["prefix"] = fmt.Sprint(announced[0])
	}
	got := map[string]string{}
	for path := range want {
		got[path] = value(server, append([]string{"status"}, strings.Split(path, ".")...)...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status of the server: -want, +got:\n%s", diff)
	}
}

func TestDefaultRoute(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project := newProject(t)
			server := s.server(t, "default-route", project, "ipv4")
			create(t, server)
			await(t, "become Ready", ready(server))

			began := time.Now()
			if err := kube.Patch(t.Context(), server, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"defaultRoute":true}}`))); err != nil {
				t.Fatalf("cannot change the server: %v", err)
			}
			await(t, "the server tells of the default route", func(ctx context.Context) error {
				if err := ready(server)(ctx); err != nil {
					return err
				}
				if got := value(server, "status", "sessions", "ipv4", "defaultRoute"); got != "true" {
					return fmt.Errorf("status.sessions.ipv4.defaultRoute is %q", got)
				}
				return nil
			})
			t.Logf("told after %s", time.Since(began).Round(time.Millisecond))
			wantChanges(t, "the session is updated in place", began, map[string]int{updateSession: 1})

			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "nothing of it stays at the API", empty(project))
		})
	}
}

func TestConnectionSecret(t *testing.T) {
	project := newProject(t)
	claim, composite := claims().server(t, "secret-of-claim", project, ""), composites().server(t, "secrets-of", project, "")
	create(t, claim)
	create(t, composite)
	await(t, "become Ready", ready(claim, composite))

	want := map[string]string{"hostname": "secret-of-claim", "user": "root"}
	for key, path := range map[string][]string{
		"publicIpv4": {"addresses", "publicIpv4"}, "publicIpv6": {"addresses", "publicIpv6"}, "privateIpv4": {"addresses", "privateIpv4"},
		"ipv4CustomerIp": {"sessions", "ipv4", "customerIp"}, "ipv6CustomerIp": {"sessions", "ipv6", "customerIp"},
	} {
		want[key] = value(claim, append([]string{"status"}, path...)...)
	}
	for _, f := range []string{"ipv4", "ipv6"} {
		want[f+"CustomerAs"], want[f+"PeerAs"], want[f+"Multihop"] = "65000", "65530", "true"
		want[f+"Md5Enabled"], want[f+"Md5Password"] = "true", password
	}
	want["ipv4PeerIps"], want["ipv6PeerIps"] = "169.254.255.1,169.254.255.2", "fc00::e,fc00::f"
	awaitSecret(t, "secret-of-claim", want)

	for _, f := range []string{"ipv4", "ipv6"} {
		awaitSecret(t, value(composite, "status", "sessions", f, "secretName"), map[string]string{
			"customerIp": value(composite, "status", "sessions", f, "customerIp"), "md5Password": password, "peerAs": "65530",
		})
	}
	awaitSecret(t, value(composite, "status", "device", "secretName"), map[string]string{"hostname": "secrets-of", "user": "root"})

	if text := fmt.Sprint(claim.Object, composite.Object); strings.Contains(text, password) {
		t.Errorf("the password is outside of Secrets: %s", text)
	}
	remove(t, claim)
	remove(t, composite)
	await(t, "the servers go", gone(claim, composite))
	await(t, "nothing of them stays at the API", empty(project))
}

// awaitSecret waits until a Secret has, among others, what is wanted.
func awaitSecret(t *testing.T, name string, want map[string]string) {
	t.Helper()
	await(t, "Secret "+name, func(ctx context.Context) error {
		secret := &corev1.Secret{}
		if err := kube.Get(ctx, client.ObjectKey{Namespace: "default", Name: name}, secret); err != nil {
			return err
		}
		got := map[string]string{}
		for key := range want {
			got[key] = string(secret.Data[key])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("-want, +got:\n%s", diff)
		}
		return nil
	})
}

// TestExamples shows that the files of the examples work as they are: the
// servers of a project that is a resource itself.
func TestExamples(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			servers := s.examples(t)
			await(t, "become Ready", ready(servers...))
			project := value(servers[0], "status", "projectId")
			want := map[string][]string{"web-1": {"ipv4", "ipv6"}, "anycast-1": {"ipv4", "ipv6"}}
			if diff := cmp.Diff(want, families(project)); diff != "" {
				t.Errorf("families of the sessions: -want, +got:\n%s", diff)
			}
			for _, server := range servers {
				remove(t, server)
			}
			await(t, "the servers go", gone(servers...))
			await(t, "nothing of them stays at the API", empty(project))
			if _, found := sim.BGPConfig(project); !found {
				t.Error("the project has lost its BGP configuration with its servers")
			}
		})
	}
}
