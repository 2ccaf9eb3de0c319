package flow

import (
	"errors"
	"os"
	"os/exec"
)

// Exec runs a program and returns Exited when that has failed. Windows sends ctrl+c to
// both, and it is the program's to say what it means.
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
