package keystore

import (
	"context"
	"os/exec"
	"syscall"
)

// shell is a command as a person would type it. cmd takes what is between the outer quotation
// marks as it stands, and knows no \" as Go would write for the others.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /d /s /c "` + command + `"`}
	return cmd
}
