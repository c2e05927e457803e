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
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

func main() {
	o := &options{}
	k := kong.Parse(o,
		kong.Name("packetsim"),
		kong.Description(description),
		kong.DefaultEnvars("PACKETSIM"),
		kong.ExplicitGroups(groups()),
		kong.ShortUsageOnError(),
		kong.Vars{"version": version()},
	)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.FatalIfErrorf(o.run(ctx, os.Stdout, os.Stderr))
}

// release is the version that the linker is told, as make build does.
var release string //nolint:gochecknoglobals // The linker sets no constants.

// version returns the version of the command, as far as the build knows it.
func version() string {
	if release != "" {
		return release
	}
	b, found := debug.ReadBuildInfo()
	if !found || b.Main.Version == "" {
		return "unknown"
	}
	return b.Main.Version
}

// run serves until the context ends. It writes the base URL to out when the
// server accepts requests, then the URLs of the admin listener and the metadata
// service, if there are any, and what else there is to tell to logs.
func (o *options) run(ctx context.Context, out, logs io.Writer) error {
	cfg, closeLog, err := o.config(logs)
	if err != nil {
		return err
	}
	defer closeLog()
	sim, err := packetsim.New(cfg)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("--data: %w; choose a folder that you may write to", err)
	}
	if err != nil {
		return err
	}
	defer sim.Close()
	if cfg.Seed != nil && sim.Restored() {
		_, _ = fmt.Fprintf(logs, "packetsim: %s has state; --seed was not applied\n", cfg.Data)
	}
	l, scheme, err := o.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	adminURL, stopAdmin, err := serveBeside(ctx, "admin", o.Admin, admin.Handler(sim), logs)
	if err != nil {
		return err
	}
	defer stopAdmin()
	metadataURL, stopMetadata, err := serveBeside(ctx, "metadata", o.Metadata, sim.MetadataService(), logs)
	if err != nil {
		return err
	}
	defer stopMetadata()
	if w := o.warning(); w != "" {
		_, _ = fmt.Fprintln(logs, "packetsim: warning:", w)
	}
	_, _ = fmt.Fprintf(out, "%s://%s%s/\n", scheme, reach(l.Addr()), sim.Prefix())
	for _, url := range []string{adminURL, metadataURL} {
		if url != "" {
			_, _ = fmt.Fprintln(out, url)
		}
	}
	_, _ = fmt.Fprintln(logs, "packetsim: send the token as X-Auth-Token:", o.tokenHint())
	return serve(ctx, l, sim)
}

// tokenHint names the token, but does not tell one that somebody chose.
func (o *options) tokenHint() string {
	if o.Token == packetsim.DefaultToken {
		return o.Token
	}
	return "the one of --token"
}

// config turns the flags into the configuration of a server, and returns a
// function that closes the request log.
func (o *options) config(logs io.Writer) (packetsim.Config, func(), error) {
	cfg := packetsim.Config{
		Prefix: o.Prefix, BareHrefs: o.BareHrefs, Token: o.Token, Timings: o.timings(),
		Report:    func(err error) { _, _ = fmt.Fprintln(logs, "packetsim: warning:", err) },
		RateLimit: packetsim.RateLimit{Requests: o.Rate.requests, Per: o.Rate.per, Burst: o.RateBurst},
	}
	if o.Data != nil {
		cfg.Data = *o.Data
	}
	if o.Clock == "driven" {
		cfg.Clock = clocktesting.NewFakeClock(time.Now())
	}
	if o.Seed != "" {
		seed, err := packetsim.LoadSeed(o.Seed)
		if err != nil {
			return cfg, nil, fmt.Errorf("--seed: %w", err)
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
			return cfg, nil, fmt.Errorf("--request-log: %w", err)
		}
		cfg.LogTo = f
		return cfg, func() { _ = f.Close() }, nil
	}
	return cfg, func() {}, nil
}
