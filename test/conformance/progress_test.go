// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// progress knows which acceptance tests are running.
type progress struct {
	mu      sync.Mutex
	running map[string]bool
	ended   int
}

func (p *progress) start(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[name] = true
}

func (p *progress) end(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, name)
	p.ended++
}

// wait returns when all tests have ended, and tells now and then which have not.
func (p *progress) wait(t *testing.T, tests *sync.WaitGroup) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		tests.Wait()
		close(done)
	}()
	began, tick := time.Now(), time.NewTicker(15*time.Second)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			p.mu.Lock()
			t.Logf("%3.0fs: %d acceptance tests have ended; running: %s", time.Since(began).Seconds(), p.ended, strings.Join(slices.Sorted(maps.Keys(p.running)), ", "))
			p.mu.Unlock()
		}
	}
}
