// SPDX-License-Identifier: Apache-2.0

// Command crossplane is Crossplane's core, the controllers of composite
// resources and claims, for a control plane without pods, such as devcluster.
//
// It takes the commands and flags of Crossplane's own program (core start) and
// runs the same controllers. What differs is what a program on somebody's
// machine must not do: Crossplane serves metrics and probes on all addresses of
// the machine, and has flags for the ports only. This one serves neither. That
// its controllers run it says with a file.
package main

import (
	"io"
	"os"

	"github.com/alecthomas/kong"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	"github.com/crossplane/crossplane-runtime/v2/pkg/version"
	"github.com/crossplane/crossplane/v2/cmd/crossplane/core"
)

// options are the program's flags. Those of Crossplane come with its commands.
type options struct {
	ReadyFile string `help:"File to create once the controllers run." placeholder:"FILE" required:"" type:"path"`

	StopOnStdinClose bool `help:"Stop when standard input ends, so that the controllers do not outlive the program that started them."`

	Debug bool `help:"Log what each controller does."`

	Version kong.VersionFlag `help:"Print the version of Crossplane and stop."`

	Core core.Command `cmd:"" help:"Crossplane's core."`
}

func main() {
	var o options
	kctx := kong.Parse(&o,
		kong.Name("crossplane"),
		kong.Description("Crossplane's core for a control plane on this machine. It serves neither metrics nor probes. SIGINT and SIGTERM stop it."),
		kong.Vars{"version": version.New().GetVersionString()},
		core.KongVars,
		kong.UsageOnError(),
	)

	log := zap.New(zap.UseDevMode(o.Debug))
	logging.SetFilteredKlogLogger(log)
	// The libraries report each of their steps even where Crossplane does not.
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	if o.Debug {
		ctrl.SetLogger(log)
	}
	kctx.BindTo(logging.NewLogrLogger(log), (*logging.Logger)(nil))

	s, err := scheme()
	kctx.FatalIfErrorf(err)
	o.adapt(os.Stdin)
	kctx.FatalIfErrorf(kctx.Run(s))
}
