// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster/process"
)

const (
	// startTimeout is some thirty times what a start takes.
	startTimeout = 90 * time.Second
	stopTimeout  = 15 * time.Second
	readyPeriod  = 20 * time.Millisecond
)

// A Companion is a program that runs beside the control plane: Crossplane's
// core or a function. It can be stopped or killed, and started again: then it
// finds what it had left. It is not safe for concurrent use.
type Companion struct {
	name string
	log  string
	// mark is a file that the program makes when it is ready.
	mark    string
	command func() *exec.Cmd
	process *process.Process
}

// Start starts the program and waits until it is ready. The context limits the
// start, not the life of the program: Stop and Kill end that, and so does the
// end of our process.
func (c *Companion) Start(ctx context.Context) error {
	if c.process != nil && c.process.Err() == nil {
		return fmt.Errorf("cannot start %s: it is running", c.name)
	}
	var err error
	c.process, err = launch(ctx, c.name, c.log, c.mark, c.command())
	return err
}

// Stop asks the program to end and waits for that. Stopping what has ended is
// no error.
func (c *Companion) Stop() error {
	if c.process == nil {
		return nil
	}
	return c.process.Stop(stopTimeout)
}

// Kill ends the program as a crash does.
func (c *Companion) Kill() error { return c.process.Kill() }

// PID returns the number of the program's process.
func (c *Companion) PID() int { return c.process.PID() }

// Err returns nil while the program runs, afterwards an error with the end of
// its log.
func (c *Companion) Err() error { return c.process.Err() }

// Log returns the path of the program's log, which a new start continues.
func (c *Companion) Log() string { return c.log }

// Tail returns the last lines of the log under the path of the whole.
func (c *Companion) Tail() string { return c.process.Tail() }

// launch starts a program and waits until it has made the file mark. The
// process of one that does not has ended when the error is returned.
func launch(ctx context.Context, name, log, mark string, cmd *exec.Cmd) (*process.Process, error) {
	// One that is left of an earlier run would make us think it is ready.
	if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot prepare the start of %s: %w", name, err)
	}
	p, err := process.Start(name, log, cmd)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ticker := time.NewTicker(readyPeriod)
	defer ticker.Stop()
	for {
		if _, err := os.Stat(mark); err == nil {
			return p, nil
		}
		select {
		case <-ticker.C:
		case <-p.Done():
			err := p.Err()
			return p, err
		case <-ctx.Done():
			return p, errors.Join(fmt.Errorf("%s is not ready: %w; %s", name, ctx.Err(), p.Tail()), p.Stop(stopTimeout))
		}
	}
}
