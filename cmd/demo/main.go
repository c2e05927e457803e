// SPDX-License-Identifier: Apache-2.0

// Command demo shows the provider at work on this machine. It builds what is
// missing, starts a Kubernetes control plane, packetsim and the provider, and
// applies the manifests of examples/: the managed resources become Ready, each
// BgpSession is updated in place, all are deleted at once, and packetsim must
// then be as it was. On Crossplane's core it offers a server that speaks BGP as
// an API of its own, claims two, and shows what their user sees, and what is
// below. At last it says what to try, and waits for Ctrl-C to clean up.
//
// With --once it goes on by itself: the claims are deleted, and nothing of them
// may be left. It exits with 0 only if all of this came true.
//
// Everything listens on 127.0.0.1 and lives in a temporary folder. The user's
// own kubeconfig is neither read nor written.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// options are the command's flags.
type options struct {
	Once  bool `help:"Do not wait for Ctrl-C: delete the claims, check that nothing is left of them, and end."`
	Build bool `help:"Only build what is missing."`

	Examples []string `default:"examples/cluster,examples/namespaced" help:"Files or folders of manifests to apply." placeholder:"PATH,..." type:"path"`
}

func main() {
	var o options
	kong.Parse(&o,
		kong.Name("demo"),
		kong.Description("Show the provider at work: a Kubernetes control plane, a Packet API and the provider, all on this machine, built from source."),
		kong.UsageOnError(),
	)
	os.Exit(play(o))
}

// play returns the exit code of the demonstration.
func play(o options) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, o)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintf(os.Stderr, "\ndemo: stopped before its end: %v\n", err)
		return 130
	default:
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		return 1
	}
}

// run plays the demonstration and cleans up after it.
func run(ctx context.Context, o options) (err error) {
	// Without one, a library prints a stack trace after half a minute.
	log.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	d, err := newDemo(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.cleanUp(err != nil && ctx.Err() == nil)) }()

	if err := d.tell(ctx, d.preparation()...); err != nil {
		return err
	}
	if o.Build {
		return nil
	}
	if err := d.tell(ctx, d.story()...); err != nil {
		return err
	}
	if !o.Once {
		return d.host(ctx)
	}
	d.printf("[%6.1fs] Everything came true\n", time.Since(d.began).Seconds())
	return nil
}
