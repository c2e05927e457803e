// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"sync"
)

// Turns let one goroutine at a time have a key. They hold nothing for keys that
// nobody has or waits for.
type turns[K comparable] struct {
	mu   sync.Mutex
	keys map[K]*turn
}

type turn struct {
	free  chan struct{} // holds one value while nobody has the key
	users int           // who have the key or wait for it
}

// take waits for the key until the context ends. Done, which must be called
// once, gives the key back.
func (t *turns[K]) take(ctx context.Context, k K) (done func(), err error) {
	entry := t.enter(k)
	select {
	case <-entry.free:
		return func() {
			entry.free <- struct{}{}
			t.leave(k, entry)
		}, nil
	case <-ctx.Done():
		t.leave(k, entry)
		return nil, ctx.Err()
	}
}

func (t *turns[K]) enter(k K) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	entry, ok := t.keys[k]
	if !ok {
		entry = &turn{free: make(chan struct{}, 1)}
		entry.free <- struct{}{}
		if t.keys == nil {
			t.keys = map[K]*turn{}
		}
		t.keys[k] = entry
	}
	entry.users++
	return entry
}

func (t *turns[K]) leave(k K, entry *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	entry.users--
	if entry.users == 0 {
		delete(t.keys, k)
	}
}
