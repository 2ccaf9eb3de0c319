//go:build unix

package keystore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zalando/go-keyring"
)

// standIn keeps items in its directory as security(1) would, notes what it was started
// with, and complains of something each time. Its beginning makes it misbehave.
func standIn(t *testing.T, beginning string) (s security, dir string) {
	t.Helper()
	dir = t.TempDir()
	path := filepath.Join(dir, "security")
	script := `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$@" >>arguments
echo "objc[7]: a class is implemented twice" >&2
` + beginning + `
[ "$1" = -i ] && read -r line && set -- $line
case $1 in
add-generic-password) echo "$8" >"item-$6" ;; # -U -s SERVICE -a ACCOUNT -w VALUE
find-generic-password) cat "item-$6" 2>/dev/null || exit 44 ;; # -s SERVICE -w -a ACCOUNT
delete-generic-password) [ -e "item-$5" ] || exit 44; rm "item-$5"; echo "password has been deleted." ;; # -s SERVICE -a ACCOUNT
*) exit 2 ;;
esac
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return security(path), dir
}

func TestWhatMacOSComplainsOfIsNoPartOfTheSecret(t *testing.T) {
	s, dir := standIn(t, "")
	ctx := t.Context()
	const value = "a secret\nof two lines, and é"
	if err := s.write(ctx, "a-1", value); err != nil {
		t.Fatal(err)
	}
	if got, err := s.read(ctx, "a-1"); err != nil || got != value {
		t.Errorf("%q, %v", got, err)
	}
	item, err := os.ReadFile(filepath.Join(dir, "item-a-1"))
	if err != nil || !strings.HasPrefix(string(item), encoded) {
		t.Errorf("go-keyring would not read %q: %v", item, err)
	}
	if err := s.delete(ctx, "a-1"); err != nil {
		t.Error(err)
	}
	for _, err := range []error{s.delete(ctx, "a-1"), func() error { _, err := s.read(ctx, "a-1"); return err }()} {
		if !errors.Is(classifyDarwin(err), ErrNotFound) {
			t.Error(err)
		}
	}
	arguments, err := os.ReadFile(filepath.Join(dir, "arguments"))
	if err != nil || strings.Contains(string(arguments), strings.TrimSpace(string(item))) {
		t.Errorf("the secret is an argument: %v", err)
	}
}

func TestASecretThatMacOSCannotGiveBackIsNotQuoted(t *testing.T) {
	for item, want := range map[string]error{"somebody else's": nil, encoded + "c2Vj!": ErrCorrupt} {
		s, dir := standIn(t, "")
		if err := os.WriteFile(filepath.Join(dir, "item-a"), []byte(item+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := s.read(t.Context(), "a")
		if !errors.Is(err, want) || err != nil && strings.Contains(err.Error(), "c2Vj") || err == nil && got != item {
			t.Errorf("%s: %q, %v", item, got, err)
		}
	}
	s, dir := standIn(t, "")
	if err := s.write(t.Context(), "a", strings.Repeat("x", maxCommand)); !errors.Is(err, keyring.ErrSetDataTooBig) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "arguments")); err == nil {
		t.Error("security was run for what its line cannot hold")
	}
	s, _ = standIn(t, `read -r line; echo "unknown command $line" >&2; exit 1`)
	if err := s.write(t.Context(), "a", "secret"); err == nil || strings.Contains(err.Error(), "unknown") {
		t.Error(err)
	}
}

func TestMacOSExitCodesAreTold(t *testing.T) {
	for status, want := range map[int]error{ // OSStatus
		-25300: ErrNotFound, -25308: ErrLocked, -25320: ErrNoWindow, -25315: ErrNoWindow, -25293: ErrDenied, -128: ErrDenied,
		-25299: ErrDenied, -25292: ErrDenied, -61: ErrDenied, 100000 + 1: ErrDenied, 100000 + 13: ErrDenied, 100000 + 30: ErrDenied,
		-25307: ErrNoDefault, -25295: ErrNoKeychainFile, -25294: ErrNoKeychainFile, -25291: ErrNoLogin, 1: ErrUnavailable, 2: ErrUnavailable,
	} {
		s, _ := standIn(t, fmt.Sprintf("echo security: a reason >&2; exit %d", status&0xff))
		_, read := s.read(t.Context(), "a")
		for _, err := range []error{read, s.write(t.Context(), "a", "1"), s.delete(t.Context(), "a")} {
			if got := classifyDarwin(err); word(got) != word(want) {
				t.Errorf("%d (%v): %v, want %v", status, err, got, want)
			}
		}
		if !strings.Contains(read.Error(), "a reason") {
			t.Errorf("%v says no reason", read)
		}
	}
	if _, err := security("/nonexistent").read(t.Context(), "a"); word(classifyDarwin(err)) != "ErrUnavailable" {
		t.Error(err)
	}
}

// Else its window stays in front of the person, and an answer would change what nobody
// expects any more.
func TestWhatNobodyWaitsForAnyMoreIsEndedWithAllThatItStarted(t *testing.T) {
	s, dir := standIn(t, "exec 3>alive; sleep 1000 & wait")
	alive := filepath.Join(dir, "alive")
	if err := syscall.Mkfifo(alive, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.delete(ctx, "a") }()
	whoever, err := os.Open(alive) // once somebody lives who holds its other end
	if err != nil {
		t.Fatal(err)
	}
	defer whoever.Close()
	leave()
	if err := <-ended; err == nil {
		t.Error("it was done")
	}
	if _, err := io.ReadAll(whoever); err != nil { // the end of the last of them
		t.Error(err)
	}
}
