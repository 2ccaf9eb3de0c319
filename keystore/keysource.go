package keystore

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// KeySource says where the key of a File comes from. The first that is set is used,
// and no other when it fails.
type KeySource struct {
	KeyFile        string // holds an age identity
	Command        string // for the shell; prints a passphrase on its first line
	PassphraseFile string // has a passphrase on its first line

	// Prompt asks a person, twice when fresh: the passphrase is then a new one.
	// nil: there is nobody to ask.
	Prompt func(ctx context.Context, fresh bool) (Secret, error)
}

// KeysFromEnvironment reads SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND and
// SFAUTH_PASSPHRASE_FILE.
func KeysFromEnvironment() KeySource {
	return KeySource{
		KeyFile:        os.Getenv("SFAUTH_KEY_FILE"),
		Command:        os.Getenv("SFAUTH_PASSPHRASE_COMMAND"),
		PassphraseFile: os.Getenv("SFAUTH_PASSPHRASE_FILE"),
	}
}

// Given reports whether there is a source that needs no person.
func (k KeySource) Given() bool {
	return k.KeyFile != "" || k.Command != "" || k.PassphraseFile != ""
}

// passphrase returns ErrNoKey when there is no source or nothing in it.
func (k KeySource) passphrase(ctx context.Context, fresh bool) (Secret, error) {
	var text Secret
	var err error
	switch {
	case k.Command != "":
		text, err = output(ctx, k.Command)
	case k.PassphraseFile != "":
		var data []byte
		data, err = os.ReadFile(k.PassphraseFile)
		text = NewSecret(string(data))
	case k.Prompt != nil:
		text, err = k.Prompt(ctx, fresh)
	}
	if err != nil {
		return Secret{}, err
	}
	first, _, _ := strings.Cut(text.Reveal(), "\n")
	first = strings.TrimSuffix(first, "\r")
	if first == "" {
		return Secret{}, ErrNoKey
	}
	return NewSecret(first), nil
}

// output runs a command of the person's own choosing. It gets no input: the terminal
// belongs to us.
func output(ctx context.Context, command string) (Secret, error) {
	shell := []string{"sh", "-c"}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/C"}
	}
	cmd := exec.CommandContext(ctx, shell[0], shell[1], command)
	var told bytes.Buffer
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("the passphrase command failed: %w: %s", err, Clean(told.String(), 200))
	}
	return NewSecret(string(out)), err
}
