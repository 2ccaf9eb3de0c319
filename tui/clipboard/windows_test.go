//go:build windows

package clipboard

import (
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

func TestWindowsHasTheTextAndOfASecretTheMarks(t *testing.T) {
	if os.Getenv("SFAUTH_TEST") != "all" {
		t.Skip("takes the clipboard: runs under SFAUTH_TEST=all")
	}
	t.Setenv("SSH_CONNECTION", "")
	t.Setenv("SSH_TTY", "")
	for _, secret := range []bool{true, false} {
		var clip, others Clipboard
		const text = "Ünï 秘密, two\r\nlines\n"
		if got, err := clip.Put(t.Context(), text, secret); got != (Copied{Seen: true, Marked: secret}) || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		for _, name := range secretFormats {
			p, err := windows.UTF16PtrFromString(name)
			if err != nil {
				t.Fatal(err)
			}
			format, _, _ := registerClipboardFormat.Call(uintptr(unsafe.Pointer(p)))
			if is, _, _ := isFormatAvailable.Call(format); (is != 0) != secret {
				t.Errorf("secret %v: %s is %d", secret, name, is)
			}
		}
		if others, err := clip.Clear(t.Context()); others || err != nil {
			t.Error(others, err)
		}
		if got, err := get(t.Context()); got != "" || err != nil {
			t.Errorf("cleared, and it has %q (%v)", got, err)
		}
		if _, err := clip.Put(t.Context(), text, secret); err != nil {
			t.Error(err)
		}
		if _, err := others.Put(t.Context(), "theirs", false); err != nil {
			t.Error(err)
		}
		if others, err := clip.Clear(t.Context()); !others || err != nil {
			t.Error(others, err)
		}
		if got, err := get(t.Context()); got != "theirs" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}
