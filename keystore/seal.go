package keystore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// AccessToken is a cached one. Its host does not say when it ends, only when it was issued
// (flow/SALESFORCE.md §3).
type AccessToken struct {
	Token       Secret
	IssuedAt    time.Time
	InstanceURL string
}

// sealed is the content of a connection's sealed file. Being on the disk before the
// vault is asked to change, it outlives a vault that refuses, or that brings an old
// token back with a write from long ago.
type sealed struct {
	Secrets
	Access AccessToken
}

// sealedForm is its stored form, encrypted with the connection's SealKey.
type sealedForm struct {
	item
	AccessToken string    `json:"access_token,omitempty"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	InstanceURL string    `json:"instance_url,omitempty"`
}

// sealedRoom is the size of a sealed file's content, in bytes: what was written
// before a token is spent leaves room for what comes back, and tells no lengths.
const sealedRoom = 8 << 10

func (s *Store) sealedPath(id string) string {
	return filepath.Join(s.Dir, "sealed", filepath.Base(id)+".age")
}

func (c sealed) seal() ([]byte, error) {
	id, err := age.ParseX25519Identity(c.SealKey.Reveal())
	if err != nil {
		return nil, ErrCorrupt // its error quotes the key
	}
	it := c.item()
	it.SealKey = ""
	plain, err := json.Marshal(sealedForm{it, c.Access.Token.Reveal(), c.Access.IssuedAt, c.Access.InstanceURL})
	if err != nil {
		return nil, err
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, max(0, sealedRoom-len(plain)))...)
	return encrypt(plain, id.Recipient())
}

func unseal(data []byte, key Secret) (sealed, error) {
	id, err := age.ParseX25519Identity(key.Reveal())
	if err != nil {
		return sealed{}, ErrCorrupt
	}
	plain, err := decrypt(data, id)
	if err != nil {
		return sealed{}, err
	}
	var form sealedForm
	if err := json.Unmarshal(plain, &form); err != nil {
		return sealed{}, ErrCorrupt
	}
	secrets, err := form.secrets()
	secrets.SealKey = key
	return sealed{secrets, AccessToken{NewSecret(form.AccessToken), form.IssuedAt, Clean(form.InstanceURL, 2000)}}, err
}

// kept is what there is of a connection's secrets: the newer of vault and sealed file.
type kept struct {
	sealed
	vault   int  // the vault's generation
	pending bool // it is in the file that was to replace the sealed one when a crash came
}

// newest reads both, and makes sure that they are for c or, while a new grant is being
// stored, for what c becomes: else ErrChanged, with what was read. A sealed file that is damaged, is older, or has another token of
// the same generation is as good as none; one that is there and cannot be looked into
// may have the only token that works.
func (s *Store) newest(ctx context.Context, v Vault, c Connection, or ...Connection) (kept, error) {
	packed, err := v.Get(ctx, c.ID)
	if err != nil {
		return kept{}, err
	}
	secrets, err := unpack(packed)
	if err != nil {
		return kept{}, err
	}
	k := kept{sealed: sealed{Secrets: secrets}, vault: secrets.Generation}
	if err := s.readSealed(c.ID, &k); err != nil {
		return kept{}, err
	}
	return k, k.For.check(append(or, c)...)
}

// readSealed takes over what the sealed file has that is newer. It needs no lock: what a
// renewal is just writing is no whole age file yet.
func (s *Store) readSealed(id string, k *kept) error {
	for _, suffix := range []string{".new", ""} { // .new first: another process may rename it between the two reads
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
			if file.For == (Purpose{}) { // kept before sealed files said so: the key was the right one
				file.For = k.For
			}
			k.sealed, k.pending = file, suffix != ""
		}
	}
	return nil
}

// Cached is what there is of a connection without its lock.
type Cached struct {
	Secrets
	Access AccessToken // zero: none
	kept   kept
}

// Cached reads vault and sealed file without the lock, so that nobody who holds it is
// waited for. It returns the errors of the vault.
func (s *Store) Cached(ctx context.Context, c Connection) (Cached, error) {
	v, err := s.vault(c.Store)
	if err != nil {
		return Cached{}, err
	}
	k, err := s.newest(ctx, v, c)
	return Cached{k.Secrets, k.Access, k}, err
}

// current is the newest that there is of an entry's secrets, whose lock the caller holds.
// An older copy than one that was used is ErrChanged: its token has been spent.
func (s *Store) current(ctx context.Context, v Vault, e *entry) (kept, error) {
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

// shred removes the sealed file and what was to replace it.
func (s *Store) shred(id string) error {
	path := s.sealedPath(id)
	return errors.Join(s.disk.removeFile(path+".new"), s.disk.removeFile(path))
}
