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

// AskOnce is ctx for many reads that are one attempt to a person, such as a check of all
// connections: where the key of a File cannot be had, or is wrong, no read asks for it
// again, and a database that cannot be reached is tried once.
func AskOnce(ctx context.Context) context.Context {
	if ctx.Value(attempt{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, attempt{}, new(int))
}

// workFactor is scrypt's: the logarithm to base 2 of its cost. 16 takes 64 MiB and some
// tenths of a second; age's own, 18, takes 256 MiB.
const workFactor = 16

// identities are the keys that open the files. A new file is encrypted to the first of them.
func (f *File) identities(ctx context.Context) ([]age.Identity, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.key.Empty() {
		return parseKey(f.key)
	}
	this := ctx.Value(attempt{})
	switch {
	case ctx.Err() != nil: // It ended while another goroutine asked, for whose mutex this one waited.
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

// recipient is whom to encrypt to, so that id decrypts.
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
		return nil, ErrWrongKey // Not age's own error, which may quote the key.
	}
	return ids, nil
}

// unlock obtains the identities: those of a key file, or the one under the passphrase. That
// is made only where there is no file yet, which another identity would have to open.
func (f *File) unlock(ctx context.Context) (Secret, error) {
	if f.Keys.KeyFile != "" {
		key, err := content(envKeyFile, f.Keys.KeyFile)
		return NewSecret(Decoded([]byte(key.Reveal()))), err
	}
	fresh := f.empty() // Ask before reading the key: another process writes its key before its first file.
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
	defer debug.FreeOSMemory() // A process that waits for a connection's lock next must not keep 64 MiB.
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

// lockKey takes the lock that a process holds while it derives a key, since each derivation
// takes 64 MiB, and while it writes or deletes the key's file or the files under it.
func (f *File) lockKey(ctx context.Context) (unlock func(), err error) {
	return lock(ctx, filepath.Join(f.Dir, "vault-key.lock"), lockWait)
}

// open decrypts vault-key.age, whose content data is.
func (f *File) open(data []byte, passphrase Secret) (Secret, error) {
	id, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return Secret{}, err
	}
	key, err := decrypt(data, id)
	if errors.Is(err, ErrCorrupt) { // ErrCorrupt would say that a secret is damaged.
		err = fmt.Errorf("%w: %s is damaged", ErrNoKey, f.keyPath())
	}
	f.sealed = data
	return NewSecret(string(key)), err
}

// makeKey makes the first key, or opens that of another process which was faster with the
// same passphrase. A key of another passphrase that no file is encrypted to yet is
// replaced: an attempt that was given up has left it.
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

// hold takes the key's lock and makes sure that the key on the disk is the one that a file
// is about to be encrypted to: as long as there was no file, another process could replace
// it. It returns ErrWrongKey where another process has, and ErrNoKey where the key is
// gone.
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
