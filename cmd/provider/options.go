// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"time"
)

// options are the command line. Each can be set by an environment variable
// too, such as PROVIDER_PACKET_POLL_INTERVAL.
type options struct {
	Debug bool `help:"Log every step." short:"d"`

	PollInterval     time.Duration `default:"1m"    help:"How often a resource is compared with the API although nothing changed in Kubernetes. A resource can have its own with the annotation crossplane.io/poll-interval."`
	PollJitter       float64       `default:"0.1"   help:"Fraction of the poll interval by which polls are spread."`
	SyncPeriod       time.Duration `default:"1h"    help:"How often all resources are reconciled anew from the cache."                                                                                                        name:"sync"`
	ReconcileTimeout time.Duration `default:"1m"    help:"Longest time for one reconciliation."`
	Rate             int           `default:"100"   help:"Most reconciliations per second, over all kinds."                                                                                                                   name:"max-reconcile-rate"`
	Concurrency      int           `default:"20"    help:"Most reconciliations of a kind and scope at the same time for one tenant: a namespace, or the users of one configuration of cluster-scoped resources. All tenants together have four times as many."`
	BackoffBase      time.Duration `default:"500ms" help:"Wait after a first failure; it doubles with each further one."`
	BackoffMax       time.Duration `default:"1m"    help:"Longest wait after a failure."`

	APITimeout time.Duration `default:"30s" help:"Longest time for one try of a request to the Packet API." name:"api-timeout"`
	APITries   int           `default:"4"   help:"How often a request that may be repeated is tried."       name:"api-tries"`

	CreationWindow time.Duration `default:"10m" help:"How long a project, device, block of addresses, SSH key or BGP session is looked for, after a creation whose answer was lost, before it is created again; a key or session only if another one is to be created by then."`

	BGPStatusAge    time.Duration `default:"30m" help:"How old the status of BGP sessions may be before the Packet API is asked to read it from the routers again, once for each project; 0 turns that off." name:"bgp-status-age"`
	BGPNeighborsAge time.Duration `default:"10m" help:"About how often the neighbours of a BGP session are read although its status did not change."                                                            name:"bgp-neighbors-age"`

	LeaderElection          bool   `default:"true"                                                               help:"Let one of several replicas work. Switch it off only where there is never a second one, not even during an upgrade." negatable:"" short:"l"`
	LeaderElectionNamespace string `help:"Namespace of the lease; default: the pod's own. Needed outside of a pod."`

	MetricsAddress string `default:"127.0.0.1:8080" help:"Address for Prometheus metrics; 0 turns it off."`
	ProbeAddress   string `default:"127.0.0.1:8081" help:"Address for /healthz and /readyz; 0 turns it off."`
	PprofAddress   string `default:"0"              help:"Address for Go profiles; 0 turns it off."`

	StopTimeout time.Duration `default:"30s" help:"How long running reconciliations may take to end after a signal to stop."`
}

// Validate refuses values that cannot work, naming the flag and the remedy.
func (o *options) Validate() error {
	var errs []error
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{
		{"poll-interval", o.PollInterval},
		{"sync", o.SyncPeriod},
		{"reconcile-timeout", o.ReconcileTimeout},
		{"backoff-base", o.BackoffBase},
		{"api-timeout", o.APITimeout},
		{"creation-window", o.CreationWindow},
		{"bgp-neighbors-age", o.BGPNeighborsAge},
	} {
		if d.value <= 0 {
			errs = append(errs, fmt.Errorf("--%s is %s and must be longer than zero, such as 1m", d.flag, d.value))
		}
	}
	if o.BGPStatusAge < 0 {
		errs = append(errs, fmt.Errorf("--bgp-status-age is %s and must be longer than zero, such as 30m, or 0 for never", o.BGPStatusAge))
	}
	if o.PollJitter < 0 || o.PollJitter >= 1 {
		errs = append(errs, fmt.Errorf("--poll-jitter is %v and must be at least 0 and less than 1", o.PollJitter))
	}
	if o.BackoffMax < o.BackoffBase {
		errs = append(errs, fmt.Errorf("--backoff-max is %s and must be at least --backoff-base, %s", o.BackoffMax, o.BackoffBase))
	}
	for _, n := range []struct {
		flag  string
		value int
	}{{"max-reconcile-rate", o.Rate}, {"concurrency", o.Concurrency}, {"api-tries", o.APITries}} {
		if n.value < 1 {
			errs = append(errs, fmt.Errorf("--%s is %d and must be at least 1", n.flag, n.value))
		}
	}
	return errors.Join(errs...)
}
