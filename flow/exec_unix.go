//go:build unix

package flow

import (
	"os/exec"
	"strings"
	"syscall"

	"sfauth/flow/export"
)

// Exec puts a program in place of this one: signals, terminal and exit code are then those
// of the program. It returns only a CannotRun, when the program cannot be started. Of a
// variable that is in env twice the last counts. (On Windows it waits for the end of the
// program.)
func Exec(argv, env []string) error {
	cmd := command(argv)
	cmd.Env = env
	if cmd.Err != nil {
		return CannotRun{cmd.Err}
	}
	return CannotRun{syscall.Exec(cmd.Path, cmd.Args, cmd.Environ())} // Environ drops doubles, of which getenv would find the first
}

// command is a program with its arguments.
func command(argv []string) *exec.Cmd { return exec.Command(argv[0], argv[1:]...) }

// CommandLine is a program with its arguments as a POSIX shell reads them.
func CommandLine(argv ...string) string {
	quoted := make([]string, len(argv))
	for i, arg := range argv {
		quoted[i] = export.Word(arg)
	}
	return strings.Join(quoted, " ")
}
