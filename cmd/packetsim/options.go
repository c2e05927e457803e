// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// options are the command's flags. Each can be set by an environment variable
// too, such as PACKETSIM_LISTEN.
type options struct {
	Listen string `default:"127.0.0.1:8585" group:"serve" help:"Address to serve the API on. Port 0 picks a free one."`
	Prefix string `default:"/metal/v1"      group:"serve" help:"Path of the API. Use / for the days of api.packet.net."`

	BareHrefs bool   `group:"serve" help:"Leave the prefix out of the hrefs of resources, as in those days." name:"bare-hrefs"`
	Metadata  string `group:"serve" help:"Address of the metadata service, which devices ask about themselves. There is none by default." placeholder:"HOST:PORT"`

	Admin string `group:"serve" help:"Address of the admin listener: faults, the request log, changes behind the clients' back, metrics, and a page that shows it all. It asks for no credentials. There is none by default." placeholder:"HOST:PORT"`

	TLS      bool     `group:"serve" help:"Serve https with a certificate made at the start. It is good for localhost, for the host of --listen and for every --tls-host." name:"tls"`
	TLSHost  []string `group:"serve" help:"Further name or address to put into that certificate, such as packetsim.default.svc."   name:"tls-host"   placeholder:"HOST"`
	TLSCAOut string   `group:"serve" help:"Write the authority that clients must trust, in PEM."                                   name:"tls-ca-out" placeholder:"FILE"`
	TLSCert  string   `group:"serve" help:"Serve https with this certificate instead, in PEM."                                     name:"tls-cert"   placeholder:"FILE"`
	TLSKey   string   `group:"serve" help:"Its key, in PEM."                                                                       name:"tls-key"    placeholder:"FILE"`

	Token string  `default:"packetsim-user-token" group:"state" help:"API token of the default user."`
	Seed  string  `group:"state" help:"Initial state: a YAML or JSON file, or demo for the built-in demonstration."                                                    placeholder:"FILE|demo"`
	Data  *string `group:"state" help:"Keep the state in a folder; without it everything is forgotten at the end. A seed is applied to an empty folder only." placeholder:"DIR"`

	Timings        string         `default:"instant" enum:"instant,realistic" group:"time" help:"How long things take: ${enum}. Instant means by the next request, realistic about a minute to an active device. The flags below change single times, such as --queued=5s; a negative one, such as --queued=-1s, never ends."`
	Clock          string         `default:"real" enum:"real,driven" group:"time" help:"Whether time goes by itself or stands still until the admin listener is told to advance it: ${enum}."`
	Queued         *time.Duration `group:"time" help:"Time a new device is queued."                                placeholder:"TIME"`
	Addresses      *time.Duration `group:"time" help:"Time it is then provisioned without having addresses."                  placeholder:"TIME"`
	Provisioning   *time.Duration `group:"time" help:"Time it is then provisioned with addresses, before it is active."    placeholder:"TIME"`
	Action         *time.Duration `group:"time" help:"Time an action takes, such as a reboot."                      placeholder:"TIME"`
	Deprovisioning *time.Duration `group:"time" help:"Time a deleted device can still be read."                    placeholder:"TIME"`
	Failed         *time.Duration `group:"time" help:"Time a failed device can be read before it answers 403."     placeholder:"TIME"`
	Hidden         *time.Duration `group:"time" help:"Time it then answers 403 before it answers 404; 0 is for ever, as is a negative time."     placeholder:"TIME"`
	Reclaim        *time.Duration `group:"time" help:"Time a reserved machine cannot be used again after its device." placeholder:"TIME"`
	SessionDown    *time.Duration `group:"time" help:"Time the status of a new BGP session is unknown."            placeholder:"TIME"`
	SessionUp      *time.Duration `group:"time" help:"Time it is then down, before it is up."                    placeholder:"TIME"`
	Discover       *time.Duration `group:"time" help:"Time a discovery of BGP sessions takes."                     placeholder:"TIME"`
	Refresh        *time.Duration `group:"time" help:"Time between refreshes of session statuses without discovery."  placeholder:"TIME"`
	Approval       *time.Duration `group:"time" help:"Time a global BGP configuration is only requested."          placeholder:"TIME"`

	Rate      rate `group:"rate" help:"Requests that each token may make in a time, such as 100/1m or 10/s. More are answered with 429. There is no limit by default." placeholder:"N/TIME"`
	RateBurst int  `group:"rate" help:"Requests that may come at once after a pause. It is the number of --rate by default." placeholder:"N"`

	RequestLog string `group:"log" help:"Append every request to a file as a line of JSON, without bodies; - is standard error." placeholder:"FILE|-"`

	Version kong.VersionFlag `env:"-" help:"Print the version and exit."`
}

