// SPDX-License-Identifier: Apache-2.0

// Command packetsim serves a Packet API for demonstrations and for the
// development of compositions. It keeps its state in memory, or with --data in
// a folder.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// options are the command's flags.
type options struct {
	Listen     string `default:"127.0.0.1:8585" help:"Address to serve the API on. Port 0 picks a free one." env:"PACKETSIM_LISTEN"`
	Prefix     string `default:"/metal/v1" help:"Path of the API. Use / for the days of api.packet.net." env:"PACKETSIM_PREFIX"`
	Token      string `default:"packetsim-user-token" help:"API token of the default user." env:"PACKETSIM_TOKEN"`
	Seed       string `placeholder:"FILE|demo" help:"Initial state: a YAML or JSON file, or the built-in demo." env:"PACKETSIM_SEED"`
	Data       string `placeholder:"DIR" help:"Keep the state in a folder; without it everything is forgotten at the end. A seed is applied to an empty folder only." env:"PACKETSIM_DATA"`
	RequestLog string `placeholder:"FILE|-" help:"Write every request as a line of JSON to a file, or to standard error (-)."`

	Timings      string         `enum:"instant,realistic" default:"instant" help:"How long things take: ${enum}. The flags below change single durations; a negative one never happens."`
	Queued       *time.Duration `placeholder:"DURATION" help:"Time a new device stays queued."`
	Provisioning *time.Duration `placeholder:"DURATION" help:"Time from the addresses of a device to its being active."`
	SessionDown  *time.Duration `placeholder:"DURATION" help:"Time a new BGP session's status is unknown."`
	SessionUp    *time.Duration `placeholder:"DURATION" help:"Time it is down after that."`
}

func main() {
	var o options
	k := kong.Parse(&o, kong.Name("packetsim"), kong.Description("Serve a Packet (Equinix Metal) API."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.FatalIfErrorf(o.run(ctx, os.Stdout, os.Stderr))
}

// run serves until the context ends. It writes the base URL to out when the
// server accepts requests.
func (o options) run(ctx context.Context, out, logs io.Writer) error {
	cfg, closeLog, err := o.config(logs)
	if err != nil {
		return err
	}
	defer closeLog()
	sim, err := packetsim.New(cfg)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 30 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	_, _ = fmt.Fprintf(out, "http://%s%s/\n", l.Addr(), sim.Prefix())

	select {
	case err := <-failed:
		return fmt.Errorf("cannot serve: %w", err)
	case <-ctx.Done():
	}
	// Requests that a fault holds back would otherwise delay the end.
	sim.Close()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("cannot stop cleanly: %w", err), srv.Close())
	}
	return nil
}

// config turns the flags into the configuration of a server, and returns a
// function that closes the request log.
func (o options) config(logs io.Writer) (packetsim.Config, func(), error) {
	cfg := packetsim.Config{Prefix: o.Prefix, Token: o.Token, Data: o.Data}
	if o.Timings == "realistic" {
		cfg.Timings = packetsim.RealisticTimings()
	}
	override(&cfg.Timings.Queued, o.Queued)
	override(&cfg.Timings.Provisioning, o.Provisioning)
	override(&cfg.Timings.SessionDown, o.SessionDown)
	override(&cfg.Timings.SessionUp, o.SessionUp)
	closeLog := func() {}
	if o.Seed != "" {
		seed, err := packetsim.LoadSeed(o.Seed)
		if err != nil {
			return cfg, closeLog, err
		}
		cfg.Seed = seed
	}
	switch o.RequestLog {
	case "":
	case "-":
		cfg.LogTo = logs
	default:
		f, err := os.OpenFile(o.RequestLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return cfg, closeLog, fmt.Errorf("cannot open request log: %w", err)
		}
		cfg.LogTo, closeLog = f, func() { _ = f.Close() }
	}
	return cfg, closeLog, nil
}

func override(d, with *time.Duration) {
	if with != nil {
		*d = *with
	}
}
