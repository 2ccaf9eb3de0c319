package keystore

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestFilesGoWhereTheEnvironmentSays(t *testing.T) {
	home := t.TempDir()
	t.Setenv("SUDO_UID", "")
	t.Setenv("HOME", home)
	t.Setenv("SFAUTH_HOME", filepath.Join(home, "mine"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "xdg"))
	want := []string{filepath.Join(home, "mine"), filepath.Join(home, "xdg", "sfauth")}
	if runtime.GOOS == "windows" {
		t.Setenv("LocalAppData", filepath.Join(home, "local"))
		want[1] = filepath.Join(home, "local", "sfauth")
	}
	for _, w := range want {
		if got, err := Dir(); err != nil || got != w {
			t.Errorf("%q, %v; want %q", got, err, w)
		}
		t.Setenv("SFAUTH_HOME", "")
	}
	if runtime.GOOS == "linux" {
		t.Setenv("XDG_CONFIG_HOME", "")
		if got, err := Dir(); err != nil || got != filepath.Join(home, ".config", "sfauth") {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestWhatIsNoDirectoryIsNotTakenForAnExposedOne(t *testing.T) {
	t.Setenv("SUDO_UID", "")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, home := range []string{file, filepath.Join(file, "sfauth")} {
		t.Setenv("SFAUTH_HOME", home)
		if dir, err := Dir(); !errors.Is(err, ErrNotDir) || errors.Is(err, ErrExposed) || !strings.HasSuffix(err.Error(), ": "+home) || dir != "" {
			t.Errorf("%q, %v", dir, err)
		}
	}
}

func TestSudoDoesNotWriteIntoSomebodyElsesHome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sudo there")
	}
	home := t.TempDir()
	t.Setenv("SUDO_UID", "1000")
	t.Setenv("SFAUTH_HOME", filepath.Join(home, "not", "yet", "there"))
	if _, err := Dir(); err != nil {
		t.Errorf("our own: %v", err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(home, 1000, 1000); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Setenv("SFAUTH_HOME", "/sfauth-of-root")
	}
	if dir, err := Dir(); !errors.Is(err, ErrForeignHome) || dir != "" {
		t.Errorf("%q, %v", dir, err)
	}
}
