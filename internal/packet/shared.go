// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// idle is how long a shared value is kept without being asked for. It is much
// longer than any poll interval: a value that is dropped while a client still
// has it is merely not shared any more.
const idle = 12 * time.Hour

// shared holds one value for each key, and drops those that nobody asked for
// in a long time: tokens and CA bundles are rotated.
type shared[K comparable, V any] struct {
	clock clock.PassiveClock
	drop  func(V)

	mu     sync.Mutex
	values map[K]*sharedValue[V]
}

type sharedValue[V any] struct {
	value V
	asked time.Time
}

func newShared[K comparable, V any](c clock.PassiveClock, drop func(V)) *shared[K, V] {
	return &shared[K, V]{clock: c, drop: drop, values: map[K]*sharedValue[V]{}}
}

// get returns the value of a key, made if there is none.
func (s *shared[K, V]) get(k K, newValue func() V) V {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := s.clock.Now()
	v, ok := s.values[k]
	if !ok {
		s.sweep(now)
		v = &sharedValue[V]{value: newValue()}
		s.values[k] = v
	}
	v.asked = now
	return v.value
}

func (s *shared[K, V]) sweep(now time.Time) {
	for k, v := range s.values {
		if now.Sub(v.asked) > idle {
			s.drop(v.value)
			delete(s.values, k)
		}
	}
}
