// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"k8s.io/utils/clock"
)

// DefaultPrefix is the path under which the API of Equinix Metal was served.
const DefaultPrefix = "/metal/v1"

// DefaultToken is the user token a server accepts unless Config says otherwise.
const DefaultToken = "packetsim-user-token"

// A Config describes a server. The zero value is a server that accepts
// DefaultToken, knows one user with one organization, and does everything
// without delay.
type Config struct {
	// Prefix is the path of the API, DefaultPrefix if empty. "/" serves it at
	// the root, as api.packet.net did.
	Prefix string

	// BareHrefs leaves the prefix out of the hrefs of resources, as in the
	// days of api.packet.net.
	BareHrefs bool

	// Token is the token of the default user, DefaultToken if empty.
	Token string

	// Seed is the initial state. Nothing but the default user and its
	// organization exists if it is nil.
	Seed *Seed

	// Data is a folder in which the state is kept across restarts, also across
	// those that come without warning. The state is in memory only if it is
	// empty. A Seed is applied to an empty folder only; see Server.Restored. A
	// Clock that is a Stepper goes on from the time that the folder has, if it is
	// later.
	Data string

	// TLS makes Start serve https, with a certificate of an authority that
	// exists for this server only: Sim.CABundle. It says nothing to New, whose
	// server is a handler; see SelfSigned.
	TLS bool

	// Timings are the durations of what takes time in the real service.
	Timings Timings

	// RateLimit is how many requests every API key may make. A request beyond it
	// answers 429 and has no effect, and meets no fault. The headers
	// X-RateLimit-Limit, -Remaining and -Reset are on every answer. There is
	// no limit, and there are no such headers, if it is zero.
	RateLimit RateLimit

	// Clock is the source of time: the real one if nil. Transitions of state
	// are evaluated when a request arrives, so a test moves the clock and then
	// simply asks again.
	Clock clock.Clock

	// Report is told, once each, that Data or LogTo cannot be written. Nobody is
	// told if it is nil. It must not call the server.
	Report func(error)

	// LogSize is how many requests are remembered, 100,000 if zero. They are
	// fewer if their paths, queries and bodies take more than 64 MiB.
	LogSize int

	// LogTo receives every request as a line of JSON, without bodies. Nothing
	// is written if it is nil.
	LogTo io.Writer
}

// Validate returns what is wrong with a prefix or a token that no client could
// use, an *InvalidError.
func (c Config) Validate() error {
	p := "/" + strings.Trim(c.Prefix, "/")
	if path.Clean(p) != p || (&url.URL{Path: p}).EscapedPath() != p {
		return invalid("prefix", c.Prefix, "a path of letters, digits and slashes, such as "+DefaultPrefix)
	}
	return checkSecret(cmp.Or(c.Token, DefaultToken))
}

// Timings are durations of the server's state machines. Zero means that the
// change is seen by the next request; a negative duration means that the change
// and those after it never happen by themselves.
type Timings struct {
	// Queued is how long a new device stays queued.
	Queued time.Duration `json:"queued,omitempty"`
	// Addresses is how long a device is provisioning before its addresses
	// appear, and before it accepts BGP sessions.
	Addresses time.Duration `json:"addresses,omitempty"`
	// Provisioning is how long a device with addresses takes to become active.
	Provisioning time.Duration `json:"provisioning,omitempty"`
	// Action is how long powering on, powering off, rebooting or reinstalling
	// takes.
	Action time.Duration `json:"action,omitempty"`
	// Deprovisioning is how long a deleted device can still be read.
	Deprovisioning time.Duration `json:"deprovisioning,omitempty"`
	// Failed is how long a device that failed to provision can still be read
	// before it answers 403.
	Failed time.Duration `json:"failed,omitempty"`
	// Hidden is how long a device that failed to provision answers 403 before
	// it answers 404. Zero leaves it at 403.
	Hidden time.Duration `json:"hidden,omitempty"`
	// Reclaim is how long a reserved machine cannot be used again after its
	// device is gone.
	Reclaim time.Duration `json:"reclaim,omitempty"`
	// SessionDown is how long the status of a new BGP session is unknown.
	SessionDown time.Duration `json:"sessionDown,omitempty"`
	// SessionUp is how long it then is down.
	SessionUp time.Duration `json:"sessionUp,omitempty"`
	// Discover is how long a discovery takes to refresh session statuses.
	Discover time.Duration `json:"discover,omitempty"`
	// Refresh is how often session statuses are refreshed without discovery.
	// Zero means that what SetSessionSpeaker tells is reported at once.
	Refresh time.Duration `json:"refresh,omitempty"`
	// Approval is how long a global BGP configuration is only requested.
	Approval time.Duration `json:"approval,omitempty"`
}

// RealisticTimings returns durations like those of the real service, shortened
// where nobody would want to wait: about a minute to an active device.
func RealisticTimings() Timings {
	return Timings{
		Queued:         2 * time.Second,
		Addresses:      8 * time.Second,
		Provisioning:   50 * time.Second,
		Action:         10 * time.Second,
		Deprovisioning: 5 * time.Second,
		Failed:         30 * time.Second,
		Hidden:         10 * time.Minute,
		Reclaim:        30 * time.Second,
		SessionDown:    11 * time.Second,
		SessionUp:      30 * time.Second,
		Discover:       20 * time.Second,
		Refresh:        6 * time.Hour,
		Approval:       48 * time.Hour,
	}
}
