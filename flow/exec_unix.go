//go:build unix

package flow

import (
	"os/exec"
	"syscall"
)

// Exec puts a program in place of this one: signals, terminal and exit code are then those
// of the program. It returns only a CannotRun, when the program cannot be started. Of a
// variable that is in env twice the last counts. (On Windows it waits for the end of the
// program.)
func Exec(argv, env []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	if cmd.Err != nil {
		return CannotRun{cmd.Err}
	}
	return CannotRun{syscall.Exec(cmd.Path, cmd.Args, cmd.Environ())} // Environ drops doubles, of which getenv would find the first
}
