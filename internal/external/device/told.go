// SPDX-License-Identifier: Apache-2.0

package device

import (
	"strings"
	"sync"
)

// told is what was told of devices as events. Status says the same, which also
// holds after a restart; but a write of status can fail, or be read too late.
type told struct {
	mu sync.Mutex
	of map[place]map[note]bool
}

// A place is where a device is: an id means something at its endpoint only.
type place struct{ endpoint, id string }

func at(endpoint, id string) place { return place{endpoint: endpoint, id: strings.ToLower(id)} }

// A note is what an owner was told: that a device completed a step, in the words
// of the API, or that it came into a state. One of both is empty.
type note struct{ owner, step, state string }

// first reports whether a note of a device is news, and counts it as told.
func (t *told) first(p place, n note) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of[p][n] {
		return false
	}
	if t.of[p] == nil {
		t.of[p] = map[note]bool{}
	}
	t.of[p][n] = true
	return true
}

// forget drops what is known of a device that is let go.
func (t *told) forget(endpoint, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, at(endpoint, id))
}
