//go:build unix

package clipboard

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"sfauth/flow"
)

// program is a pair of programs: in takes the text on its stdin, out prints it. The text is in
// no argument and no variable, where others could read it.
type program struct {
	name    string
	marks   bool
	in, out []string // no out: nobody can look
}

// Those of each desktop, best first; those that mark a secret before all others, and for
// secrets alone.
var (
	mac = []program{
		{"pbcopy", true, []string{"osascript", "-l", "JavaScript", "-e", concealed}, []string{"pbpaste"}},
		{"pbcopy", false, []string{"pbcopy"}, []string{"pbpaste"}},
	}
	termux = []program{
		{"termux-clipboard-set", false, []string{"termux-clipboard-set"}, []string{"termux-clipboard-get"}},
	}
	wsl = []program{
		{"Windows", true, powershell(excluded), powershell(pasted)},
		{"Windows", false, powershell(copied), powershell(pasted)},
		{"clip.exe", false, []string{"clip.exe"}, nil},
	}
	wayland = []program{
		{"wl-copy", true, []string{"wl-copy", "--type", "text/plain", "--sensitive"}, wlPaste}, // from wl-clipboard 2.3; older ones refuse the word
		{"wl-copy", false, []string{"wl-copy", "--type", "text/plain"}, wlPaste},
	}
	x11 = []program{
		{"xclip", false, []string{"xclip", "-in", "-selection", "clipboard"}, []string{"xclip", "-out", "-selection", "clipboard"}},
		{"xsel", false, []string{"xsel", "--input", "--clipboard"}, []string{"xsel", "--output", "--clipboard"}},
	}
	wlPaste = []string{"wl-paste", "--no-newline"}
)

// concealed takes the text to the pasteboard of a Mac for this machine alone, with the type by
// which histories know a secret (nspasteboard.org).
const concealed = `ObjC.import("AppKit")
const bytes = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile
const board = $.NSPasteboard.generalPasteboard
board.prepareForNewContentsWithOptions(1)
board.setStringForType($.NSString.alloc.initWithDataEncoding(bytes, $.NSUTF8StringEncoding), "public.utf8-plain-text")
board.setStringForType($(""), "org.nspasteboard.ConcealedType")`

// What PowerShell does for WSL: clip.exe would take the text for that of an old code page, and
// can mark nothing. Each is one line without double quotes, which come through as they are.
const (
	forms    = `Add-Type -AssemblyName System.Windows.Forms; `
	utf8     = `(New-Object Text.UTF8Encoding $false)`
	readsAll = forms + `$text = (New-Object IO.StreamReader([Console]::OpenStandardInput(), ` + utf8 + `)).ReadToEnd(); ` +
		`if ($text -eq '') { [Windows.Forms.Clipboard]::Clear(); exit }; ` +
		`$data = New-Object Windows.Forms.DataObject; $data.SetText($text); `
	copied   = readsAll + `[Windows.Forms.Clipboard]::SetDataObject($data, $true)`
	excluded = readsAll +
		`foreach ($format in 'ExcludeClipboardContentFromMonitorProcessing', 'CanIncludeInClipboardHistory', 'CanUploadToCloudClipboard') ` +
		`{ $data.SetData($format, (New-Object IO.MemoryStream(,(New-Object byte[] 4)))) }; [Windows.Forms.Clipboard]::SetDataObject($data, $true)`
	pasted = forms + `$bytes = ` + utf8 + `.GetBytes([Windows.Forms.Clipboard]::GetText()); ` +
		`[Console]::OpenStandardOutput().Write($bytes, 0, $bytes.Length)`
)

func powershell(script string) []string {
	return []string{"powershell.exe", "-NoProfile", "-NonInteractive", "-STA", "-Command", "$ErrorActionPreference = 'Stop'; " + script}
}

// ways are those that this machine has the programs for, best first. Over SSH there are none:
// the clipboard here is not where the person is.
func ways(goos string, getenv func(string) string, secret bool) ([]way, error) {
	if flow.OverSSH(getenv) {
		return nil, ErrNone
	}
	var all []program
	missing := ""
	switch {
	case goos == "darwin":
		all = mac
	case goos == "android":
		all, missing = termux, "termux-api"
	case flow.InWSL(getenv):
		all = wsl
	}
	if getenv("WAYLAND_DISPLAY") != "" {
		all, missing = append(all[:len(all):len(all)], wayland...), cmp.Or(missing, "wl-clipboard")
	}
	if getenv("DISPLAY") != "" {
		all, missing = append(all[:len(all):len(all)], x11...), cmp.Or(missing, "xclip")
	}
	var there []way
	for _, p := range all {
		if (secret || !p.marks) && has(p.in) {
			there = append(there, p.way())
		}
	}
	switch {
	case len(there) > 0:
		return there, nil
	case missing != "":
		return nil, MissingError{missing}
	}
	return nil, ErrNone
}

func has(argv []string) bool {
	_, err := exec.LookPath(argv[0])
	return err == nil
}

func (p program) way() way {
	w := way{name: p.name, marks: p.marks, put: func(ctx context.Context, text string) error {
		_, err := run(ctx, p.in, text, false)
		return err
	}}
	if len(p.out) > 0 && has(p.out) {
		w.get = func(ctx context.Context) (string, error) { return run(ctx, p.out, "", true) }
	}
	return w
}

// run runs argv in a session of its own, so that no ctrl+c and no hang-up reaches what stays
// behind to hand the text out, and it finds no terminal to draw on. What stays behind may keep
// stderr open: that is not waited for.
func run(ctx context.Context, argv []string, stdin string, prints bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, programPatience)
	defer cancel()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = flow.WithoutOurs(os.Environ())
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		cmd.Env = append(cmd.Env, "TMPDIR="+dir) // wl-copy, from 2.3, keeps the text in a file there: in memory, and gone when the person logs out
	}
	if runtime.GOOS == "darwin" {
		cmd.Env = append(cmd.Env, "LC_CTYPE=UTF-8") // pbcopy and pbpaste go by it
	}
	cmd.Stdin, cmd.Stderr = strings.NewReader(stdin), &said
	if prints {
		cmd.Stdout = &out
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 50 * time.Millisecond
	err := cmd.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return out.String(), nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n"); line != "" {
		err = errors.New(line)
	}
	return "", fmt.Errorf("%s: %w", argv[0], err)
}
