// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// asCommand makes the test binary behave as the command.
const asCommand = "PACKETSIM_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// start runs the command and returns its base URL.
func start(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("cannot read base URL: %v", err)
	}
	return cmd, strings.TrimSpace(url)
}

func request(ctx context.Context, method, url, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// TestKilled kills the command amid writes, and looks for everything that it
// had acknowledged.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	cmd, url := start(t, "--data", dir, "--seed", "demo")

	var mu sync.Mutex
	var acknowledged []string
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("project-%d-%d", w, i)
				status, _, err := request(t.Context(), http.MethodPost, url+"projects", `{"name":"`+name+`"}`)
				if err != nil || status != http.StatusCreated {
					return // Killed.
				}
				mu.Lock()
				acknowledged = append(acknowledged, name)
				if len(acknowledged) == 50 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	_ = cmd.Wait()

	_, url = start(t, "--data", dir, "--seed", "demo")
	_, body, err := request(t.Context(), http.MethodGet, url+"projects?per_page=1000", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(acknowledged, "demo") {
		if n := strings.Count(body, `"`+name+`"`); n != 1 {
			t.Errorf("acknowledged project %s: want it once after the restart, got %d", name, n)
		}
	}
	status, body, err := request(t.Context(), http.MethodPost, url+"devices/"+packetsim.DemoDevice1+"/bgp/sessions", `{"address_family":"ipv6"}`)
	if err != nil || status != http.StatusCreated {
		t.Errorf("session on a device from before the restart: want 201, got %d %s %v", status, body, err)
	}
}

func TestInterrupted(t *testing.T) {
	log := filepath.Join(t.TempDir(), "requests.jsonl")
	cmd, url := start(t, "--timings", "realistic", "--session-up", "1s", "--request-log", log)
	if status, _, err := request(t.Context(), http.MethodGet, url+"user", ""); err != nil || status != http.StatusOK {
		t.Errorf("want 200, got %d, %v", status, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted command: want success, got %v", err)
	}
	b, err := os.ReadFile(log)
	if err != nil || strings.Count(string(b), `"route":"/user"`) != 1 {
		t.Errorf("request log: want one line for /user, got %s, %v", b, err)
	}
}
