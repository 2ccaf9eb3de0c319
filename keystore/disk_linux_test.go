package keystore

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
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
	if err := r.Prepare(t.Context()); !errors.Is(err, unix.ENOSPC) {
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
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	fillUp(t, s.Dir)
	warning, err := r.Commit(t.Context(), NewSecret("two"), AccessToken{Token: NewSecret("access"), IssuedAt: noon})
	r.Close()
	if warning != nil || err != nil {
		t.Error(warning, err)
	}
	if r := reads(t, s, c, "two", 2); r.Access.Token.Empty() {
		t.Error("it was not sealed")
	}
}

// The name of a directory that sfauth has made survives a power cut once the directory above
// has been synced, for which it is opened.
func TestEveryDirectoryThatIsMadeIsSyncedIntoTheOneAbove(t *testing.T) {
	above := t.TempDir()
	s := &Store{Dir: filepath.Join(above, "sfauth")}
	watch, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(watch)
	if _, err := unix.InotifyAddWatch(watch, above, unix.IN_CREATE|unix.IN_OPEN|unix.IN_ONLYDIR); err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock(t.Context(), Connection{ID: "a-1"}) // the first that needs any
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	created := false
	for _, e := range events(t, watch) {
		created = created || e.Mask&unix.IN_CREATE != 0
		if created && e.Mask&unix.IN_OPEN != 0 && e.Len == 0 { // itself
			return
		}
	}
	t.Errorf("created %v, and not synced", created)
}

// A directory is opened for nothing but to be synced.
func TestAStoreWaitsForTheDiskUnlessItIsFleeting(t *testing.T) {
	for _, fleeting := range []bool{false, true} {
		s := &Store{Dir: t.TempDir(), Vault: NewMemory()}
		if fleeting {
			s = Fleeting(s.Dir, s.Vault)
		}
		watch, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(watch)
		if _, err := unix.InotifyAddWatch(watch, s.Dir, unix.IN_OPEN|unix.IN_ONLYDIR); err != nil {
			t.Fatal(err)
		}
		if err := s.ProbeIndex(t.Context()); err != nil {
			t.Fatal(err)
		}
		if synced := slices.ContainsFunc(events(t, watch), func(e unix.InotifyEvent) bool { return e.Len == 0 }); synced == fleeting {
			t.Errorf("fleeting %v, synced %v", fleeting, synced)
		}
	}
}

// events are those that inotify has by now.
func events(t *testing.T, watch int) (all []unix.InotifyEvent) {
	t.Helper()
	data := make([]byte, 4096)
	n, err := unix.Read(watch, data)
	if err != nil {
		t.Fatal(err)
	}
	for data = data[:n]; len(data) > 0; {
		var e unix.InotifyEvent
		if _, err := binary.Decode(data, binary.NativeEndian, &e); err != nil {
			t.Fatal(err)
		}
		all, data = append(all, e), data[unix.SizeofInotifyEvent+int(e.Len):]
	}
	return all
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
		err = r.Prepare(t.Context())
		r.Close()
	}
	if !errors.Is(err, unix.EROFS) {
		t.Error(err)
	}
}
