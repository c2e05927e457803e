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

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

// serveAdmin serves the admin API beside the Packet API, if the flags ask for
// it. It returns its URL, empty if there is none, and a function that stops it.
func (o *options) serveAdmin(ctx context.Context, sim *packetsim.Server, logs io.Writer) (string, func(), error) {
	if o.Admin == "" {
		return "", func() {}, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Admin)
	if err != nil {
		return "", nil, fmt.Errorf("--admin: %w; choose another address, or port 0 for a free one", err)
	}
	if exposed(o.Admin) {
		_, _ = fmt.Fprintln(logs, "packetsim: warning: other machines can reach the admin listener at", o.Admin, "and it asks for no credentials")
	}
	srv := &http.Server{Handler: admin.Handler(sim), ReadHeaderTimeout: 30 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			_, _ = fmt.Fprintln(logs, "packetsim: the admin listener stopped:", err)
		}
	}()
	return "http://" + l.Addr().String() + "/", func() { _ = srv.Close() }, nil
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
