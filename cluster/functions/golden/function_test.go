// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	fnv1beta1 "github.com/crossplane/function-sdk-go/proto/v1beta1"
)

// start starts the composition function that this module pins, and stops it
// when the test ends.
func start(t *testing.T) fnv1beta1.FunctionRunnerServiceClient {
	t.Helper()
	build := exec.CommandContext(t.Context(), "go", "tool", "-n", "function-patch-and-transform")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	bin, err := build.Output()
	if err != nil {
		t.Fatalf("cannot build the function: %v", err)
	}
	dir, err := os.MkdirTemp("", "golden-") //nolint:usetesting // The path of a socket is limited to about a hundred bytes.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	socket := filepath.Join(dir, "function.sock")
	log := &bytes.Buffer{}
	cmd := exec.Command(strings.TrimSpace(string(bin)), "--insecure", "--network=unix", "--address="+socket) //nolint:noctx // Built by us; the cleanup ends it.
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatalf("cannot start the function: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		if err := cmd.Wait(); cmd.ProcessState.Success() {
			t.Errorf("the function ended by itself: %v\n%s", err, log)
		}
	})
	// Calls wait until it listens.
	conn, err := grpc.DialContext(t.Context(), "unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	if err != nil {
		t.Fatalf("cannot connect to the function: %v", err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return fnv1beta1.NewFunctionRunnerServiceClient(conn)
}
