// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// password is the TCP-MD5 password of the sessions of all projects.
const password = "Ex4mplePassword"

// An api is packetsim, whose devices take a second to become active.
type api struct {
	*packetsim.Server

	url    string
	server *http.Server
	ended  chan error
}

func serveAPI(ctx context.Context) (*api, error) {
	s, err := packetsim.New(packetsim.Config{Timings: packetsim.Timings{
		Queued: 200 * time.Millisecond, Addresses: 300 * time.Millisecond, Provisioning: 500 * time.Millisecond,
	}})
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot listen for packetsim: %w", err)
	}
	a := &api{Server: s, url: "http://" + l.Addr().String() + s.Prefix(), server: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}, ended: make(chan error, 1)}
	go func() { a.ended <- a.server.Serve(l) }()
	return a, nil
}

func (a *api) stop() error {
	a.Close()
	err := a.server.Close()
	if ended := <-a.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// newProject makes a project with BGP enabled and returns its id.
func newProject(t *testing.T) string {
	t.Helper()
	p, err := sim.InsertProject(packetsim.Project{Name: t.Name()})
	if err != nil {
		t.Fatalf("cannot make a project: %v", err)
	}
	if _, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: p.ID, MD5: password}); err != nil {
		t.Fatalf("cannot enable BGP: %v", err)
	}
	return p.ID
}

func scope(projectID string) packetsim.Scope { return packetsim.Scope{ProjectID: projectID} }

// families lists, for each host name of a project, the families of its sessions.
func families(projectID string) map[string][]string {
	found := map[string][]string{}
	for _, p := range sim.Snapshot(scope(projectID)).Projects {
		for _, d := range p.Devices {
			found[d.Device.Hostname] = []string{}
			for _, s := range d.Sessions {
				found[d.Device.Hostname] = append(found[d.Device.Hostname], s.AddressFamily)
			}
			slices.Sort(found[d.Device.Hostname])
		}
	}
	return found
}

// empty is met when a project has no devices, sessions or blocks of addresses,
// and of its servers nothing is left that could make some.
func empty(projectID string, servers ...*unstructured.Unstructured) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := noParts(servers...)(ctx); err != nil {
			return err
		}
		if left := families(projectID); len(left) > 0 {
			return fmt.Errorf("the API still has devices %v", slices.Sorted(maps.Keys(left)))
		}
		blocks, err := blocks(ctx, projectID)
		if err != nil {
			return err
		}
		if len(blocks) > 0 {
			return fmt.Errorf("the API still has blocks of addresses: %v", blocks)
		}
		return nil
	}
}

// end deletes servers, of which nothing is to stay.
func end(t *testing.T, projectID string, servers ...*unstructured.Unstructured) {
	t.Helper()
	for _, server := range servers {
		remove(t, server)
	}
	await(t, "the servers go", gone(servers...))
	await(t, "nothing of them stays at the API", empty(projectID, servers...))
}

// A block is a block of addresses as the API shows it.
type block struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	State      string `json:"state"`
	Network    string `json:"network"`
	CIDR       int    `json:"cidr"`
	Management bool   `json:"management"`
}

// blocks lists the blocks of addresses that a project has reserved.
func blocks(ctx context.Context, projectID string) ([]block, error) {
	var list struct {
		Addresses []block `json:"ip_addresses"` //nolint:tagliatelle // As the API has it.
	}
	err := sim.read(ctx, "/projects/"+projectID+"/ips", &list)
	return slices.DeleteFunc(list.Addresses, func(b block) bool { return b.Management }), err
}

// read reads from the API as a user does.
func (a *api) read(ctx context.Context, path string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+path, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
