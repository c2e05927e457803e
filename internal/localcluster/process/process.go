// SPDX-License-Identifier: Apache-2.0

// Package process runs the programs that a demonstration or a test consists
// of: each writes its output into a log file, is stopped politely, does not
// outlive the program that started it, and says with the end of its log why it
// ended when nobody had asked it to.
package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// tailLines is how much of its log a process quotes in an error.
const tailLines = 20

// A Process is a program that was started.
type Process struct {
	name  string
	log   string
	cmd   *exec.Cmd
	stdin io.Closer
	done  chan struct{}
	err   error // How it ended; to be read once done is closed.
}

// Start starts cmd with its output appended to the file log. The name is for
// error messages. The command gets a process group of its own, so that an
// interrupt typed at the terminal reaches only us, who stop it in due order,
// and a standard input that ends when we do.
func Start(name, log string, cmd *exec.Cmd) (*Process, error) {
	if err := os.MkdirAll(filepath.Dir(log), 0o700); err != nil {
		return nil, fmt.Errorf("cannot create the folder of logs: %w", err)
	}
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // Named by the caller.
	if err != nil {
		return nil, fmt.Errorf("cannot open the log of %s: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // The process has its own handle.
	cmd.Stdout, cmd.Stderr = f, f
	cmd.SysProcAttr = attributes()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", name, err)
	}

	p := &Process{name: name, log: log, cmd: cmd, stdin: stdin, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux tells the child of the death of the thread that started it,
		// not of the process: this thread stays until the child has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", name, err)
	}
	return p, nil
}

// Name returns the name for error messages.
func (p *Process) Name() string { return p.name }

// Log returns the path of the log file.
func (p *Process) Log() string { return p.log }

// PID returns the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done returns a channel that is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns nil while the process runs, afterwards an error that says how it
// ended and quotes the end of its log.
func (p *Process) Err() error {
	select {
	case <-p.done:
		how := "it ended by itself"
		if p.err != nil {
			how = p.err.Error()
		}
		return fmt.Errorf("%s is not running: %s; %s", p.name, how, p.Tail())
	default:
		return nil
	}
}

// Tail returns the last lines of the log under the path of the whole.
func (p *Process) Tail() string {
	lines, err := tail(p.log, tailLines)
	if err != nil {
		return fmt.Sprintf("its log cannot be read: %v", err)
	}
	return fmt.Sprintf("the end of its log (%s):\n%s", p.log, lines)
}

// Stop asks the process to end, and ends it if it takes longer than grace. A
// process that has ended already is no error; one that had to be killed, or
// that ended with a failure after it was asked to stop, is.
func (p *Process) Stop(grace time.Duration) error {
	select {
	case <-p.done:
		return nil
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cannot stop %s: %w", p.name, err)
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s did not stop within %s and was killed; %s", p.name, grace, p.Tail())
	}
	if p.err != nil && !endedBy(p.err, syscall.SIGTERM) {
		return fmt.Errorf("%s did not stop cleanly: %w; %s", p.name, p.err, p.Tail())
	}
	return nil
}

// Kill ends the process as a crash does: it learns nothing of its end. A
// process that has ended already is no error.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cannot kill %s: %w", p.name, err)
	}
	<-p.done
	return nil
}

// endedBy says whether err is that of a process which a signal has ended.
func endedBy(err error, sig syscall.Signal) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == sig
}
