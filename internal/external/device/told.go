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
	of map[place]map[string]bool
}

// A place is where a device is: an id means something at its endpoint only.
type place struct{ endpoint, id string }

func at(endpoint, id string) place { return place{endpoint: endpoint, id: strings.ToLower(id)} }

// news returns the steps that an owner was not told yet, and counts them as
// told.
func (t *told) news(p place, owner string, steps []string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, step := range steps {
		if t.of[p][owner+step] {
			continue
		}
		if t.of[p] == nil {
			t.of[p] = map[string]bool{}
		}
		t.of[p][owner+step] = true
		out = append(out, step)
	}
	return out
}

// forget drops what is known of a device that is let go.
func (t *told) forget(endpoint, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, at(endpoint, id))
}
