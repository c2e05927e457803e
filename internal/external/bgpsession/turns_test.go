// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := &turns[string]{}
		first, err := turns.take(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}

		impatient, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var order []string
		var mu sync.Mutex
		note := func(s string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, s)
		}
		wg.Go(func() {
			if _, err := turns.take(impatient, "k"); !errors.Is(err, context.Canceled) {
				t.Errorf("who is called off: got %v, want %v", err, context.Canceled)
			}
			note("called off")
		})
		wg.Go(func() {
			done, err := turns.take(t.Context(), "k")
			if err != nil {
				t.Errorf("who waits: %v", err)
				return
			}
			note("served")
			done()
		})
		synctest.Wait()
		if len(order) != 0 || turns.keys["k"].users != 3 {
			t.Errorf("while the key is held: %v, %d users", order, turns.keys["k"].users)
		}
		cancel()
		synctest.Wait()
		if len(order) != 1 || order[0] != "called off" {
			t.Errorf("who is called off goes at once: %v", order)
		}
		first()
		wg.Wait()
		if len(order) != 2 || order[1] != "served" {
			t.Errorf("who waits is served once the key is free: %v", order)
		}
		if len(turns.keys) != 0 {
			t.Errorf("keys that nobody wants are held: %v", turns.keys)
		}
	})
}

func TestTurnsUnderLoad(t *testing.T) {
	turns := &turns[int]{}
	counts := make([]int, 3) // A race, if two have the same key.
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%2 == 0 {
				cancel()
			}
			done, err := turns.take(ctx, i%3)
			if err != nil {
				return
			}
			defer done()
			counts[i%3]++
		})
	}
	wg.Wait()
	for k, n := range counts {
		// Those who are called off may be served if the key is free.
		if n < 50 || n > 100 {
			t.Errorf("key %d was had %d times, want 50 to 100", k, n)
		}
	}
	if len(turns.keys) != 0 {
		t.Errorf("%d keys are held in the end", len(turns.keys))
	}
}
