// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"container/heap"
	"time"
)

// A Step is a change of a record that happens by itself at some time.
type Step struct {
	// At is when the change happens.
	At time.Time `json:"at"`
	// To is what the record changes to: a state of a device, or a status of
	// a session or BGP configuration.
	To string `json:"to"`
}

// due returns how many of the steps lie at or before now.
func due(steps []Step, now time.Time) int {
	n := 0
	for n < len(steps) && !steps[n].At.After(now) {
		n++
	}
	return n
}

// A plan collects the steps of one life. A negative wait ends the plan: that
// step and all later ones never happen.
type plan struct {
	at    time.Time
	steps []Step
	never bool
}

func (p *plan) then(wait time.Duration, to string) *plan {
	if p.never || wait < 0 {
		p.never = true
		return p
	}
	p.at = p.at.Add(wait)
	p.steps = append(p.steps, Step{At: p.at, To: to})
	return p
}

// An alarm asks for a record to be looked at, at some time.
type alarm struct {
	at    time.Time
	table string
	id    string
}

// alarms is a heap of alarms, earliest first.
type alarms []alarm

func (a *alarms) Len() int           { return len(*a) }
func (a *alarms) Less(i, j int) bool { return (*a)[i].at.Before((*a)[j].at) }
func (a *alarms) Swap(i, j int)      { (*a)[i], (*a)[j] = (*a)[j], (*a)[i] }

// Push adds an alarm. It is for container/heap only.
func (a *alarms) Push(x any) {
	if next, ok := x.(alarm); ok {
		*a = append(*a, next)
	}
}

// Pop removes the last alarm. It is for container/heap only.
func (a *alarms) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}

// arm sets an alarm for the first of the steps.
func (a *alarms) arm(table, id string, steps []Step) {
	if len(steps) > 0 {
		heap.Push(a, alarm{at: steps[0].At, table: table, id: id})
	}
}

// ring removes and returns the earliest alarm at or before now.
func (a *alarms) ring(now time.Time) (alarm, bool) {
	if len(*a) == 0 || (*a)[0].at.After(now) {
		return alarm{}, false
	}
	x, ok := heap.Pop(a).(alarm)
	return x, ok
}
