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

	"github.com/crossplane-contrib/provider-packet/packetsim"
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
	t.Parallel()
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
	wantNoPassword(t, claim, password, want["rootPassword"])

	const another = "An0therPassword"
	_, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project, MD5: another})
	check(t, err)
	want["ipv4Md5Password"], want["ipv6Md5Password"] = another, another
	for _, family := range []string{"ipv4", "ipv6"} { // Until the servers have it, too.
		check(t, sim.SetSessionStatus(value(claim, "status", "sessions", family, "id"), "down"))
	}
	awaitSecret(t, "secret-of-claim", want)
	wantNoPassword(t, claim, another)
	wantSecretsGone(t, claims(), project, claim)
}

// TestConnectionSecrets shows the same of a namespaced server, which has a
// Secret for the device and one for each session.
func TestConnectionSecrets(t *testing.T) {
	t.Parallel()
	project := newProject(t)
	server := composites().server(t, "secrets-of", project, "")
	check(t, unstructured.SetNestedField(server.Object, "router-1.example.org", "spec", "hostname"))
	create(t, server)
	await(t, "become Ready", ready(server))

	device := value(server, "status", "device", "id")
	want := map[string]string{"id": device}
	wantEqual(t, "the host name is as asked for", "router-1.example.org", value(server, "status", "device", "hostname"))
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
	wantNoPassword(t, server, password, want["rootPassword"])
	wantSecretsGone(t, composites(), project, server)
}

// wantNoPassword fails the test if a server, its composite or its parts tell
// passwords to those who cannot read Secrets.
func wantNoPassword(t *testing.T, server *unstructured.Unstructured, passwords ...string) {
	t.Helper()
	all, err := parts(t.Context(), server)
	check(t, err)
	if len(all) != 4 {
		t.Errorf("want a device, two sessions and a BGP configuration, got %d parts", len(all))
	}
	check(t, kube.Get(t.Context(), client.ObjectKeyFromObject(server), server))
	all = append(all, *server)
	if server.GroupVersionKind().Group == claims().group {
		composite := &unstructured.Unstructured{}
		composite.SetAPIVersion(server.GetAPIVersion())
		composite.SetKind("XBgpServer")
		check(t, kube.Get(t.Context(), client.ObjectKey{Name: value(server, "spec", "resourceRef", "name")}, composite))
		all = append(all, *composite)
	}
	for _, obj := range all {
		for _, secret := range passwords {
			if text := fmt.Sprint(obj.Object); secret == "" || strings.Contains(text, secret) {
				t.Errorf("the password %q is outside of Secrets: %s", secret, text)
			}
		}
	}
}

// wantSecretsGone deletes a server and fails the test if it leaves a Secret.
func wantSecretsGone(t *testing.T, s style, project string, server *unstructured.Unstructured) {
	t.Helper()
	device := value(server, "status", "device", "id")
	check(t, wantSecrets(t.Context(), device, secretsOf(s)))
	end(t, project, server)
	await(t, "its Secrets go", func(ctx context.Context) error { return wantSecrets(ctx, device, 0) })
}

// secretsOf is how many Secrets there are for a server with two sessions: those
// of the parts, and with claims those of composite and claim.
func secretsOf(s style) int {
	if s.name == claims().name {
		return 5
	}
	return 3
}

// wantSecrets returns an error unless so many Secrets name a device.
func wantSecrets(ctx context.Context, device string, want int) error {
	list := &corev1.SecretList{}
	if err := kube.List(ctx, list); err != nil {
		return err
	}
	var found []string
	for _, secret := range list.Items {
		for _, v := range secret.Data {
			if strings.Contains(string(v), device) {
				found = append(found, secret.Namespace+"/"+secret.Name)
				break
			}
		}
	}
	if len(found) != want {
		return fmt.Errorf("want %d Secrets to name the device %s, got %v", want, device, found)
	}
	return nil
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
