package keystore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
)

// File is the vault for machines without a keychain: Dir/vault/ACCOUNT.age, which age
// itself can decrypt too. With a passphrase the files are encrypted to an identity that
// is made once and kept in Dir/vault-key.age under the passphrase: one expensive
// derivation per process, and a mistyped passphrase is noticed before it is used.
type File struct {
	Dir  string
	Keys KeySource

	mu      sync.Mutex
	key     Secret // the identities, once they have been read
	sealed  []byte // vault-key.age as it was when key was read from it
	failure error  // why the identities could not be read,
	during  any    // and the attempt (AskOnce) that found out
	work    int    // scrypt's work factor; zero: workFactor
	disk    disk
}

// Kind is "file".
func (*File) Kind() string { return "file" }

// Describe is "": a file has no name that a person knows.
func (*File) Describe(context.Context) string { return "" }

// Quiet is the same vault for what no person has asked for: it asks none for the
// passphrase.
func (f *File) Quiet() Vault {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := &File{Dir: f.Dir, Keys: f.Keys, key: f.key, sealed: f.sealed, work: f.work, disk: f.disk}
	q.Keys.Prompt = nil
	return q
}

// Unlock reads the key, for which a person may be asked, unless account names a file that
// is not there or cannot be read. It returns ErrNoKey, ErrWrongKey, ErrBusy, ErrFiles, an
// *ExposedError or the cause of ctx.
func (f *File) Unlock(ctx context.Context, account string) error {
	if account != "" {
		if _, err := f.read(account); err != nil {
			return nil
		}
	}
	_, err := f.identities(ctx)
	return err
}

// Get returns ErrFileMissing without asking for the key; ErrFileCorrupt; ErrFiles; an
// *ExposedError; and the errors of Unlock.
func (f *File) Get(ctx context.Context, account string) (Secret, error) {
	data, err := f.read(account)
	if err != nil {
		return Secret{}, err
	}
	keys, err := f.identities(ctx)
	if err != nil {
		return Secret{}, err
	}
	plain, err := decrypt(data, keys...)
	if errors.Is(err, ErrCorrupt) {
		err = fmt.Errorf("%w: %s", ErrFileCorrupt, f.path(account))
	}
	return NewSecret(string(plain)), err
}

// Set reads back and compares. It returns ErrWrongKey for a file that another key made,
// which it leaves as it is; ErrNotStored; ErrFiles; and the errors of Unlock. The first Set
// of all makes the key of a passphrase.
func (f *File) Set(ctx context.Context, account string, s Secret) error {
	keys, err := f.identities(ctx)
	if err != nil {
		return err
	}
	to, err := recipient(keys[0])
	if err != nil {
		return err
	}
	if _, err := f.Get(ctx, account); errors.Is(err, ErrWrongKey) {
		return err
	}
	unlock, err := f.hold(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	data, err := encrypt([]byte(s.Reveal()), to)
	if err != nil {
		return err
	}
	if err := f.disk.replaceFile(f.path(account), data); err != nil {
		return err
	}
	back, err := f.Get(ctx, account)
	if err == nil && !back.Equal(s) {
		err = ErrNotStored
	}
	return err
}

// Delete needs no key, and deletes the key of a passphrase with the last file. It returns
// ErrFileMissing, ErrBusy, ErrFiles, an *ExposedError or the cause of ctx.
func (f *File) Delete(ctx context.Context, account string) error {
	if _, err := f.read(account); err != nil {
		return err
	}
	unlock, err := f.lockKey(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	err = f.disk.removeFile(f.path(account))
	if err == nil && f.empty() {
		err = f.disk.removeFile(f.keyPath())
	}
	return err
}

func (f *File) path(account string) string {
	return filepath.Join(f.Dir, "vault", filepath.Base(account)+".age")
}

func (f *File) read(account string) ([]byte, error) {
	if !legal(account, maxAccount) {
		return nil, ErrNotFound
	}
	data, err := readFile(f.path(account))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrFileMissing, f.path(account))
	}
	return data, err
}
