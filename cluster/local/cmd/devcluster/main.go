// SPDX-License-Identifier: Apache-2.0

// Command devcluster is a Kubernetes control plane in one process, for tests
// and demonstrations on one machine.
//
// It holds etcd, the generic part of the Kubernetes API server and the two
// controllers without which deletion does not work: garbage collection of
// owned objects and the emptying of deleted namespaces. It serves namespaces,
// Secrets, ConfigMaps, ServiceAccounts, Events, RBAC, Leases, custom resources
// and admission. It does not know pods, services or nodes: nothing runs in it.
//
// It needs no root and no container engine, listens on 127.0.0.1 and on
// sockets in its data folder only, and keeps its state in that folder: started
// again there, it has every object it had before. Its data are not flushed to
// disk at each write, so do not keep anything in it that you need.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"k8s.io/component-base/version"
)

// options are devcluster's flags.
type options struct {
	DataDir string `help:"Folder for etcd's data, certificates and keys. Created if missing; use it again to keep the objects." placeholder:"DIR" required:"" type:"path"`

	Kubeconfig string `help:"File to write an administrator's kubeconfig to, once the API server is ready." placeholder:"FILE" required:"" type:"path"`

	AuditLog string `help:"File to append one JSON line per API request to (who, what, which answer; no contents)." placeholder:"FILE" type:"path"`

	SecurePort int `default:"0" help:"Port on 127.0.0.1 for the API server; 0 takes a free one."`

	StopOnStdinClose bool `help:"Stop when standard input ends, so that the control plane does not outlive the program that started it."`

	Version kong.VersionFlag `help:"Print the version of Kubernetes and stop."`
}

func main() {
	var o options
	kctx := kong.Parse(&o,
		kong.Name("devcluster"),
		kong.Description("A Kubernetes control plane in one process: etcd, the generic API server, garbage collection and namespace deletion. "+
			"For tests and demonstrations: it knows custom resources, RBAC and admission, but no pods, services or nodes. SIGINT and SIGTERM stop it."),
		kong.Vars{"version": version.Get().GitVersion},
		kong.UsageOnError(),
	)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if o.StopOnStdinClose {
		ctx = untilEOF(ctx, os.Stdin)
	}
	kctx.FatalIfErrorf(run(ctx, o))
}

// untilEOF returns a context that ends with its parent or when r has been read
// to its end.
func untilEOF(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r)
	}()
	return ctx
}
