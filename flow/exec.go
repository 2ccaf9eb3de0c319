package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
)

// Exited is the exit code of a program that Exec has run, where not 0.
type Exited int

func (code Exited) Error() string { return fmt.Sprintf("it ended with exit code %d", int(code)) }

// CannotRun is why a program could not be started.
type CannotRun struct{ Err error }

func (c CannotRun) Error() string { return c.Err.Error() }
func (c CannotRun) Unwrap() error { return c.Err }

// ExitCode is what shells say then: 127 for one that is not there, 126 for one that
// cannot be executed.
func (c CannotRun) ExitCode() int {
	if errors.Is(c.Err, exec.ErrNotFound) || errors.Is(c.Err, fs.ErrNotExist) {
		return 127
	}
	return 126
}

// FindProgram returns a CannotRun for a program that Exec could not start.
func FindProgram(name string) error {
	if _, err := exec.LookPath(name); err != nil {
		return CannotRun{err}
	}
	return nil
}

// WithoutOurs is an environment without sfauth's own variables, which may name a
// key or a command that prints a passphrase: no child needs them.
func WithoutOurs(env []string) []string {
	kept := make([]string, 0, len(env))
	for _, kv := range env {
		if !strings.HasPrefix(strings.ToUpper(kv), "SFAUTH_") {
			kept = append(kept, kv)
		}
	}
	return kept
}
