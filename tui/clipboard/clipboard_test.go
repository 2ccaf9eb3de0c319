//go:build unix

package clipboard

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What a program does that stands for one of a desktop, $D being a folder of the test's.
const (
	takes   = "/bin/cat > $D/text"
	drops   = "/bin/cat > /dev/null"
	prints  = "/bin/cat $D/text"
	refuses = `echo "Error: Can't open display: :5" >&2; exit 1`
	hangs   = "echo here > $D/here; exec /bin/sleep 600"
	old     = `case "$*" in *--sensitive*) echo "unrecognized option '--sensitive'" >&2; exit 1;; esac; ` + takes
	stays   = takes + "; (exec > /dev/null; exec /bin/sleep 600) & echo $! > $D/stays"
	tells   = `{ echo "$@"; /usr/bin/env; } >> $D/told; ` + takes
)

// both does one thing when it is to take a text, and another when it is to print one.
func both(in, out string) string { return `case "$*" in *-out*) ` + out + `;; *) ` + in + `;; esac` }

// machine has a desktop of a kind, and these programs, by name and what they do.
func machine(t *testing.T, display string, programs ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for i := 0; i < len(programs); i += 2 {
		script := "#!/bin/sh\nD=" + dir + "\n" + programs[i+1] + "\n"
		if err := os.WriteFile(filepath.Join(dir, programs[i]), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"} {
		t.Setenv(name, "")
	}
	t.Setenv("PATH", dir)
	for name := range strings.FieldsSeq(display) {
		t.Setenv(name, "of this test")
	}
	return dir
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

func TestEachDesktopCopiesInItsWay(t *testing.T) {
	all := "pbcopy pbpaste osascript powershell.exe clip.exe wl-copy wl-paste xclip xsel termux-clipboard-set"
	for name, c := range map[string]struct {
		goos, env, has string
		want           string // with * those that mark a secret as one
		err            error
	}{
		"mac":                       {"darwin", "", all, "pbcopy* pbcopy", nil},
		"mac, over ssh":             {"darwin", "SSH_TTY", all, "", ErrNone},
		"x11":                       {"linux", "DISPLAY", all, "xclip xsel", nil},
		"x11 with the other":        {"linux", "DISPLAY", "xsel", "xsel", nil},
		"x11, over ssh":             {"linux", "DISPLAY SSH_CONNECTION", all, "", ErrNone},
		"x11 with neither":          {"linux", "DISPLAY", "", "", MissingError{"xclip"}},
		"wayland":                   {"freebsd", "WAYLAND_DISPLAY", all, "wl-copy* wl-copy", nil},
		"wayland and x11":           {"linux", "WAYLAND_DISPLAY DISPLAY", all, "wl-copy* wl-copy xclip xsel", nil},
		"wayland with neither":      {"linux", "WAYLAND_DISPLAY DISPLAY", "", "", MissingError{"wl-clipboard"}},
		"wsl":                       {"linux", "WSL_DISTRO_NAME", all, "Windows* Windows clip.exe", nil},
		"wsl without PowerShell":    {"linux", "WSL_INTEROP", "clip.exe", "clip.exe", nil},
		"wsl with windows of Linux": {"linux", "WSL_DISTRO_NAME DISPLAY", "powershell.exe xclip", "Windows* Windows xclip", nil},
		"wsl, over ssh":             {"linux", "WSL_DISTRO_NAME SSH_TTY", all, "", ErrNone},
		"android":                   {"android", "", all, "termux-clipboard-set", nil},
		"android without":           {"android", "", "", "", MissingError{"termux-api"}},
		"a console, or a container": {"linux", "", all, "", ErrNone},
	} {
		var programs []string
		for p := range strings.FieldsSeq(c.has) {
			programs = append(programs, p, "")
		}
		machine(t, "", programs...)
		getenv := func(k string) string {
			if strings.Contains(" "+c.env+" ", " "+k+" ") {
				return "set"
			}
			return ""
		}
		var open []string
		for _, w := range strings.Fields(c.want) {
			if !strings.HasSuffix(w, "*") {
				open = append(open, w)
			}
		}
		for secret, want := range map[bool][]string{true: strings.Fields(c.want), false: open} {
			found, err := ways(c.goos, getenv, secret)
			got := []string{}
			for _, w := range found {
				if w.marks {
					w.name += "*"
				}
				got = append(got, w.name)
			}
			if strings.Join(got, " ") != strings.Join(want, " ") || !errors.Is(err, c.err) {
				t.Errorf("%s, secret %v: %q (%v), want %q (%v)", name, secret, got, err, want, c.err)
			}
		}
	}
}

func TestACopyIsSeenOnlyWhereItWasReadBack(t *testing.T) {
	const text = "{\n \"name\": \"Ünï\"\n}\n\n"
	good := both(takes, prints)
	for name, c := range map[string]struct {
		display  string
		programs []string
		seen     bool
	}{
		"wayland":             {"WAYLAND_DISPLAY", []string{"wl-copy", takes, "wl-paste", prints}, true},
		"x11":                 {"DISPLAY", []string{"xclip", good}, true},
		"nothing reads":       {"WAYLAND_DISPLAY", []string{"wl-copy", takes}, false},
		"reading fails":       {"WAYLAND_DISPLAY", []string{"wl-copy", takes, "wl-paste", refuses}, false},
		"the first lies":      {"DISPLAY", []string{"xclip", both(drops, "echo old"), "xsel", good}, true},
		"the first cannot":    {"DISPLAY", []string{"xclip", refuses, "xsel", good}, true},
		"an X server besides": {"WAYLAND_DISPLAY DISPLAY", []string{"wl-copy", refuses, "xclip", good}, true},
	} {
		dir := machine(t, c.display, c.programs...)
		got, err := new(Clipboard).Put(t.Context(), text, false)
		if want := (Copied{Seen: c.seen}); got != want || err != nil || content(t, dir, "text") != text {
			t.Errorf("%s: %+v, %v; the clipboard has %q", name, got, err, content(t, dir, "text"))
		}
	}
}

func TestACopyThatFailsSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		xclip string
		want  string
	}{
		"it cannot":       {refuses, "xclip: Error: Can't open display: :5"},
		"without a word":  {"exit 3", "xclip: exit status 3"},
		"it lies":         {both(drops, "echo old"), ErrOther.Error()},
		"it lies, absent": {both(drops, "exit 0"), ErrOther.Error()},
	} {
		machine(t, "DISPLAY", "xclip", c.xclip)
		if got, err := new(Clipboard).Put(t.Context(), "text", true); got != (Copied{}) || err == nil || err.Error() != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	var none *Clipboard
	if _, err := none.Put(t.Context(), "text", true); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	if others, err := none.Clear(t.Context()); others || err != nil {
		t.Error(others, err)
	}
}

func TestAProgramThatHangsIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		copy, paste string
		fails       bool
	}{
		"while it takes": {hangs, prints, true},
		"while it reads": {takes, hangs, false},
	} {
		dir := machine(t, "WAYLAND_DISPLAY", "wl-copy", c.copy, "wl-paste", c.paste)
		if err := syscall.Mkfifo(filepath.Join(dir, "here"), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			os.ReadFile(filepath.Join(dir, "here")) // until it hangs
			cancel()
		}()
		got, err := new(Clipboard).Put(ctx, "text", false)
		if got.Seen || errors.Is(err, context.Canceled) != c.fails || (err != nil) != c.fails {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestWhatStaysToHandTheTextOutIsNotWaitedForAndHasASessionOfItsOwn(t *testing.T) {
	dir := machine(t, "DISPLAY", "xclip", both(stays, prints))
	got, err := new(Clipboard).Put(t.Context(), "text", false)
	if !got.Seen || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(content(t, dir, "stays")))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(pid, syscall.SIGKILL)
	if group, err := syscall.Getpgid(pid); err != nil || group == syscall.Getpgrp() {
		t.Errorf("group %d (%v), ours is %d", group, err, syscall.Getpgrp())
	}
}

func TestASecretThatIsCopiedIsInNoArgumentAndNoVariable(t *testing.T) {
	const secret = "5Aep861-the-secret"
	dir := machine(t, "WAYLAND_DISPLAY", "wl-copy", tells, "wl-paste", prints)
	t.Setenv("SFAUTH_PASSPHRASE_COMMAND", "pass sfauth")
	if _, err := new(Clipboard).Put(t.Context(), secret, true); err != nil {
		t.Fatal(err)
	}
	told := content(t, dir, "told")
	if told == "" || strings.Contains(told, secret) || strings.Contains(told, "SFAUTH_") {
		t.Errorf("told %q", told)
	}
}

func TestASecretIsMarkedAsOneWhereTheProgramKnowsHow(t *testing.T) {
	for name, c := range map[string]struct {
		copy   string
		secret bool
		want   Copied
	}{
		"a secret":            {tells, true, Copied{Seen: true, Marked: true}},
		"no secret":           {tells, false, Copied{Seen: true}},
		"an older wl-copy":    {old, true, Copied{Seen: true}},
		"who cannot be asked": {tells + "; echo there > $D/mute", true, Copied{Marked: true}},
	} {
		dir := machine(t, "WAYLAND_DISPLAY", "wl-copy", c.copy, "wl-paste", "test ! -e $D/mute || exit 1; "+prints)
		got, err := new(Clipboard).Put(t.Context(), "text", c.secret)
		if got != c.want || err != nil || content(t, dir, "text") != "text" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if marked := strings.Contains(content(t, dir, "told"), "--sensitive"); marked != c.want.Marked {
			t.Errorf("%s: marked %v: %s", name, marked, content(t, dir, "told"))
		}
	}
}

func TestOnlyWhatIsStillOnTheClipboardIsCleared(t *testing.T) {
	good := both(takes, prints)
	for name, c := range map[string]struct {
		xclip  string
		since  string // copied by somebody
		others bool
		left   string
	}{
		"it is there":            {good, "", false, ""},
		"somebody has copied":    {good, "theirs", true, "theirs"},
		"nobody can look":        {both(takes, refuses), "", false, ""},
		"nobody knows of theirs": {both(takes, refuses), "theirs", false, ""},
	} {
		dir := machine(t, "DISPLAY", "xclip", c.xclip)
		var clip Clipboard
		if _, err := clip.Put(t.Context(), "ours", true); err != nil {
			t.Fatal(err)
		}
		if c.since != "" {
			if err := os.WriteFile(filepath.Join(dir, "text"), []byte(c.since), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		others, err := clip.Clear(t.Context())
		if got := content(t, dir, "text"); others != c.others || err != nil || got != c.left {
			t.Errorf("%s: others %v, %v; the clipboard has %q", name, others, err, got)
		}
		if others, err := clip.Clear(t.Context()); !c.others && (others || err != nil || content(t, dir, "text") != "") {
			t.Errorf("%s, again: %v, %v", name, others, err)
		}
	}
}
