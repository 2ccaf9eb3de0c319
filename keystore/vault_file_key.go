package keystore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"filippo.io/age"
)

type attempt struct{}

// AskOnce is ctx for many reads that are one attempt to a person: where the key of a
// File is not to be had, or is wrong, it is not asked for again.
func AskOnce(ctx context.Context) context.Context {
	return context.WithValue(ctx, attempt{}, new(int))
}

// workFactor takes 64 MiB and some tenths of a second; age's own, 18, takes 256 MiB.
const workFactor = 16

// identities are what opens the files; new ones are for the first of them.
func (f *File) identities(ctx context.Context) ([]age.Identity, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.key.Empty() {
		return parseKey(f.key)
	}
	this := ctx.Value(attempt{})
	switch {
	case ctx.Err() != nil: // while somebody else was asked
		return nil, context.Cause(ctx)
	case this != nil && this == f.during:
		return nil, f.failure
	}
	var ids []age.Identity
	key, err := f.unlock(ctx)
	if err == nil {
		ids, err = parseKey(key)
	}
	switch {
	case err == nil:
		f.key = key
	case ctx.Err() == nil:
		f.failure, f.during = err, this
	}
	return ids, err
}

// recipient is who can decrypt with id.
func recipient(id age.Identity) (age.Recipient, error) {
	switch id := id.(type) {
	case *age.X25519Identity:
		return id.Recipient(), nil
	case *age.HybridIdentity:
		return id.Recipient(), nil
	}
	return nil, ErrWrongKey
}

func parseKey(key Secret) ([]age.Identity, error) {
	ids, err := age.ParseIdentities(strings.NewReader(key.Reveal()))
	if err != nil || len(ids) == 0 {
		return nil, ErrWrongKey // age's error may quote the key
	}
	return ids, nil
}

// unlock obtains the identities: those of a key file, or the one under the passphrase,
// which is made only when there is nothing yet that another would have to open.
func (f *File) unlock(ctx context.Context) (Secret, error) {
	if f.Keys.KeyFile != "" {
		key, err := content(envKeyFile, f.Keys.KeyFile)
		return NewSecret(decoded([]byte(key.Reveal()))), err
	}
	fresh := f.empty() // asked before the key is looked for, which comes before any file
	data, err := readFile(f.keyPath())
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing && !fresh:
		return Secret{}, fmt.Errorf("%w: %s is missing", ErrNoKey, f.keyPath())
	case err != nil && !missing:
		return Secret{}, err
	}
	passphrase, err := f.Keys.passphrase(ctx, fresh)
	if err != nil {
		return Secret{}, err
	}
	unlock, err := f.lockKey(ctx)
	if err != nil {
		return Secret{}, err
	}
	defer unlock()
	defer debug.FreeOSMemory() // who waits for a connection next must not sit on 64 MiB
	if fresh {
		return f.makeKey(passphrase)
	}
	return f.open(data, passphrase)
}

// empty reports whether nothing is kept.
func (f *File) empty() bool {
	kept, err := os.ReadDir(filepath.Join(f.Dir, "vault"))
	return len(kept) == 0 && (err == nil || errors.Is(err, fs.ErrNotExist))
}

func (f *File) keyPath() string { return filepath.Join(f.Dir, "vault-key.age") }

// lockKey is held while a key is derived, one at a time on the machine for its memory,
// and while the key's file or the first file that it protects comes or goes.
func (f *File) lockKey(ctx context.Context) (unlock func(), err error) {
	return lock(ctx, filepath.Join(f.Dir, "vault-key.lock"), lockWait)
}

// open derives what opens the key.
func (f *File) open(data []byte, passphrase Secret) (Secret, error) {
	id, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return Secret{}, err
	}
	key, err := decrypt(data, id)
	if errors.Is(err, ErrCorrupt) { // which would be said of a secret
		err = fmt.Errorf("%w: %s is damaged", ErrNoKey, f.keyPath())
	}
	f.sealed = data
	return NewSecret(string(key)), err
}

// makeKey makes the first key, or opens that of another process which was faster with the
// same passphrase. One that protects nothing is replaced: somebody else's attempt.
func (f *File) makeKey(passphrase Secret) (Secret, error) {
	if data, err := readFile(f.keyPath()); err == nil {
		if key, err := f.open(data, passphrase); err == nil || !f.empty() {
			return key, err
		}
	}
	to, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return Secret{}, err
	}
	to.SetWorkFactor(cmp.Or(f.work, workFactor))
	key := NewSecret(NewSealKey().Reveal() + "\n")
	if f.sealed, err = encrypt([]byte(key.Reveal()), to); err != nil {
		return Secret{}, err
	}
	return key, f.disk.replaceFile(f.keyPath(), f.sealed)
}

// hold makes sure, under the key's lock, that the key on the disk is the one that is
// about to protect something: until there was anything, another could take its place.
func (f *File) hold(ctx context.Context) (unlock func(), err error) {
	if f.Keys.KeyFile != "" {
		return func() {}, nil
	}
	if unlock, err = f.lockKey(ctx); err != nil {
		return nil, err
	}
	data, err := readFile(f.keyPath())
	switch {
	case err == nil && bytes.Equal(data, f.sealed):
	case (err == nil || errors.Is(err, fs.ErrNotExist)) && f.empty():
		err = f.disk.replaceFile(f.keyPath(), f.sealed)
	case err == nil:
		err = ErrWrongKey
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%w: %s is missing", ErrNoKey, f.keyPath())
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}
