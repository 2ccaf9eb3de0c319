package keystore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// KeySource says where the key of a File comes from. The first field that is set is used;
// where it fails no other is tried.
type KeySource struct {
	KeyFile        string // holds an age identity
	Command        string // for the shell; prints a passphrase on its first line
	PassphraseFile string // has a passphrase on its first line

	// Prompt asks a person for the passphrase, and twice for a fresh one, which protects
	// nothing yet: ErrDiffer where the two differ. nil: there is no person to ask.
	Prompt func(ctx context.Context, fresh bool) (Secret, error)
}

// Unattended tells whether there is a source that asks no person.
func (k KeySource) Unattended() bool {
	return k.KeyFile != "" || k.Command != "" || k.PassphraseFile != ""
}

// The variables that name them.
const (
	envKeyFile = "SFAUTH_KEY_FILE"
	envCommand = "SFAUTH_PASSPHRASE_COMMAND"
	envFile    = "SFAUTH_PASSPHRASE_FILE"
)

// KeysFromEnvironment reads SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND and
// SFAUTH_PASSPHRASE_FILE.
func KeysFromEnvironment() KeySource {
	return KeySource{
		KeyFile:        os.Getenv(envKeyFile),
		Command:        os.Getenv(envCommand),
		PassphraseFile: os.Getenv(envFile),
	}
}

// passphrase returns ErrNoKey where there is no source or nothing to be had from it, an
// *ExposedError for a file that another user can read, and what Prompt returns.
func (k KeySource) passphrase(ctx context.Context, fresh bool) (Secret, error) {
	var text Secret
	var err error
	none := ErrNoKey
	switch {
	case k.Command != "":
		text, err = output(ctx, k.Command)
		none = noKey(envCommand, "its first line is empty")
	case k.PassphraseFile != "":
		text, err = content(envFile, k.PassphraseFile)
		none = noKey(envFile, "the first line of "+k.PassphraseFile+" is empty")
	case k.Prompt != nil:
		text, err = k.Prompt(ctx, fresh)
	}
	if err != nil {
		return Secret{}, err
	}
	first, err := Typed([]byte(text.Reveal()))
	switch {
	case err != nil:
		return Secret{}, fmt.Errorf("%w: the passphrase cannot be used: %w", ErrNoKey, err)
	case first == "":
		return Secret{}, none
	}
	return NewSecret(first), nil
}

// noKey says which variable names a source that gives no key, and why. It does not wrap the
// error of a file, because that file is the user's, and not sfauth's.
func noKey(variable, why string) error {
	return fmt.Errorf("%w: %s: %s", ErrNoKey, variable, Clean(why, 400))
}

// content is what the file has in it that a variable names. It returns an *ExposedError
// where another user may read that file, else ErrNoKey.
func content(variable, path string) (Secret, error) {
	f, err := openKey(path)
	var data []byte
	if err == nil {
		defer f.Close()
		data, err = io.ReadAll(f)
	}
	if err != nil && !errors.Is(err, ErrExposed) {
		err = noKey(variable, err.Error())
	}
	return NewSecret(string(data)), err
}

// output is what the person's own command prints. The command gets no input, since the
// wizard reads the terminal. A process that it leaves running, such as an agent, is waited
// for at most 1 s. It returns ErrNoKey, or the cause of ctx.
func output(ctx context.Context, command string) (Secret, error) {
	cmd := shell(ctx, command)
	cmd.WaitDelay = time.Second
	var told bytes.Buffer
	cmd.Stderr = &told
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrWaitDelay):
		err = nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case err != nil:
		err = noKey(envCommand, err.Error()+": "+told.String())
	}
	return NewSecret(string(out)), err
}
