// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
)

func TestMemory(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(start)
	m := newMemory[string, int](clock, time.Hour)
	after := func(d time.Duration) { clock.SetTime(start.Add(d)) }
	known := func() map[string]int {
		out := map[string]int{}
		for k, r := range m.values {
			out[k] = r.value
		}
		return out
	}
	steps := []struct {
		reason string
		do     func()
		want   map[string]int
	}{
		{"a value that is set is known", func() { m.set("a", 1); m.set("b", 2) }, map[string]int{"a": 1, "b": 2}},
		{"a value is changed in place, one that is missing from nothing", func() {
			m.change("a", func(i int) int { return i + 10 })
			m.change("c", func(i int) int { return i + 10 })
		}, map[string]int{"a": 11, "b": 2, "c": 10}},
		{"a value that is dropped is not known", func() { m.drop("c"); m.drop("d") }, map[string]int{"a": 11, "b": 2}},
		{"what was asked for lately stays, what was not goes", func() {
			after(59 * time.Minute)
			if v, ok := m.get("a"); !ok || v != 11 {
				t.Errorf("got %d, %t", v, ok)
			}
			after(time.Hour)
			m.set("e", 5)
		}, map[string]int{"a": 11, "e": 5}},
		{"what is missing is not remembered for being asked for", func() {
			if _, ok := m.get("b"); ok {
				t.Error("b is known")
			}
		}, map[string]int{"a": 11, "e": 5}},
		{"everything goes in the end", func() { after(24 * time.Hour); m.set("f", 6) }, map[string]int{"f": 6}},
	}
	for _, s := range steps {
		s.do()
		if diff := cmp.Diff(s.want, known()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", s.reason, diff)
		}
	}
}
