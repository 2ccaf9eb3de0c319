package keystore

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestThePassphraseCommandSpeaksOnItsFirstLine(t *testing.T) {
	need(t, "sh")
	dir := t.TempDir()
	if err := cheap(dir, KeySource{Command: "echo correct horse; echo more"}).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil {
		t.Error(err)
	}
	_, err := cheap(dir, KeySource{Command: "echo 'no such entry\x1b[2J' >&2; exit 3"}).Get(t.Context(), "a-1")
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: no such entry") {
		t.Error(err)
	}
}

func TestTheFirstKeySourceIsTheOnlyOne(t *testing.T) {
	asked := 0
	all := KeySource{
		KeyFile: put(t, "key", NewSealKey().Reveal()), Command: "exit 1", PassphraseFile: put(t, "pass", "file\n"),
		Prompt: func(context.Context, bool) (Secret, error) {
			asked++
			return NewSecret("prompt"), nil
		},
	}
	set := func(k KeySource) error {
		return cheap(t.TempDir(), k).Set(t.Context(), "a-1", NewSecret("x"))
	}
	if err := set(all); err != nil { // the command would fail
		t.Error(err)
	}
	all.KeyFile = ""
	if runtime.GOOS != "windows" {
		if err := set(all); err == nil { // it does, and nobody is asked instead
			t.Error("a command that failed was passed over")
		}
	}
	all.Command = ""
	if err := set(all); err != nil || asked != 0 {
		t.Errorf("asked %d times, %v", asked, err)
	}
	all.PassphraseFile = ""
	if err := set(all); err != nil || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
	all.Prompt = nil
	if err := set(all); !errors.Is(err, ErrNoKey) {
		t.Error(err)
	}
	if err := set(typed("")); !errors.Is(err, ErrNoKey) {
		t.Error(err)
	}
}

func TestTheEnvironmentNamesTheKeySources(t *testing.T) {
	for name, value := range map[string]string{"SFAUTH_KEY_FILE": "k", "SFAUTH_PASSPHRASE_COMMAND": "c", "SFAUTH_PASSPHRASE_FILE": "p"} {
		t.Setenv(name, value)
	}
	if k := KeysFromEnvironment(); k.KeyFile != "k" || k.Command != "c" || k.PassphraseFile != "p" || k.Prompt != nil {
		t.Errorf("%+v", k)
	}
}

func TestAKeySourceThatFailsIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for want, keys := range map[string]KeySource{
		"SFAUTH_KEY_FILE: open " + missing:          {KeyFile: missing},
		"SFAUTH_PASSPHRASE_FILE: open " + missing:   {PassphraseFile: missing},
		"SFAUTH_PASSPHRASE_FILE: the first line of": {PassphraseFile: put(t, "pass", "\nsecond line")},
		"SFAUTH_PASSPHRASE_COMMAND: exit status 3":  {Command: "exit 3"},
		"SFAUTH_PASSPHRASE_COMMAND: its first line": {Command: "exit 0"},
	} {
		err := cheap(t.TempDir(), keys).Set(t.Context(), "a-1", NewSecret("x"))
		if _, file := errors.AsType[*fs.PathError](err); !errors.Is(err, ErrNoKey) || !strings.Contains(err.Error(), want) || file || !refused(err) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
