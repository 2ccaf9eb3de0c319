package flow

import (
	"os/exec"
	"syscall"
)

func inOwnSession(cmd *exec.Cmd) { cmd.SysProcAttr.CreationFlags = syscall.CREATE_NEW_PROCESS_GROUP }
