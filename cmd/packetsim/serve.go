// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// grace is how long requests may take to end after a signal to stop.
const grace = 500 * time.Millisecond

// listen opens the address of the API, with TLS if the flags ask for it.
func (o *options) listen(ctx context.Context) (net.Listener, string, error) {
	cert, err := o.certificate()
	if err != nil {
		return nil, "", err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, "", fmt.Errorf("--listen: %w; choose another address, or port 0 for a free one", err)
	}
	if cert == nil {
		return l, "http", nil
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}), "https", nil
}

// certificate loads or makes the server's certificate. It returns nil if there
// is to be none.
func (o *options) certificate() (*tls.Certificate, error) {
	if o.TLSCert != "" {
		cert, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
		return &cert, nil
	}
	if !o.TLS {
		return nil, nil
	}
	hosts := o.TLSHost
	if host, _, err := net.SplitHostPort(o.Listen); err == nil && host != "" {
		hosts = append([]string{host}, hosts...)
	}
	cert, bundle, err := packetsim.SelfSigned(hosts...)
	if err != nil {
		return nil, err
	}
	if o.TLSCAOut != "" {
		if err := os.WriteFile(o.TLSCAOut, bundle, 0o644); err != nil { //nolint:gosec // It is public.
			return nil, fmt.Errorf("--tls-ca-out: %w", err)
		}
	}
	return &cert, nil
}

// warning returns what the operator should know about the address, empty if
// only this machine can reach it.
func (o *options) warning() string {
	if !exposed(o.Listen) {
		return ""
	}
	text := "other machines can reach the API at " + o.Listen
	if o.Token == packetsim.DefaultToken {
		text += ", and everybody knows the default token; set --token"
	}
	return text
}

// serve serves until the context ends, and then stops within the grace.
func serve(ctx context.Context, l net.Listener, sim *packetsim.Server) error {
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 30 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("cannot serve: %w", err)
	case <-ctx.Done():
	}
	// Requests that a fault holds back would otherwise delay the end.
	sim.Close()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if srv.Shutdown(ending) != nil {
		// Who is still sending a request will not have been told that it took effect.
		_ = srv.Close()
	}
	return nil
}
