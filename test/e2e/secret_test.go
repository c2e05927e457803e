// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A machine is what the API shows of a device, as far as one needs it to log in.
type machine struct {
	ID           string `json:"id"`
	Hostname     string `json:"hostname"`
	User         string `json:"user"`
	RootPassword string `json:"root_password"` //nolint:tagliatelle // As the API has it.
	SOS          string `json:"sos"`
	Addresses    []struct {
		Address string `json:"address"`
		Family  int    `json:"address_family"` //nolint:tagliatelle // As the API has it.
		Public  bool   `json:"public"`
	} `json:"ip_addresses"` //nolint:tagliatelle // As the API has it.
}

// A neighbor is what the API tells a router on a device of one of its sessions.
type neighbor struct {
	Family      int      `json:"address_family"` //nolint:tagliatelle // As the API has it.
	CustomerAS  int64    `json:"customer_as"`    //nolint:tagliatelle // As the API has it.
	CustomerIP  string   `json:"customer_ip"`    //nolint:tagliatelle // As the API has it.
	PeerAS      int64    `json:"peer_as"`        //nolint:tagliatelle // As the API has it.
	PeerIPs     []string `json:"peer_ips"`       //nolint:tagliatelle // As the API has it.
	Multihop    bool     `json:"multihop"`
	MD5Enabled  bool     `json:"md5_enabled"`  //nolint:tagliatelle // As the API has it.
	MD5Password string   `json:"md5_password"` //nolint:tagliatelle // As the API has it.
}

// login returns what a Secret should have for whoever logs in to a device,
// addresses under their names in the Secret of a claim.
func login(t *testing.T, device string) map[string]string {
	t.Helper()
	var m machine
	check(t, sim.read(t.Context(), "/devices/"+device, &m))
	want := map[string]string{"hostname": m.Hostname, "user": m.User, "rootPassword": m.RootPassword, "sos": m.SOS}
	for _, a := range m.Addresses {
		want[map[bool]string{true: "public", false: "private"}[a.Public]+"Ipv"+strconv.Itoa(a.Family)] = a.Address
	}
	for key, v := range want {
		if v == "" {
			t.Fatalf("the API says nothing of %s, which is to be found in the Secret", key)
		}
	}
	return want
}

// router returns what a Secret should have for a router that speaks on the
// sessions of a device, by family.
func router(t *testing.T, device string) map[string]map[string]string {
	t.Helper()
	var list struct {
		Neighbors []neighbor `json:"bgp_neighbors"` //nolint:tagliatelle // As the API has it.
	}
	check(t, sim.read(t.Context(), "/devices/"+device+"/bgp/neighbors", &list))
	want := map[string]map[string]string{}
	for _, n := range list.Neighbors {
		if n.MD5Password != password {
			t.Fatalf("want the password of the project at the API, got %q", n.MD5Password)
		}
		want["ipv"+strconv.Itoa(n.Family)] = map[string]string{
			"customerAs": strconv.FormatInt(n.CustomerAS, 10), "customerIp": n.CustomerIP,
			"peerAs": strconv.FormatInt(n.PeerAS, 10), "peerIps": strings.Join(n.PeerIPs, ","),
			"multihop": strconv.FormatBool(n.Multihop), "md5Enabled": strconv.FormatBool(n.MD5Enabled), "md5Password": n.MD5Password,
		}
	}
	if len(want) != 2 {
		t.Fatalf("want a neighbour of each family at the API, got %v", want)
	}
	return want
}

// TestConnectionSecret shows that the Secret of a claim has what a router needs
// and what it takes to log in, with the values of the API, and nothing else.
func TestConnectionSecret(t *testing.T) {
	project := newProject(t)
	claim := claims().server(t, "secret-of-claim", project, "")
	create(t, claim)
	await(t, "become Ready", ready(claim))

	device := value(claim, "status", "device", "id")
	want := login(t, device)
	for family, session := range router(t, device) {
		for key, v := range session {
			want[family+strings.ToUpper(key[:1])+key[1:]] = v
		}
	}
	awaitSecret(t, "secret-of-claim", want)
	wantNoPassword(t, claim)
	remove(t, claim)
	await(t, "the claim goes", gone(claim))
	await(t, "nothing of it stays at the API", empty(project))
}

// TestConnectionSecrets shows the same of a namespaced server, which has a
// Secret for the device and one for each session.
func TestConnectionSecrets(t *testing.T) {
	project := newProject(t)
	server := composites().server(t, "secrets-of", project, "")
	create(t, server)
	await(t, "become Ready", ready(server))

	device := value(server, "status", "device", "id")
	want := map[string]string{"id": device}
	for key, v := range login(t, device) {
		if strings.Contains(key, "Ipv") {
			key = "access" + strings.ToUpper(key[:1]) + key[1:]
		}
		want[key] = v
	}
	awaitSecret(t, value(server, "status", "device", "secretName"), want)
	for family, want := range router(t, device) {
		id := value(server, "status", "sessions", family, "id")
		session, found := sim.Session(id)
		if !found {
			t.Fatalf("the API has no session %s", id)
		}
		maps.Copy(want, map[string]string{
			"id": id, "deviceId": device, "addressFamily": session.AddressFamily, "status": session.Status,
			"defaultRoute": strconv.FormatBool(session.DefaultRoute != nil && *session.DefaultRoute), "learnedRoutes": "",
		})
		awaitSecret(t, value(server, "status", "sessions", family, "secretName"), want)
	}
	wantNoPassword(t, server)
	remove(t, server)
	await(t, "the server goes", gone(server))
	await(t, "nothing of it stays at the API", empty(project))
}

// wantNoPassword fails the test if a server tells its password to those who
// cannot read Secrets.
func wantNoPassword(t *testing.T, server *unstructured.Unstructured) {
	t.Helper()
	if text := fmt.Sprint(server.Object); strings.Contains(text, password) {
		t.Errorf("the password is outside of Secrets: %s", text)
	}
}

// awaitSecret waits until a Secret has what is wanted, and nothing else.
func awaitSecret(t *testing.T, name string, want map[string]string) {
	t.Helper()
	await(t, "Secret "+name, func(ctx context.Context) error {
		secret := &corev1.Secret{}
		if err := kube.Get(ctx, client.ObjectKey{Namespace: "default", Name: name}, secret); err != nil {
			return err
		}
		got := map[string]string{}
		for key, v := range secret.Data {
			got[key] = string(v)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("-want, +got:\n%s", diff)
		}
		return nil
	})
}
