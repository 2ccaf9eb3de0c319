package keystore

import "context"

// Probe proves that a new connection could be saved now: it is ProbeIndex and ProbeVault,
// with their errors. own is Vault.Describe.
func (s *Store) Probe(ctx context.Context) (own string, err error) {
	if err := s.ProbeIndex(ctx); err != nil {
		return "", err
	}
	return s.ProbeVault(ctx)
}

// ProbeIndex proves that the index can be written now: it rewrites the index as it is.
func (s *Store) ProbeIndex(ctx context.Context) error {
	return s.edit(ctx, func(*index) error { return nil })
}

// ProbeFiles proves that the files of a renewal can be written: the index, a lock, and the
// sealed file. Of a connection called "doctor", which there need not be, the lock's file
// stays: locks are never deleted. It returns the errors of Lock, and ErrFiles.
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

// ProbeVault proves that the vault for new secrets takes one, gives it back and deletes
// it, under a name that nothing else has. It returns the errors of the vault. own is
// Vault.Describe.
func (s *Store) ProbeVault(ctx context.Context) (own string, err error) {
	return s.probeVault(ctx, func(string) error { return nil })
}

// ProbeScripts is ProbeVault, and proves as well that a script may use what is kept: each
// is another program than the one that saved it. It returns ErrAsksFirst, too.
func (s *Store) ProbeScripts(ctx context.Context) (own string, err error) {
	return s.probeVault(ctx, func(account string) error {
		if v, asks := s.Vault.(asker); asks {
			return v.ForOthers(ctx, account)
		}
		return nil
	})
}

func (s *Store) probeVault(ctx context.Context, and func(account string) error) (own string, err error) {
	account := newAccount("probe")
	if err := s.Vault.Set(ctx, account, NewSecret(account)); err != nil {
		return "", err
	}
	err = and(account)
	if gone := s.Vault.Delete(ctx, account); err == nil {
		err = gone
	}
	if err != nil {
		return "", err
	}
	return s.Vault.Describe(ctx), nil
}
