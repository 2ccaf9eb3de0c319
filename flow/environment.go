package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
)

// VariablePrefix is what the names of Environment usually begin with.
const VariablePrefix = "SALESFORCE_"

// Environment is a connection as variables for a program: prefix and ACCESS_TOKEN,
// INSTANCE_URL, ORG_ID, USER_ID, USERNAME, LOGIN_URL (SALESFORCE.md §7.2).
func Environment(a Access, domain Domain, prefix string) []string {
	c := a.Connection
	return []string{
		prefix + "ACCESS_TOKEN=" + a.Token.Reveal(),
		prefix + "INSTANCE_URL=" + c.InstanceURL,
		prefix + "ORG_ID=" + c.OrgID,
		prefix + "USER_ID=" + c.UserID,
		prefix + "USERNAME=" + c.Username,
		prefix + "LOGIN_URL=" + domain.URL(""),
	}
}

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
