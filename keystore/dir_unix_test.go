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
	_, err := Dir()
	fmt.Println(err)
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
		if open && (!errors.Is(err, ErrExposed) || !strings.HasSuffix(err.Error(), ": "+dir) || got != "") || !open && err != nil {
			t.Errorf("%v: %q, %v", mode, got, err)
		}
	}
	said, err := helper(t, "nobody", "SFAUTH_HOME=/").Output() // which is root's
	if err != nil || !strings.Contains(string(said), ErrExposed.Error()) {
		t.Errorf("somebody else's: %s, %v", said, err)
	}
}
