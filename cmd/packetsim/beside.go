// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// serveBeside serves something beside the Packet API, if its flag has an address.
// It returns its URL, empty if there is none, and a function that stops it.
func serveBeside(ctx context.Context, flag, address string, handler http.Handler, logs io.Writer) (string, func(), error) {
	if address == "" {
		return "", func() {}, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, fmt.Errorf("--%s: %w; choose another address, or port 0 for a free one", flag, err)
	}
	if exposed(address) {
		_, _ = fmt.Fprintf(logs, "packetsim: warning: other machines can reach the %s listener at %s and it asks for no credentials\n", flag, address)
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			_, _ = fmt.Fprintf(logs, "packetsim: the %s listener stopped: %v\n", flag, err)
		}
	}()
	return "http://" + reach(l.Addr()) + "/", func() { _ = srv.Close() }, nil
}

// reach returns an address under which this machine can reach a listener: one
// that listens everywhere has an address of its own that names no machine.
func reach(listener net.Addr) string {
	if a, err := netip.ParseAddrPort(listener.String()); err == nil && a.Addr().IsUnspecified() {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port()).String()
	}
	return listener.String()
}

// exposed tells whether an address can be reached from other machines.
func exposed(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "localhost" {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err != nil || !a.IsLoopback()
}
