package flow

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Exec runs a program to its end: nil, Exited with its exit code where that is not 0, or a
// CannotRun. Windows sends ctrl+c to both processes; the program decides what it means.
func Exec(argv, env []string) error {
	defer holdSignals()()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return Exited(failed.ExitCode())
	}
	if err != nil {
		err = CannotRun{err}
	}
	return err
}

// CommandLine is a program with its arguments as Windows starts them.
func CommandLine(argv ...string) string {
	escaped := make([]string, len(argv))
	for i, arg := range argv {
		escaped[i] = syscall.EscapeArg(arg)
	}
	return strings.Join(escaped, " ")
}
