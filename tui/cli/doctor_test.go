//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/tui/text"
)

func TestDoctorSaysHowACopyReachesTheClipboardAndDoesNotFailForIt(t *testing.T) {
	for name, c := range map[string]struct{ has, env, want string }{
		"x11":             {"xclip", "DISPLAY", "xclip"},
		"wayland":         {"wl-copy xclip", "DISPLAY WAYLAND_DISPLAY", "wl-copy"},
		"wsl":             {"powershell.exe", "WSL_DISTRO_NAME", "Windows"},
		"nothing copies":  {"", "WAYLAND_DISPLAY", "wl-clipboard would copy for sure"},
		"over ssh":        {"xclip", "DISPLAY SSH_TTY", "which does not say whether it takes one"},
		"in tmux":         {"", "TMUX", "set -s set-clipboard on"},
		"in tmux on X":    {"xclip", "DISPLAY TMUX", "xclip"},
		"a bare terminal": {"", "", "which does not say whether it takes one"},
	} {
		dir := t.TempDir()
		for p := range strings.FieldsSeq(c.has) {
			if err := os.WriteFile(filepath.Join(dir, p), nil, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", dir)
		for _, v := range []string{"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP", "SSH_TTY", "SSH_CONNECTION", "TMUX"} {
			t.Setenv(v, "")
		}
		for v := range strings.FieldsSeq(c.env) {
			t.Setenv(v, "of this test")
		}
		if f := examineClipboard(&text.English); f.Err != nil || !strings.HasSuffix(f.Detail, c.want) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
