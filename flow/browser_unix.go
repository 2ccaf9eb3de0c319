//go:build unix

package flow

import (
	"os/exec"
	"syscall"
)

func inOwnSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
