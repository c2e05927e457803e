// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A reply is what a request got back.
type reply struct {
	status int
	header http.Header
	body   string
}

// decode reads the JSON body of a reply.
func (r reply) decode(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(r.body), &out); err != nil {
		t.Fatalf("body %q is no JSON object: %v", r.body, err)
	}
	return out
}

// try sends one request on a connection of its own.
func try(t *testing.T, sim *packetsim.Sim, token, method, path, body string) (reply, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(sim.URL, "/")+path, strings.NewReader(body))
	if err != nil {
		t.Fatalf("cannot make request: %v", err)
	}
	req.Close = true
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(b)}, err
}

// do is try for requests that must be answered, with the default token.
func do(t *testing.T, sim *packetsim.Sim, method, path, body string) reply {
	t.Helper()
	r, err := try(t, sim, sim.Token, method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// world is a project with BGP and one active device, beside one without.
type world struct {
	*packetsim.Sim

	project, bare packetsim.Project
	device        packetsim.Device
}

func newWorld(t *testing.T, cfg packetsim.Config) world {
	t.Helper()
	w := world{Sim: packetsim.Start(t, cfg)}
	w.project = w.AddProject(packetsim.Project{Name: "demo"})
	w.bare = w.AddProject(packetsim.Project{Name: "bare"})
	w.EnableBGP(w.project.ID)
	w.device = w.AddDevice(packetsim.Device{ProjectID: w.project.ID, Hostname: "edge-1"})
	return w
}

// line is a reply on one line.
func line(r reply) string { return strconv.Itoa(r.status) + " " + r.body }

// publicKey is an SSH key that differs for every n.
func publicKey(n byte) string {
	blob := append([]byte("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"), bytes.Repeat([]byte{n}, 32)...)
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString(blob)
}

// jsonNumber writes a decoded number without a fraction.
func jsonNumber(f float64) string { return strconv.FormatFloat(f, 'f', 0, 64) }
