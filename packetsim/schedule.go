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
	at time.Time
	of recordKey
	// place is where the alarm is in its queue.
	place int
}

// A recordKey names a record of any table.
type recordKey struct{ table, id string }

// alarms are the next alarms of all records: one for each, so that a record
// that changes often costs no more than one that never does.
type alarms struct {
	queue alarmQueue
	by    map[recordKey]*alarm
}

// arm sets the alarm of a record for the first of the steps, in place of the
// one it had. Without steps it has none.
func (a *alarms) arm(table, id string, steps []Step) {
	k := recordKey{table, id}
	x := a.by[k]
	switch {
	case len(steps) == 0 && x == nil:
	case len(steps) == 0:
		heap.Remove(&a.queue, x.place)
		delete(a.by, k)
	case x == nil:
		if a.by == nil {
			a.by = map[recordKey]*alarm{}
		}
		x = &alarm{at: steps[0].At, of: k}
		a.by[k] = x
		heap.Push(&a.queue, x)
	default:
		x.at = steps[0].At
		heap.Fix(&a.queue, x.place)
	}
}

// ring removes and returns the earliest alarm at or before now.
func (a *alarms) ring(now time.Time) (recordKey, bool) {
	if len(a.queue) == 0 || a.queue[0].at.After(now) {
		return recordKey{}, false
	}
	k := a.queue[0].of
	a.arm(k.table, k.id, nil)
	return k, true
}

// An alarmQueue is a heap of alarms, earliest first.
type alarmQueue []*alarm

func (q *alarmQueue) Len() int           { return len(*q) }
func (q *alarmQueue) Less(i, j int) bool { return (*q)[i].at.Before((*q)[j].at) }

// Swap exchanges two alarms.
func (q *alarmQueue) Swap(i, j int) {
	(*q)[i], (*q)[j] = (*q)[j], (*q)[i]
	(*q)[i].place, (*q)[j].place = i, j
}

// Push adds an alarm. It is for container/heap only.
func (q *alarmQueue) Push(x any) {
	if next, ok := x.(*alarm); ok {
		next.place = len(*q)
		*q = append(*q, next)
	}
}

// Pop removes the last alarm. It is for container/heap only.
func (q *alarmQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return x
}
