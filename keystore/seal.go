package keystore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"filippo.io/age"
)

// sealedRoom is the least size of a sealed file's content, in bytes. What Prepare writes
// before a token is spent takes the place of any answer, and the size of the file does not
// tell the length of a token.
const sealedRoom = 8 << 10

// NewSealKey makes the key of a connection's sealed file, an age identity. A grant has its
// key before it is saved, so that a second attempt saves the very same.
func NewSealKey() Secret {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return NewSecret(id.String())
}

func (s *Store) sealedPath(id string) string {
	return filepath.Join(s.Dir, "sealed", filepath.Base(id)+".age")
}

// seal makes the sealed file of s, encrypted with its seal key. Being on the disk before
// the vault is asked to change, that file outlives a vault that refuses, or one that
// brings an old token back when a write of long ago lands.
func (s Secrets) seal() ([]byte, error) {
	id, err := age.ParseX25519Identity(s.SealKey.Reveal())
	if err != nil {
		return nil, ErrCorrupt // age's error quotes the key
	}
	s.SealKey = Secret{}
	plain, err := s.marshal()
	if err != nil {
		return nil, err
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, max(0, sealedRoom-len(plain)))...)
	return encrypt(plain, id.Recipient())
}

// unseal reads a sealed file: ErrWrongKey, ErrCorrupt, ErrNewer.
func unseal(data []byte, key Secret) (Secrets, error) {
	id, err := age.ParseX25519Identity(key.Reveal())
	if err != nil {
		return Secrets{}, ErrCorrupt
	}
	plain, err := decrypt(data, id)
	if err != nil {
		return Secrets{}, err
	}
	s, err := unmarshal(plain)
	s.SealKey = key
	return s, err
}

// found is what there is of a connection's secrets: the newer of vault and sealed file.
type found struct {
	Secrets
	vault   int  // the generation that the vault has; 0: it was not asked
	pending bool // they are in the file that was to replace the sealed one when a crash came
}

// newest reads both. It returns ErrChanged, with what was read, unless that is for c or,
// while a new grant is being stored, for what c becomes. A sealed file that is damaged, is
// older, or has another token of the same generation counts for nothing. One that is there
// and cannot be read is an error, since it may have the only token that works.
func (s *Store) newest(ctx context.Context, v Vault, c Connection, or ...Connection) (found, error) {
	packed, err := v.Get(ctx, c.ID)
	if err != nil {
		return found{}, err
	}
	secrets, err := unpack(packed)
	if err != nil {
		return found{}, err
	}
	k := found{Secrets: secrets, vault: secrets.Generation}
	if err := s.readSealed(c.ID, &k); err != nil {
		return found{}, err
	}
	return k, k.For.check(append(or, c)...)
}

// readSealed takes over what the sealed file has that is newer. It needs no lock: a file
// that a renewal in another process is writing is no whole age file yet, and counts for
// nothing.
func (s *Store) readSealed(id string, k *found) error {
	// Read .new before the file it replaces: another process may rename it between the two reads.
	for _, suffix := range []string{".new", ""} {
		data, err := readFile(s.sealedPath(id) + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		}
		file, err := unseal(data, k.SealKey)
		same := file.Generation == k.Generation && file.RefreshToken.Equal(k.RefreshToken)
		if err == nil && (file.Generation > k.Generation || same && !k.pending) {
			if file.For == (Purpose{}) { // Older builds sealed none. The file is this connection's, since its key opened it.
				file.For = k.For
			}
			k.Secrets, k.pending = file, suffix != ""
		}
	}
	return nil
}

// Cached reads the newest of vault and sealed file without the lock, so that it waits for
// no renewal in another process. It returns the errors of the vault, and ErrChanged for
// secrets that are not for c.
func (s *Store) Cached(ctx context.Context, c Connection) (Secrets, error) {
	if isShared(c) {
		return s.cachedShared(ctx, c)
	}
	v, err := s.vault(c.Store)
	if err != nil {
		return Secrets{}, err
	}
	k, err := s.newest(ctx, v, c)
	return k.Secrets, err
}

// current is newest of an entry whose lock the caller holds. It also returns ErrChanged for
// secrets that are older than those that were used: somebody has put back a copy whose
// token is spent.
func (s *Store) current(ctx context.Context, v Vault, e *entry) (found, error) {
	var becomes []Connection
	if e.Next != nil {
		becomes = append(becomes, e.Next.Connection)
	}
	k, err := s.newest(ctx, v, e.Connection, becomes...)
	if err == nil && k.Generation < e.Used {
		err = fmt.Errorf("%w: an older copy of the secrets was put back", ErrChanged)
	}
	return k, err
}

// shred removes the sealed file and the file that was to replace it.
func (s *Store) shred(id string) error {
	path := s.sealedPath(id)
	return errors.Join(s.disk.removeFile(path+".new"), s.disk.removeFile(path))
}
