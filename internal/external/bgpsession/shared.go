// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"cmp"
	"math/rand/v2"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
)

// Options of the kind. The zero value of a field means its default, if it has
// one.
type Options struct {
	// StatusAge is how old the API's word on the sessions of a project may be
	// before it is asked to read the routers. 0 turns that off.
	StatusAge time.Duration
	// NeighborsAge is about how often the neighbours of a session are read
	// although nothing hints at a change. Default 10 min.
	NeighborsAge time.Duration
	// Window is how long a session is not created on another device after a
	// creation of which it is not known whether it made one. On the same device
	// there is nothing to wait for, for the API refuses a second one. Default
	// 10 min.
	Window time.Duration
	// Clock defaults to the real one.
	Clock clock.PassiveClock
	// Logger receives, at debug level, what failed and does no harm. Default:
	// none.
	Logger logging.Logger
	// Random returns a number in [0, 1). Default math/rand/v2.Float64.
	Random func() float64
}

// minIdle is how long at least something is remembered that nobody asks for.
const minIdle = 2 * time.Hour

// shared is what the operations of all connections have in common. All ids are
// those of an endpoint: different ones may use the same.
type shared struct {
	Options

	creations   turns[place]                // by device
	peerings    *memory[place, peerings]    // by session
	discoveries *memory[place, discovery]   // by project
	homes       *memory[place, string]      // the project, by device
	failures    *memory[attempt, time.Time] // the last, by device or project
}

func newShared(o Options) *shared {
	o.NeighborsAge = cmp.Or(o.NeighborsAge, 10*time.Minute)
	o.Window = cmp.Or(o.Window, 10*time.Minute)
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Logger == nil {
		o.Logger = logging.NewNopLogger()
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	idle := max(minIdle, 2*o.StatusAge, 2*o.NeighborsAge)
	return &shared{
		Options:     o,
		peerings:    newMemory[place, peerings](o.Clock, idle),
		discoveries: newMemory[place, discovery](o.Clock, idle),
		homes:       newMemory[place, string](o.Clock, idle),
		failures:    newMemory[attempt, time.Time](o.Clock, idle),
	}
}

// spread returns a duration in [from, to).
func (s *shared) spread(from, to time.Duration) time.Duration {
	return from + time.Duration(s.Random()*float64(to-from))
}

// forget drops what is remembered of a session that is gone, or that nobody
// manages any more.
func (s *shared) forget(endpoint, id string) {
	s.peerings.drop(place{endpoint, strings.ToLower(id)})
}
