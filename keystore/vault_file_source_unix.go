//go:build unix

package keystore

import (
	"context"
	"os/exec"
)

// shell is a command as a person would type it.
func shell(ctx context.Context, command string) *exec.Cmd {
	return exec.CommandContext(ctx, "sh", "-c", command)
}
