// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestInterrupted(t *testing.T) {
	log := filepath.Join(t.TempDir(), "requests.jsonl")
	var stderr bytes.Buffer
	cmd, url := start(t, &stderr, "--timings", "realistic", "--session-up", "1s", "--request-log", log)
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
	if got := stderr.String(); !strings.Contains(got, "X-Auth-Token: "+packetsim.DefaultToken) || strings.Contains(got, "warning") {
		t.Errorf("want a hint at the token and no warning, got %q", got)
	}
}

// TestTerminated asks the command to end while a client is in the midst of a
// request.
func TestTerminated(t *testing.T) {
	var stderr bytes.Buffer
	cmd, url := start(t, &stderr, "--token", "secret-of-mine")
	host := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/metal/v1/")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	head := "POST /metal/v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
	if _, err := conn.Write([]byte(head)); err != nil {
		t.Fatal(err)
	}
	// The server asks for the body when it has begun to read it.
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("terminated command: want success, got %v", err)
	}
	if took := time.Since(began); took > 10*grace {
		t.Errorf("want an end soon after %s, took %s", grace, took)
	}
	if strings.Contains(stderr.String(), "secret-of-mine") {
		t.Errorf("want a chosen token not told, got %q", stderr.String())
	}
}

func TestServesTLS(t *testing.T) {
	dir := t.TempDir()
	ca, certFile, keyFile := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	cert, bundle, err := packetsim.SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert.Certificate[0]}, keyFile: {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		reason string
		args   []string
		bundle func() ([]byte, error)
	}{
		"Made":  {"A certificate made at the start.", []string{"--tls", "--tls-host", "sim.example.org", "--tls-ca-out", ca}, func() ([]byte, error) { return os.ReadFile(ca) }},
		"Given": {"A certificate of somebody else.", []string{"--tls-cert", certFile, "--tls-key", keyFile}, func() ([]byte, error) { return bundle, nil }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, url := start(t, os.Stderr, tc.args...)
			if !strings.HasPrefix(url, "https://127.0.0.1:") {
				t.Fatalf("%s: want an https URL, got %s", tc.reason, url)
			}
			trusted, err := tc.bundle()
			if err != nil {
				t.Fatal(err)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(trusted)
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
			t.Cleanup(transport.CloseIdleConnections)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"user", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := transport.RoundTrip(req)
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s: want 401, got %d", tc.reason, resp.StatusCode)
			}
		})
	}
}

// TestRefused gives the command flags that cannot work.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	busy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	_, _ = start(t, os.Stderr, "--data", dir)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(seed, []byte("projects: [{nme: x}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"Listen":    {"An address without a port.", []string{"--listen", "localhost"}, `--listen is "localhost" and must be HOST:PORT`},
		"Busy":      {"A port in use.", []string{"--listen", busy.Addr().String()}, "--listen: listen tcp"},
		"BusyData":  {"A folder in use.", []string{"--data", dir}, "another process has it open; stop that one, or choose another folder"},
		"Prefix":    {"A path with a query.", []string{"--prefix", "/v1?x"}, `--prefix is "/v1?x" and must be a path`},
		"Token":     {"A token that no header can carry.", []string{"--token", " x"}, "--token must not be empty"},
		"Control":   {"Nor this.", []string{"--token", "a\nb"}, "--token must not be empty"},
		"Dots":      {"A path that clients shorten.", []string{"--prefix", "/.."}, `--prefix is "/.." and must be a path`},
		"Escape":    {"A path that means another.", []string{"--prefix", "/%41"}, `--prefix is "/%41" and must be a path`},
		"NoData":    {"A folder without a name.", []string{"--data", ""}, "--data is empty; name a folder"},
		"DataOf":    {"A folder of somebody else.", []string{"--data", "/proc/packetsim"}, "data folder"},
		"TLSHost":   {"A name with a space.", []string{"--tls", "--tls-host", "bad host"}, `--tls-host is "bad host"`},
		"Metadata":  {"An address without a port.", []string{"--metadata", "127.0.0.1"}, `--metadata is "127.0.0.1"`},
		"SeedField": {"A seed with a field that none has.", []string{"--seed", seed}, seed + ": cannot parse seed: unknown field projects[0].nme"},
		"Rate":      {"A number without a time.", []string{"--rate", "100"}, `--rate: "100" must be a number of requests, a slash and a time, such as 100/1m`},
		"ZeroRate":  {"A rate of nothing.", []string{"--rate", "0/1m"}, `--rate: "0/1m" must be`},
		"Burst":     {"A burst of no rate.", []string{"--rate-burst", "3"}, "--rate-burst needs --rate"},
		"Key":       {"A certificate without its key.", []string{"--tls-cert", "x"}, "--tls-cert and --tls-key need each other"},
		"TwoCerts":  {"Two certificates.", []string{"--tls", "--tls-cert", "x", "--tls-key", "y"}, "--tls makes a certificate"},
		"NoCert":    {"A certificate that is not there.", []string{"--tls-cert", dir + "/x", "--tls-key", dir + "/y"}, "--tls-cert, --tls-key: open"},
		"NoTLS":     {"An authority of nothing.", []string{"--tls-ca-out", dir + "/ca"}, "--tls-ca-out needs --tls"},
		"NoTLSHost": {"A name for no certificate.", []string{"--tls-host", "x"}, "--tls-host needs --tls"},
		"Seed":      {"A seed that is not there.", []string{"--seed", dir + "/none.yaml"}, "--seed: cannot read seed"},
		"Log":       {"A log in no folder.", []string{"--request-log", dir + "/none/log"}, "--request-log: open"},
		"Timings":   {"Timings that nobody made.", []string{"--timings", "slow"}, `--timings must be one of "instant","realistic"`},
		"Duration":  {"A duration without a unit.", []string{"--queued", "5"}, "--queued: "},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := command(t, tc.args...).CombinedOutput()
			if err == nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("%s: want failure and %q, got %v and %s", tc.reason, tc.want, err, out)
			}
		})
	}
}

