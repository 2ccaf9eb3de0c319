package keystore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

func TestWindowsErrorNumbersAreTold(t *testing.T) {
	for number, want := range map[syscall.Errno]error{
		1168: ErrNotFound, 5: ErrDenied, 1223: ErrDenied, 1312: ErrUnavailable, 1783: ErrTooBig, 87: ErrUnavailable,
	} {
		if got := classifyWindows(fmt.Errorf("CredWrite: %w", number)); !errors.Is(got, want) {
			t.Errorf("%d: %v, want %v", number, got, want)
		}
	}
}

func TestWhatTheLibrarySaysIsTold(t *testing.T) {
	for said, want := range map[error]error{
		nil: nil, keyring.ErrNotFound: ErrNotFound, keyring.ErrSetDataTooBig: ErrTooBig,
		keyring.ErrUnsupportedPlatform: ErrUnavailable, errors.New("odd\x1b]0;pwn\a"): ErrUnavailable,
	} {
		got := classified(said)
		if !errors.Is(got, want) || got != nil && strings.ContainsRune(got.Error(), 0x1b) {
			t.Errorf("%v: %v, want %v", said, got, want)
		}
	}
}

func TestOnlyNotFoundMeansThatThereIsNoSuchSecret(t *testing.T) {
	for _, err := range []error{
		ErrUnavailable, ErrNoBus, ErrNoProvider, ErrNoCollection, ErrNoDefault, ErrNoKeychainFile, ErrNoLogin, ErrLocked, ErrNoWindow, ErrDenied, ErrTimeout, ErrTooBig, ErrNotStored, ErrCorrupt,
	} {
		if errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
}

func TestAWriteThatMayStillLandIsNotTakenForRefused(t *testing.T) {
	for _, err := range []error{ErrTimeout, ErrUnavailable, ErrNotFound, context.Canceled, errors.New("odd")} {
		if refused(err) {
			t.Error(err)
		}
	}
}

func TestTheKeychainIsNotAskedForWhatItCannotTake(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	k := Keychain{}
	if err := k.Set(t.Context(), "a-1", NewSecret(strings.Repeat("x", maxItem+1))); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
	for _, account := range []string{"", "Acme", "-a", "a b", "a\n"} {
		if _, err := k.Get(t.Context(), account); !errors.Is(err, ErrDenied) {
			t.Errorf("%q: %v", account, err)
		}
	}
}

func TestScriptsWaitFiveSecondsAndPeopleAMinute(t *testing.T) {
	for k, want := range map[Keychain]time.Duration{
		{}: 5 * time.Second, {Prompt: true}: time.Minute, {Prompt: true, Limit: time.Second}: time.Second,
	} {
		if got := k.limit(); got != want {
			t.Errorf("%+v: %v", k, got)
		}
	}
	if k, ok := quiet(&Keychain{Prompt: true}).(Keychain); !ok || k.Prompt {
		t.Error("healing may prompt")
	}
}