// groups are the headings of --help, in order.
func groups() []kong.Group {
	return []kong.Group{
		{Key: "serve", Title: "Where it listens"},
		{Key: "state", Title: "What exists"},
		{Key: "time", Title: "How long things take"},
		{Key: "rate", Title: "How much is allowed"},
		{Key: "log", Title: "What is told"},
	}
}

const description = `Serve a Packet (later Equinix Metal) API: projects, devices, BGP sessions and
what belongs to them, with the state machines, error texts and quirks of the
real one. It provisions no machines and speaks no BGP.

The base URL is the first line on standard output, once requests are accepted.

Examples:

  packetsim --seed demo --admin 127.0.0.1:8586
  packetsim --data ./state --timings realistic --rate 100/1m
  packetsim --tls --tls-ca-out ca.pem
  curl -H 'X-Auth-Token: packetsim-user-token' http://127.0.0.1:8585/metal/v1/projects`

// rate is a number of requests in a time.
type rate struct {
	requests int
	per      time.Duration
}

// UnmarshalText decodes 100/1m and 100/m.
func (r *rate) UnmarshalText(b []byte) error {
	n, per, found := strings.Cut(string(b), "/")
	requests, err := strconv.Atoi(n)
	if per != "" && !strings.ContainsAny(per[:1], "-.0123456789") {
		per = "1" + per
	}
	d, perErr := time.ParseDuration(per)
	if !found || err != nil || perErr != nil || requests < 1 || d <= 0 {
		return fmt.Errorf("%q must be a number of requests, a slash and a time, such as 100/1m", b)
	}
	r.requests, r.per = requests, d
	return nil
}

// Validate refuses values that cannot work, naming the flag and the remedy.
func (o *options) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(o.Listen); err != nil {
		errs = append(errs, fmt.Errorf("--listen is %q and must be HOST:PORT, such as 127.0.0.1:8585", o.Listen))
	}
	if err := (packetsim.Config{Prefix: o.Prefix, Token: o.Token}).Validate(); err != nil {
		errs = append(errs, fmt.Errorf("--%w", err))
	}
	if _, _, err := net.SplitHostPort(o.Metadata); err != nil && o.Metadata != "" {
		errs = append(errs, fmt.Errorf("--metadata is %q and must be HOST:PORT, such as 127.0.0.1:8587", o.Metadata))
	}
	for _, host := range o.TLSHost {
		if strings.ContainsAny(host, " \t\n/@") || host == "" {
			errs = append(errs, fmt.Errorf("--tls-host is %q and must be a name or an address without a port", host))
		}
	}
	if _, _, err := net.SplitHostPort(o.Admin); err != nil && o.Admin != "" {
		errs = append(errs, fmt.Errorf("--admin is %q and must be HOST:PORT, such as 127.0.0.1:8586", o.Admin))
	}
	for _, p := range []struct {
		wrong bool
		text  string
	}{
		{o.Token == "", "--token must not be empty"},
		{o.Data != nil && *o.Data == "", "--data is empty; name a folder, or leave it out to keep nothing"},
		{(o.TLSCert == "") != (o.TLSKey == ""), "--tls-cert and --tls-key need each other; give both, or --tls for a certificate of its own"},
		{o.TLS && o.TLSCert != "", "--tls makes a certificate, so leave it out with --tls-cert"},
		{!o.TLS && o.TLSCAOut != "", "--tls-ca-out needs --tls"},
		{!o.TLS && len(o.TLSHost) > 0, "--tls-host needs --tls"},
		{o.Clock == "driven" && o.Admin == "", "--clock driven needs --admin, such as --admin 127.0.0.1:8586, where it is advanced"},
		{o.RateBurst < 0, fmt.Sprintf("--rate-burst is %d and must be at least 1", o.RateBurst)},
		{o.RateBurst != 0 && o.Rate.requests == 0, "--rate-burst needs --rate, such as --rate 100/1m"},
	} {
		if p.wrong {
			errs = append(errs, errors.New(p.text))
		}
	}
	return errors.Join(errs...)
}

// timings returns the durations that the flags ask for.
func (o *options) timings() packetsim.Timings {
	var t packetsim.Timings
	if o.Timings == "realistic" {
		t = packetsim.RealisticTimings()
	}
	for _, x := range []struct{ d, with *time.Duration }{
		{&t.Queued, o.Queued},
		{&t.Addresses, o.Addresses},
		{&t.Provisioning, o.Provisioning},
		{&t.Action, o.Action},
		{&t.Deprovisioning, o.Deprovisioning},
		{&t.Failed, o.Failed},
		{&t.Hidden, o.Hidden},
		{&t.Reclaim, o.Reclaim},
		{&t.SessionDown, o.SessionDown},
		{&t.SessionUp, o.SessionUp},
		{&t.Discover, o.Discover},
		{&t.Refresh, o.Refresh},
		{&t.Approval, o.Approval},
	} {
		if x.with != nil {
			*x.d = *x.with
		}
	}
	return t
}
