package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// Program is the path by which another program starts this one: as PATH has it, where that
// is this one, since what is behind its link moves with each version that a package manager
// installs.
func Program() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath("sfauth"); err == nil && isSameFile(found, self) {
		return filepath.Abs(found)
	}
	return self, nil
}

func isSameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// WithoutOurs is an environment without sfauth's own variables, which may name a
// key or a command that prints a passphrase: no child needs them.
func WithoutOurs(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool { return strings.HasPrefix(strings.ToUpper(kv), "SFAUTH_") })
}

// ToAskAgain are the variables by which sfauth finds its files and its database, without which
// a child could not ask it for another access token. None of them is a secret: a database's
// address that has a password in it stays here.
func ToAskAgain(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		name, value, _ := strings.Cut(kv, "=")
		switch strings.ToUpper(name) {
		case "SFAUTH_HOME", "SFAUTH_KEY_FILE", "SFAUTH_PASSPHRASE_FILE", "XDG_CONFIG_HOME":
			return false
		case "SFAUTH_POSTGRES":
			return hasPassword(value)
		}
		return true
	})
}

// databaseVariables are those of libpq's that say where a database is and how to get there,
// none of which is a secret.
var databaseVariables = []string{
	"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE",
	"PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGTARGETSESSIONATTRS",
}

// ToReachDatabase are the variables besides, without which a child that inherits nothing
// could not ask for a connection in PostgreSQL.
func ToReachDatabase(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		name, value, _ := strings.Cut(kv, "=")
		return value == "" || !slices.Contains(databaseVariables, strings.ToUpper(name))
	})
}

// hasPassword tells whether the address of a database has one in it, as a URL or as NAME=value.
func hasPassword(database string) bool {
	u, err := url.Parse(database)
	if err != nil { // nobody knows
		return true
	}
	_, has := u.User.Password()
	return has || strings.Contains(strings.ToLower(database), "password")
}
