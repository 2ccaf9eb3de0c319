package keystore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// mount makes a file system of 1 MiB for a test of root's.
func mount(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		if os.Getenv("SFAUTH_TEST") == "all" {
			t.Fatal(err)
		}
		t.Skipf("needs to mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp leaves no room in dir.
func fillUp(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
}

func TestOnADiskThatIsReallyFullTheTokenIsNotSpent(t *testing.T) {
	s := &Store{Dir: mount(t), Vault: NewMemory()}
	c := create(t, s, "app")
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	fillUp(t, s.Dir)
	if err := r.Prepare(); !errors.Is(err, unix.ENOSPC) {
		t.Error(err)
	}
}

func TestADiskThatFillsUpWhileSalesforceAnswersTakesTheToken(t *testing.T) {
	s := &Store{Dir: mount(t), Vault: NewMemory()}
	c := create(t, s, "app")
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	fillUp(t, s.Dir)
	next := r.Secrets
	next.RefreshToken = NewSecret("two")
	warning, err := r.Commit(t.Context(), next, AccessToken{Token: NewSecret("access"), IssuedAt: noon})
	r.Close()
	if warning != nil || err != nil {
		t.Error(warning, err)
	}
	if r := reads(t, s, c, "two", 2); r.Access.Token.Empty() {
		t.Error("it was not sealed")
	}
}

func TestInAReadOnlyDirectoryTheTokenIsNotSpent(t *testing.T) {
	s := &Store{Dir: mount(t), Vault: NewMemory()}
	c := create(t, s, "app")
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if err := unix.Mount("tmpfs", s.Dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	r, err = s.Renew(t.Context(), c) // not even the lock
	if err == nil {
		err = r.Prepare()
		r.Close()
	}
	if !errors.Is(err, unix.EROFS) {
		t.Error(err)
	}
}
