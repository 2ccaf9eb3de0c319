//go:build unix

package cluster

import (
	"os/exec"
	"syscall"
)

func as(cmd *exec.Cmd) {
	if uid, gid, other := owner(); other {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
}
