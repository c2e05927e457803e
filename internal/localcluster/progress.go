// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progressPeriod is how often a long step says that it is still at work.
const progressPeriod = 10 * time.Second

// Progress is how far a long step has come.
type Progress struct {
	// Step is what is done, for instance "building devcluster".
	Step string
	// Elapsed is the time since the step began.
	Elapsed time.Duration
	// Estimate is what the whole step takes at most on a machine with two
	// cores, zero if that is not known.
	Estimate time.Duration
	// Done is set by the last report of a step.
	Done bool
}

// Report receives the progress of long steps: at their begin, every few
// seconds, and at their end. It is called from one goroutine at a time.
type Report func(Progress)

// ReportTo returns a Report that writes one line each time.
func ReportTo(w io.Writer) Report {
	return func(p Progress) {
		switch {
		case p.Done:
			fmt.Fprintf(w, "%s: done after %s\n", p.Step, p.Elapsed.Round(100*time.Millisecond)) //nolint:errcheck // Nobody to tell.
		case p.Elapsed == 0:
			fmt.Fprintf(w, "%s (up to %s)\n", p.Step, p.Estimate) //nolint:errcheck // Nobody to tell.
		default:
			fmt.Fprintf(w, "%s: %s of up to %s\n", p.Step, p.Elapsed.Round(time.Second), p.Estimate) //nolint:errcheck // Nobody to tell.
		}
	}
}

// begin reports a step until the function it returns is called.
func (r Report) begin(step string, estimate time.Duration) (end func()) {
	if r == nil {
		return func() {}
	}
	began := time.Now()
	r(Progress{Step: step, Estimate: estimate})
	ended := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(progressPeriod)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r(Progress{Step: step, Elapsed: time.Since(began), Estimate: estimate})
			case <-ended:
				return
			}
		}
	})
	return func() {
		close(ended)
		wg.Wait()
		r(Progress{Step: step, Elapsed: time.Since(began), Estimate: estimate, Done: true})
	}
}
