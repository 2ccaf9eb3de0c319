//go:build unix

package keystore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func init() { helpers["nobody"] = helpNobody }

// helpNobody asks for Dir as a user who owns nothing.
func helpNobody() {
	if os.Geteuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			panic(err)
		}
	}
	dir, err := Dir()
	if err == nil {
		err = makeDir(dir)
	}
	fmt.Println(dir, err)
}

func TestADirectoryThatOthersMayWriteToIsRefused(t *testing.T) {
	t.Setenv("SUDO_UID", "")
	dir := filepath.Join(t.TempDir(), "home")
	t.Setenv("SFAUTH_HOME", dir)
	if _, err := Dir(); err != nil {
		t.Errorf("it is not there yet: %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for mode, open := range map[os.FileMode]bool{0o700: false, 0o755: false, 0o770: true, 0o702: true, 0o777: true} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		got, err := Dir()
		mend, exposed := errors.AsType[*ExposedError](err)
		if open && (!exposed || mend.Path != dir || mend.Mend != "chmod 700 "+dir || got != "") || !open && err != nil {
			t.Errorf("%v: %q, %v", mode, got, err)
		}
	}
}

// asRoot skips what only root can set up, and fails it under SFAUTH_TEST=all.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv("SFAUTH_TEST") == "all" {
			t.Fatal("needs to be root")
		}
		t.Skip("needs to be root")
	}
}

func TestRootKeepsNothingInSomebodyElsesDirectory(t *testing.T) {
	asRoot(t)
	t.Setenv("SUDO_UID", "")
	dir := t.TempDir()
	if err := os.Chown(dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for _, home := range []string{dir, filepath.Join(dir, "not", "yet")} {
		t.Setenv("SFAUTH_HOME", home)
		if got, err := Dir(); !errors.Is(err, ErrForeignHome) || got != "" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestASharedVolumeGetsADirectoryOfOurs(t *testing.T) {
	asRoot(t)
	volume := t.TempDir()
	err := errors.Join(os.Chown(volume, 1234, 1234), os.Chmod(volume, 0o2777), os.Chmod(filepath.Dir(volume), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	said, err := helper(t, "nobody", "SFAUTH_HOME="+volume).Output()
	inner := filepath.Join(volume, "sfauth-65534")
	if err != nil || !strings.Contains(string(said), inner) {
		t.Fatalf("%s, %v", said, err)
	}
	if info, err := os.Stat(inner); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Chown(inner, 1234, 1234); err != nil { // somebody else was first
		t.Fatal(err)
	}
	said, err = helper(t, "nobody", "SFAUTH_HOME="+volume).Output()
	if err != nil || !strings.Contains(string(said), ErrExposed.Error()) {
		t.Errorf("%s, %v", said, err)
	}
}

func TestWhatSomebodyElseCanWriteIsNotRead(t *testing.T) {
	for _, path := range []string{"index.json", "index.lock", "locks", "sealed", "vault", "vault-key.age", "locks/*", "sealed/*", "vault/*"} {
		for what, expose := range map[string]func(path string) error{
			"mode 0666": func(path string) error { return os.Chmod(path, 0o666) },
			"mode 0777": func(path string) error { return os.Chmod(path, 0o777) },
			"owner":     func(path string) error { return os.Lchown(path, 65534, -1) },
			"link":      func(path string) error { return errors.Join(os.Rename(path, path+"-"), os.Symlink(path+"-", path)) },
		} {
			if what == "owner" && os.Geteuid() != 0 {
				continue
			}
			dir := filepath.Join(t.TempDir(), "home")
			s := &Store{Dir: dir, Vault: cheap(dir, typed("correct horse"))}
			c := create(t, s, "app")
			if err := renew(t, s, c, "two"); err != nil {
				t.Fatal(err)
			}
			full := filepath.Join(dir, path)
			if found, _ := filepath.Glob(full); len(found) == 1 {
				full = found[0]
			}
			if err := expose(full); err != nil {
				t.Fatal(err)
			}
			s.Vault = cheap(dir, typed("correct horse")) // a process of its own
			err := renew(t, s, c, "three")
			if err == nil { // an index that is only written
				_, err = s.Rename(t.Context(), "acme", "other")
			}
			if exposed, ok := errors.AsType[*ExposedError](err); !ok || exposed.Path != full || errors.Is(err, ErrFiles) {
				t.Errorf("%s, %s: %v", path, what, err)
			}
		}
	}
}

func TestAKeyThatSomebodyElseCanReadIsRefused(t *testing.T) {
	for _, mode := range []os.FileMode{0o600, 0o400, 0o640, 0o604, 0o620} {
		key, passphrase := put(t, "key", NewSealKey().Reveal()), put(t, "pass phrase", "correct horse")
		link := key + "-link" // as Kubernetes mounts it
		if err := errors.Join(os.Chmod(key, mode), os.Chmod(passphrase, mode), os.Symlink(key, link)); err != nil {
			t.Fatal(err)
		}
		for path, keys := range map[string]KeySource{key: {KeyFile: key}, passphrase: {PassphraseFile: passphrase}, link: {KeyFile: link}} {
			err := cheap(t.TempDir(), keys).Set(t.Context(), "a-1", NewSecret("x"))
			exposed, refused := errors.AsType[*ExposedError](err)
			if refused != (mode&0o077 != 0) || !refused && err != nil || refused && exposed.Path != path {
				t.Errorf("%04o: %v", mode, err)
			}
			if refused && path == passphrase && exposed.Mend != "chmod 600 '"+path+"'" {
				t.Errorf("%q", exposed.Mend)
			}
		}
	}
}

func TestADirectoryThatCannotBeSyncedStopsNoWrite(t *testing.T) {
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("needs /proc, which has nothing to sync")
	}
	if err := syncDir("/proc"); err != nil {
		t.Error(err)
	}
	if err := syncDir("/nowhere"); err == nil {
		t.Error("and one that is not there was")
	}
}

func TestADirectoryBehindALinkIsUsedIfItIsOurs(t *testing.T) {
	t.Setenv("SUDO_UID", "")
	link, real := filepath.Join(t.TempDir(), "link"), t.TempDir()
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SFAUTH_HOME", link)
	dir, err := Dir()
	if err != nil {
		t.Fatal(err)
	}
	create(t, &Store{Dir: dir, Vault: NewMemory()}, "app")
	if err := os.Chmod(real, 0o770); err != nil {
		t.Fatal(err)
	}
	if dir, err := Dir(); !errors.Is(err, ErrExposed) || dir != "" {
		t.Errorf("%q, %v", dir, err)
	}
}
