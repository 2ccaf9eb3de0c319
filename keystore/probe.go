package keystore

import "context"

// Probe proves that a connection could be saved now: it rewrites the index as it
// is, sets, reads back and deletes a secret of a random name, and says where.
func (s *Store) Probe(ctx context.Context) (where string, err error) {
	if err := s.ProbeIndex(ctx); err != nil {
		return "", err
	}
	return s.ProbeVault(ctx)
}

// ProbeIndex proves that the index can be written now: it rewrites the index as it is.
func (s *Store) ProbeIndex(ctx context.Context) error {
	return s.edit(ctx, func(*index) error { return nil })
}

// ProbeFiles proves that sfauth's own files can be written: the index, a lock, and what
// a renewal brings. The lock's file stays, as all of them do.
func (s *Store) ProbeFiles(ctx context.Context) error {
	if err := s.ProbeIndex(ctx); err != nil {
		return err
	}
	unlock, err := s.Lock(ctx, Connection{ID: "doctor"})
	if err != nil {
		return err
	}
	defer unlock()
	path := s.sealedPath("doctor")
	if err := s.disk.replaceFile(path, make([]byte, sealedRoom)); err != nil {
		return err
	}
	return s.disk.removeFile(path)
}

// ProbeVault is the part of Probe that is about the vault.
func (s *Store) ProbeVault(ctx context.Context) (where string, err error) {
	account := newAccount("probe")
	if err := s.Vault.Set(ctx, account, NewSecret(account)); err != nil {
		return "", err
	}
	if err := s.Vault.Delete(ctx, account); err != nil {
		return "", err
	}
	return s.Vault.Describe(ctx), nil
}
