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

	"sfauth/keystore"
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
func ToAskAgain(env []string) []string { return handedOn(env, ourVariables) }

// ToReachDatabase are the variables besides, without which a child that inherits nothing
// could not ask for a connection in PostgreSQL.
func ToReachDatabase(env []string) []string { return handedOn(env, databaseVariables) }

// What is handed on, and whether it is the path of a file. Of libpq's these are the variables
// that say where a database is and how to get there.
var (
	ourVariables = map[string]bool{
		"SFAUTH_HOME": true, "SFAUTH_KEY_FILE": true, "SFAUTH_PASSPHRASE_FILE": true, "XDG_CONFIG_HOME": true, "SFAUTH_POSTGRES": false,
	}
	databaseVariables = map[string]bool{
		"PGHOST": false, "PGHOSTADDR": false, "PGPORT": false, "PGDATABASE": false, "PGUSER": false, "PGPASSFILE": true, "PGSERVICE": false, "PGSERVICEFILE": true,
		"PGSSLMODE": false, "PGSSLROOTCERT": true, "PGSSLCERT": true, "PGSSLKEY": true, "PGTARGETSESSIONATTRS": false,
	}
)

// handedOn are the variables of these names that have a value, and no secret in it. A path is
// whole, since the child may be in another directory.
func handedOn(env []string, names map[string]bool) (handed []string) {
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		isPath, known := names[strings.ToUpper(name)]
		if !known || value == "" || leadsToSecret(name, value) {
			continue
		}
		if whole, err := filepath.Abs(value); isPath && err == nil && value != "system" { // libpq's word for the system's certificates
			value = whole
		}
		handed = append(handed, name+"="+value)
	}
	return handed
}

// KeptBack names the variables by which sfauth asks for a connection here, and which are not
// handed on: each is a secret, or leads to one.
func KeptBack(env []string, conn keystore.Connection) (names []string) {
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		forFile := strings.ToUpper(name) == "SFAUTH_PASSPHRASE_COMMAND" && conn.Store == "file"
		if value != "" && leadsToSecret(name, value) && (forFile || conn.Store == keystore.PostgresKind) {
			names = append(names, name)
		}
	}
	return names
}

func leadsToSecret(name, value string) bool {
	switch strings.ToUpper(name) {
	case "PGPASSWORD", "PGSSLPASSWORD", "SFAUTH_PASSPHRASE_COMMAND":
		return true
	case "SFAUTH_POSTGRES":
		return hasPassword(value)
	}
	return false
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
