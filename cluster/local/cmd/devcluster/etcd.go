// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/url"

	"go.etcd.io/etcd/server/v3/embed"
)

// Etcd's sockets, relative to the data folder, which is the working folder.
// Only the owner of the folder can reach them.
const (
	etcdClients = "unix://etcd-clients.sock"
	etcdPeers   = "unix://etcd-peers.sock"
)

// startEtcd starts etcd on its data in the working folder and waits until it
// answers.
func startEtcd(ctx context.Context) (*embed.Etcd, error) {
	clients, err := url.Parse(etcdClients)
	if err != nil {
		return nil, fmt.Errorf("cannot parse etcd's address: %w", err)
	}
	peers, err := url.Parse(etcdPeers)
	if err != nil {
		return nil, fmt.Errorf("cannot parse etcd's address: %w", err)
	}

	cfg := embed.NewConfig()
	cfg.Dir = "etcd"
	cfg.LogLevel = "error"
	// What it advertises stays at the defaults: nobody reads that, but it may
	// not be a socket.
	cfg.ListenClientUrls, cfg.ListenPeerUrls = []url.URL{*clients}, []url.URL{*peers}
	cfg.EnableGRPCGateway = false
	cfg.UnsafeNoFsync = true
	// A lone member has nobody to wait for before it elects itself.
	cfg.TickMs, cfg.ElectionMs = 10, 100

	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot start etcd: %w", err)
	}
	select {
	case <-e.Server.ReadyNotify():
		return e, nil
	case err := <-e.Err():
		e.Close()
		return nil, fmt.Errorf("cannot start etcd: %w", err)
	case <-ctx.Done():
		e.Close()
		return nil, ctx.Err()
	}
}
