package flow

import (
	"errors"
	"os"
	"os/exec"
)

// Exec runs a program and ends this one with its exit code. It returns only when
// the program cannot be started. Windows sends ctrl+c to both.
func Exec(argv, env []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if failed := new(exec.ExitError); err == nil || errors.As(err, &failed) {
		os.Exit(cmd.ProcessState.ExitCode())
	}
	return err
}
