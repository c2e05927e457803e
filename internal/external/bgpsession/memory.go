// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// A memory holds values by key, and drops those that nobody asked for in a
// long time: not every session that is let go is known to be. It is safe for
// concurrent use.
type memory[K comparable, V any] struct {
	clock clock.PassiveClock
	idle  time.Duration

	mu     sync.Mutex
	swept  time.Time
	values map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	asked time.Time
}

func newMemory[K comparable, V any](now clock.PassiveClock, idle time.Duration) *memory[K, V] {
	return &memory[K, V]{clock: now, idle: idle, swept: now.Now(), values: map[K]remembered[V]{}}
}

// get returns the value of a key, and whether there is one.
func (m *memory[K, V]) get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.values[k]
	if ok {
		r.asked = m.clock.Now()
		m.values[k] = r
	}
	return r.value, ok
}

// set puts a value in the place of another.
func (m *memory[K, V]) set(k K, v V) { m.change(k, func(V) V { return v }) }

// change replaces the value of a key, the zero value if there is none, by what
// f makes of it. Nobody else changes it meanwhile.
func (m *memory[K, V]) change(k K, f func(V) V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	m.sweep(now)
	m.values[k] = remembered[V]{value: f(m.values[k].value), asked: now}
}

// drop forgets a key.
func (m *memory[K, V]) drop(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, k)
}

// sweep looks through all values, and therefore does so rarely.
func (m *memory[K, V]) sweep(now time.Time) {
	if now.Sub(m.swept) < m.idle {
		return
	}
	m.swept = now
	for k, r := range m.values {
		if now.Sub(r.asked) >= m.idle {
			delete(m.values, k)
		}
	}
}
