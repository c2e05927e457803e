// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A step is one line of the story that the demonstration tells.
type step struct {
	name string
	// estimate says how long it takes, if it takes long.
	estimate string
	do       func(context.Context) error
}

// preparation makes the programs that the rest needs.
func (d *demo) preparation() []step {
	return []step{
		{"Build the control plane and Crossplane", "up to 8 min the first time, then at once", d.buildControlPlane},
		{"Build the provider and packetsim", "up to 4 min the first time, then some seconds", d.buildCommands},
	}
}

// beginning leads from nothing to managed resources that are Ready.
func (d *demo) beginning() []step {
	return []step{
		{"Start etcd and the Kubernetes API server", "about 3 s", d.startControlPlane},
		{"Start packetsim, a Packet API with a project and two devices", "", d.startPacketsim},
		{"Install the provider's custom resources", "", d.installCRDs},
		{"Start the provider", "", d.startProvider},
		{"Apply the examples", "", d.applyExamples},
		{"Wait until every managed resource is Ready", "a few seconds", d.awaitReady},
		{"Show them as kubectl does", "", d.show},
	}
}

// middle changes each session, removes everything at once, and checks what
// reached the API.
func (d *demo) middle() []step {
	return []step{
		{"Turn defaultRoute over on every BgpSession", "a few seconds", d.updateSessions},
		{"Check that each was updated by one PUT and no DELETE", "", d.checkUpdates},
		{"Delete every managed resource at once", "a few seconds", d.deleteManaged},
		{"Check that each session was deleted once", "", d.checkDeletions},
		{"Check that the API has nothing left of the examples", "", d.checkEmptied},
	}
}

// again leaves something to try things on.
func (d *demo) again() []step {
	return []step{
		{"Apply the examples again, for you to try things on", "", d.applyExamples},
		{"Wait until every managed resource is Ready", "a few seconds", d.awaitReady},
	}
}

// composed offers servers, and claims two.
func (d *demo) composed() []step {
	return []step{
		{"Start Crossplane's core and its composition function", "about 3 s", d.startCrossplane},
		{"Offer a server that speaks BGP as an API of its own", "a few seconds", d.offerServers},
		{"Claim two servers, and wait until they are Ready", "some 10 s", d.claimServers},
		{"Show them, and what they consist of", "", d.showServers},
	}
}

// ending gives the servers back.
func (d *demo) ending() []step {
	return []step{
		{"Delete the claims", "a few seconds", d.returnServers},
		{"Check that the API has nothing left of the servers", "", d.checkEmptied},
	}
}

// story is all that is told once everything is built: with --once it goes to
// its end by itself, else there is something left to try.
func (d *demo) story() []step {
	if d.Once {
		return slices.Concat(d.beginning(), d.middle(), d.composed(), d.ending())
	}
	return slices.Concat(d.beginning(), d.middle(), d.again(), d.composed())
}

// tell does the steps one after the other, each announced with the time since
// the start, until one fails.
func (d *demo) tell(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		heading := s.name
		if s.estimate != "" {
			heading += " (" + s.estimate + ")"
		}
		d.printf("[%6.1fs] %s\n", time.Since(d.began).Seconds(), heading)
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("step %q failed after %s: %w", s.name, time.Since(d.began).Round(100*time.Millisecond), err)
		}
	}
	return nil
}

// sayf prints a remark on the current step.
func (d *demo) sayf(format string, args ...any) {
	d.printf("          "+format+"\n", args...)
}

func (d *demo) printf(format string, args ...any) {
	fmt.Fprintf(d.out, format, args...) //nolint:errcheck // Nobody to tell.
}
