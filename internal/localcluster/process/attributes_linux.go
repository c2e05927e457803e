// SPDX-License-Identifier: Apache-2.0

package process

import "syscall"

// attributes put a process into a group of its own and have it told to stop
// when we die, even if we are killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
