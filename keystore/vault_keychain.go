package keystore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// service is what sfauth's items are filed under in the keychain.
const service = "sfauth"

// Keychain is the OS keychain behind one guarded door, since go-keyring, and security on
// macOS, have no deadline, prompt at will and, on Linux, can crash with the session bus.
type Keychain struct {
	Prompt bool          // the OS may ask the person to unlock; otherwise locked is ErrLocked
	Limit  time.Duration // for one call, once it is its turn; zero: 60 s with prompts, 5 s without
}

// Kind is "keychain".
func (Keychain) Kind() string { return "keychain" }

// Describe names the program and the keyring, as in `GNOME Keyring, "Login"`. It starts
// nothing, asks no person, and takes at most 1 s.
func (Keychain) Describe(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return describe(ctx)
}

// Quiet is the same keychain for what nobody waits for: no prompts, 5 s.
func (Keychain) Quiet() Vault { return Keychain{} }

// Unlock has the OS ask the person, if it may and has to: a read does that, of an account
// that is not there as well.
func (k Keychain) Unlock(ctx context.Context, account string) error {
	if !k.Prompt {
		return nil
	}
	if account == "" {
		account = newAccount("probe")
	}
	_, err := k.Get(ctx, account)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Get returns the errors of a vault (ErrNotFound and below), or the cause of ctx.
func (k Keychain) Get(ctx context.Context, account string) (Secret, error) {
	return guarded(ctx, k, account, func(ctx context.Context, _ string) (Secret, error) {
		value, err := readItem(ctx, account)
		return NewSecret(value), classified(err)
	})
}

// Set writes and reads back: a prompt that was dismissed makes go-keyring report
// success with nothing stored. What cannot be read back may be there all the same.
func (k Keychain) Set(ctx context.Context, account string, s Secret) error {
	if len(s.Reveal()) > maxItem {
		return ErrTooBig
	}
	_, err := guarded(ctx, k, account, func(ctx context.Context, item string) (struct{}, error) {
		if err := classified(writeItem(ctx, account, item, s.Reveal())); err != nil {
			return struct{}{}, err
		}
		back, err := readItem(ctx, account)
		err = classified(err)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && !NewSecret(back).Equal(s):
			err = ErrNotStored
		case err != nil:
			err = because(ErrUnavailable, err)
		}
		return struct{}{}, err
	})
	return err
}

// ForOthers returns ErrAsksFirst where a person would be asked about another program that
// reads an account, which is there, and the errors of Get.
func (k Keychain) ForOthers(ctx context.Context, account string) error {
	_, err := guarded(ctx, k, account, func(ctx context.Context, _ string) (struct{}, error) {
		return struct{}{}, forOthers(ctx, account)
	})
	return err
}

// Delete returns the errors of Get.
func (k Keychain) Delete(ctx context.Context, account string) error {
	_, err := guarded(ctx, k, account, func(ctx context.Context, _ string) (struct{}, error) {
		return struct{}{}, classified(deleteItems(ctx, account))
	})
	return err
}

// deleteItems deletes the account's item, and the copies that a person has made of it in the
// keychain's own program: each call takes the first there is.
func deleteItems(ctx context.Context, account string) error {
	err := deleteItem(ctx, account)
	for range 100 {
		if err != nil || ctx.Err() != nil || deleteItem(ctx, account) != nil {
			break
		}
	}
	return err
}

func (k Keychain) limit() time.Duration {
	switch {
	case k.Limit > 0:
		return k.Limit
	case k.Prompt:
		return time.Minute
	}
	return 5 * time.Second
}

// door lets one call at a time through. A call that has exceeded its limit keeps the door
// until it returns: two calls at once would share one bus connection, and a late write
// could overtake a new one.
var door = make(chan struct{}, 1)

// entered is when somebody last went through, in time since began.
var (
	entered atomic.Int64
	began   = time.Now()
)

// enter waits for its turn as long as others have theirs: the limit begins anew with
// each that enters, and ends the wait for one that does not come out.
func enter(ctx context.Context, limit time.Duration) error {
	for wait := limit; wait > 0; wait = limit - time.Since(began) + time.Duration(entered.Load()) {
		select {
		case door <- struct{}{}:
			entered.Store(int64(time.Since(began)))
			return nil
		case <-ctx.Done():
			return late(ctx)
		case <-time.After(wait):
		}
	}
	return ErrTimeout
}

// guarded runs one call of the keychain in a goroutine of its own, under k's limit, which
// ends the call's ctx: go-keyring takes no notice of that. item is the account's, as the
// keychain names it, where it had to be looked for.
func guarded[T any](ctx context.Context, k Keychain, account string, call func(ctx context.Context, item string) (T, error)) (T, error) {
	var none T
	if !legal(account, maxAccount) {
		return none, fmt.Errorf("%w: %q is no account name", ErrDenied, Clean(account, 100))
	}
	if err := enter(ctx, k.limit()); err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, k.limit(), ErrTimeout)
	defer cancel()
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	windows := make(chan struct{})
	asks := func() {
		select {
		case windows <- struct{}{}:
		case <-ctx.Done():
		}
	}
	go func() {
		var a answer
		defer func() {
			if recover() != nil { // go-keyring reads from a closed channel when the bus dies during a prompt
				a = answer{err: fmt.Errorf("%w: the call broke off", ErrUnavailable)}
			}
			<-door
			answered <- a
		}()
		item, err := look(ctx, k.Prompt, account, asks)
		if a.err = err; err != nil || ctx.Err() != nil {
			return
		}
		a.value, a.err = call(ctx, item)
	}()
	asked := false
	for {
		select {
		case <-windows:
			asked = true
			Asking(ctx)
			continue
		case a := <-answered:
			if ctx.Err() == nil {
				return a.value, a.err
			} // else looking or calling was cut short
		case <-ctx.Done():
		}
		if err := late(ctx); !asked || !errors.Is(err, ErrTimeout) {
			return none, err
		}
		return none, ErrUnanswered
	}
}

type asking struct{}

// TellAsking is ctx for calls that tell at once when a window of the keychain's is about to
// ask the person, where that can be known: on Linux and macOS. It is told by whoever makes the call.
func TellAsking(ctx context.Context, tell func()) context.Context {
	return context.WithValue(ctx, asking{}, tell)
}

// Asking is for a vault: a window of its own is about to ask the person.
func Asking(ctx context.Context) {
	if tell, ok := ctx.Value(asking{}).(func()); ok {
		tell()
	}
}

// late says why nobody waits any more: the person left, or there was no answer.
func late(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return ErrTimeout
}

// classified turns what a call of the keychain says into this package's errors.
func classified(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooBig
	}
	return because(classify(err), err)
}

// because adds the OS's own words to an error of this package.
func because(known, err error) error {
	return fmt.Errorf("%w (%s)", known, Clean(err.Error(), 200))
}
