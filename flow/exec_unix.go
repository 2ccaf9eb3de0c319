//go:build unix

package flow

import (
	"os/exec"
	"syscall"
)

// Exec puts a program in place of this one: signals, terminal and exit code are
// then its own. It returns only when the program cannot be started. Of a variable
// that is in env twice the last counts. Where no program can take another's place
// it waits for its end, and returns Exited unless all went well.
func Exec(argv, env []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	if cmd.Err != nil {
		return CannotRun{cmd.Err}
	}
	return CannotRun{syscall.Exec(cmd.Path, cmd.Args, cmd.Environ())} // which getenv reads from its beginning
}
