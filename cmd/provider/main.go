// SPDX-License-Identifier: Apache-2.0

// Command provider runs the controllers of provider-packet.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	o := &options{}
	kong.Parse(o,
		kong.Name("provider"),
		kong.Description("Runs the controllers of provider-packet: managed resources of a Packet API, such as BGP sessions, in Kubernetes."),
		kong.DefaultEnvars("PROVIDER_PACKET"),
		kong.UsageOnError(),
	)
	if err := run(ctrl.SetupSignalHandler(), o); err != nil {
		fmt.Fprintln(os.Stderr, "provider:", err)
		os.Exit(1)
	}
}
