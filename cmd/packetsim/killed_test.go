// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A ledger says what must be there, by path: true for what was acknowledged as
// made, false for what was acknowledged as removed. What was asked for and not
// answered is not in it.
type ledger struct {
	mu     sync.Mutex
	acks   int
	want   map[string]bool
	enough chan struct{}
	limit  int
}

func (l *ledger) note(path string, there bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.want[path] = there
	l.acks++
	if l.acks == l.limit {
		close(l.enough)
	}
}

func (l *ledger) forget(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.want, path)
}

// write makes objects until the server is gone, and removes every third again.
func (l *ledger) write(ctx context.Context, url string, writer int) {
	makers := []struct{ post, body, item string }{
		{"projects", `{"name":"p"}`, "projects/"},
		{"projects/" + packetsim.DemoProject + "/ips", `{"type":"public_ipv4","quantity":1,"metro":"sv"}`, "ips/"},
		{"projects/" + packetsim.DemoProject + "/virtual-networks", `{"metro":"sv"}`, "virtual-networks/"},
		{"organizations", `{"name":"o"}`, "organizations/"},
	}
	for i := writer; ; i++ {
		m := makers[i%len(makers)]
		status, body, err := request(ctx, http.MethodPost, url+m.post, m.body)
		if err != nil || status != http.StatusCreated {
			return // Killed.
		}
		var made struct {
			ID string `json:"id"`
		}
		if json.Unmarshal([]byte(body), &made) != nil {
			return
		}
		path := m.item + made.ID
		l.note(path, true)
		if i%3 > 0 {
			continue
		}
		l.forget(path)
		if status, _, err = request(ctx, http.MethodDelete, url+path, ""); err != nil || status != http.StatusNoContent {
			return
		}
		l.note(path, false)
	}
}

// TestKilled kills the command again and again amid the writes of many clients,
// and looks for everything that it had acknowledged.
func TestKilled(t *testing.T) {
	const writers, kills = 32, 4
	dir := filepath.Join(t.TempDir(), "data")
	l := &ledger{want: map[string]bool{}}
	for range kills {
		cmd, url := start(t, io.Discard, "--data", dir, "--seed", "demo")
		l.acks, l.limit, l.enough = 0, 50+rand.IntN(200), make(chan struct{})
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() { l.write(t.Context(), url, w) })
		}
		<-l.enough
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		_ = cmd.Wait()
	}

	_, url := start(t, io.Discard, "--data", dir, "--seed", "demo")
	for path, there := range l.want {
		want := http.StatusNotFound
		if there {
			want = http.StatusOK
		}
		if status, body, err := request(t.Context(), http.MethodGet, url+path, ""); err != nil || status != want {
			t.Errorf("%s, which was acknowledged: want %d, got %d %s, %v", path, want, status, body, err)
		}
	}
	if len(l.want) < kills*50/2 {
		t.Errorf("want more than %d objects to look for, got %d", kills*50/2, len(l.want))
	}
	status, body, err := request(t.Context(), http.MethodPost, fmt.Sprint(url, "devices/", packetsim.DemoDevice1, "/bgp/sessions"), `{"address_family":"ipv6"}`)
	if err != nil || status != http.StatusCreated {
		t.Errorf("session on a device of the seed: want 201, got %d %s %v", status, body, err)
	}
}
