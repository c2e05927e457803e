// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"crypto/ed25519"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// on is what all tests share.
var on *stage.Stage

func TestMain(m *testing.M) { os.Exit(stage.Run(m, func(s *stage.Stage) { on = s })) }

// reads are the requests by which the provider looks at a key.
var reads = packetsim.Filter{Method: "GET", Route: "/ssh-keys/{id}"}

// The routes on which keys are made.
const (
	projectRoute = "/projects/{id}/ssh-keys"
	userRoute    = "/ssh-keys"
)

// one and two are public keys.
var one, two = line(1), line(2)

// line returns a public key as in an authorized_keys file.
func line(seed byte) string {
	secret := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string('a'+seed), ed25519.SeedSize)))
	key, err := ssh.NewPublicKey(secret.Public())
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

// fingerprint of a public key.
func fingerprint(line string) string {
	hash, err := packet.Fingerprint(line)
	if err != nil {
		panic(err)
	}
	return hash
}

// A key is one at the API.
type key struct {
	ID          string `json:"id"`
	Label       string `json:"label"`
	Key         string `json:"key"`
	Fingerprint string `json:"fingerprint"`
	CreatedAt   string `json:"created_at"` //nolint:tagliatelle // The API's name.
	Owner       struct {
		Href string `json:"href"`
	} `json:"owner"`
}

// keys returns the API's keys: those of its user, and those of its projects.
func keys(tn *stage.Tenant) []key {
	tn.T.Helper()
	routes := []string{userRoute}
	for _, p := range tn.Sim.Projects() {
		routes = append(routes, strings.Replace(projectRoute, "{id}", p.ID, 1))
	}
	var all []key
	for _, route := range routes {
		answer := struct {
			Keys []key `json:"ssh_keys"` //nolint:tagliatelle // The API's name.
		}{}
		tn.Call("GET", route, "", &answer)
		all = append(all, answer.Keys...)
	}
	// packetsim's user has one of its own.
	return slices.DeleteFunc(all, func(k key) bool { return k.Label == "packetsim" })
}

// only returns the API's only key.
func only(tn *stage.Tenant) key {
	tn.T.Helper()
	all := keys(tn)
	if len(all) != 1 {
		tn.T.Fatalf("want one key at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}