func TestSaysWhatItIs(t *testing.T) {
	out, err := command(t, "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"Examples:", "    packetsim --seed demo", "Where it listens", "What exists", "How long things take", "How much is allowed", "What is told", `--listen="127.0.0.1:8585"`, "$PACKETSIM_DATA"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("--help: want %q in it, got:\n%s", want, out)
		}
	}
	if out, err = command(t, "--version").CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != version() {
		t.Errorf("--version: want %q, got %q, %v", version(), out, err)
	}
}

// TestTellsOperator has the command do what its operator should know.
func TestTellsOperator(t *testing.T) {
	dir := t.TempDir()
	cases := []struct {
		reason string
		args   []string
		want   string
		not    string
	}{
		{"A seed for an empty folder is applied.", []string{"--seed", "demo", "--data", dir}, "X-Auth-Token", "was not applied"},
		{"A folder with state needs no seed.", []string{"--seed", "demo", "--data", dir}, dir + " has state; --seed was not applied", ""},
		{"A log that cannot be written.", []string{"--request-log", "/dev/full"}, "warning: cannot write the request log", ""},
	}
	for _, tc := range cases {
		var stderr bytes.Buffer
		cmd, url := start(t, &stderr, tc.args...)
		for range 2 {
			if status, _, err := request(t.Context(), http.MethodGet, url+"user", ""); err != nil || status != http.StatusOK {
				t.Errorf("%s: want 200, got %d, %v", tc.reason, status, err)
			}
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: want success, got %v", tc.reason, err)
		}
		if got := stderr.String(); strings.Count(got, tc.want) != 1 || tc.not != "" && strings.Contains(got, tc.not) {
			t.Errorf("%s: want %q once and %q never, got %q", tc.reason, tc.want, tc.not, got)
		}
	}
}

func TestReach(t *testing.T) {
	cases := map[string]struct{ reason, listener, want string }{
		"Any4":     {"No machine has this address.", "0.0.0.0:8585", "127.0.0.1:8585"},
		"Any6":     {"Nor this.", "[::]:8585", "127.0.0.1:8585"},
		"Loopback": {"An address is told as it is.", "[::1]:8585", "[::1]:8585"},
		"Other":    {"Whatever it is.", "192.0.2.1:80", "192.0.2.1:80"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := reach(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tc.listener))); got != tc.want {
				t.Errorf("%s: want %s, got %s", tc.reason, tc.want, got)
			}
		})
	}
}
