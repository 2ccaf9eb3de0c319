package keystore

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProbeLeavesNothingBehind(t *testing.T) {
	s := store(t)
	own, err := s.Probe(t.Context())
	if err != nil || own != "" || len(s.Vault.(*Memory).items) != 0 {
		t.Errorf("%q, %v, %v", own, err, s.Vault)
	}
}

func TestProbingTheFilesLeavesNothingButALock(t *testing.T) {
	s := store(t)
	s.Vault = nil // any call would panic
	if err := s.ProbeFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := sealedFiles(t, s); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// Doctor tries files and vault one by one: an index that cannot be written is a failure of the
// files, and must not be reported as one of the keychain.
func TestProbingTheVaultDoesNotNeedTheIndex(t *testing.T) {
	s := store(t)
	block(t, s.indexPath())
	if _, err := s.ProbeVault(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestProbeFailsFirstWhenTheIndexCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Store{Dir: filepath.Join(file, "sfauth")} // the vault is not asked
	if _, err := s.Probe(t.Context()); err == nil {
		t.Error("a login would have been wasted")
	}
}
