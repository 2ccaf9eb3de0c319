//go:build unix

package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow/export"
	"sfauth/tui/clipboard"
	"sfauth/tui/text"
)

// withPrograms is given, on a Wayland desktop that has these: what they do, with the folder D.
func withPrograms(t *testing.T, wlCopy, wlPaste string) (text string) {
	t.Helper()
	dir := t.TempDir()
	for name, does := range map[string]string{"wl-copy": wlCopy, "wl-paste": wlPaste} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\nD="+dir+"\n"+does+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"PATH": dir, "WAYLAND_DISPLAY": "of this test", "DISPLAY": "", "SSH_CONNECTION": "", "SSH_TTY": "", "WSL_DISTRO_NAME": "", "WSL_INTEROP": ""} {
		t.Setenv(name, value)
	}
	return filepath.Join(dir, "text")
}

const (
	takes  = "/bin/cat > $D/text"
	prints = "/bin/cat $D/text"
	unable = "echo 'Failed to connect to a Wayland server' >&2; exit 1"
	unaged = `case "$*" in *--sensitive*) exit 1;; esac; ` + takes
)

func TestTheScreenSaysCopiedWhereTheTextWasSeenAndElseHowToSeeIt(t *testing.T) {
	for name, c := range map[string]struct {
		copies, pastes string
		care           care
		says           string
		terminal       bool // was sent it too
	}{
		"a link":              {takes, prints, shared, "Link copied.", true},
		"a secret":            {takes, prints, once, "Link copied: use it in one place only.", false},
		"an access token":     {takes, prints, secret, "Link copied.", false},
		"that is not marked":  {unaged, prints, once, "Link copied: use it in one place only.", true},
		"that nobody can see": {takes, unable, once, "Link sent to the terminal. Not copied? u shows it.", false},
		"a link in vain":      {unable, prints, shared, "Link not copied: wl-copy: Failed to connect to a Wayland server. u shows it.", true},
		"that goes nowhere":   {"/bin/cat > /dev/null", "echo old", shared, "Link not copied: something else is on the clipboard. u shows it.", true},
	} {
		t.Run(name, func(t *testing.T) {
			withPrograms(t, c.copies, c.pastes)
			inWorld(t, given, func(w *screened) {
				w.wizard.clipboard = new(clipboard.Clipboard)
				w.wait(time.Second)
				w.driver.run(w.wizard.put("Link", "a text", w.wizard.text.Clipboard.PressU, c.care))
				w.wait(time.Second).shows(c.says)
				if sent := w.clip == "a text"; sent != c.terminal {
					t.Errorf("the terminal was sent %q", w.clip)
				}
			})
		})
	}
}

func TestLeavingClearsTheClipboardOfThisMachineUnlessSomebodyElseHasCopiedSince(t *testing.T) {
	for name, c := range map[string]struct{ since, left string }{
		"it is there":         {"", ""},
		"somebody has copied": {"theirs", "theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			text := withPrograms(t, unaged, prints)
			inWorld(t, given, func(w *screened) {
				w.wizard.clipboard = new(clipboard.Clipboard)
				w.wait(time.Second)
				w.driver.run(w.wizard.put("Refresh token", "a secret", "", once))
				w.wait(time.Second)
				if got, _ := os.ReadFile(text); string(got) != "a secret" || w.clip != "a secret" {
					t.Fatalf("copied %q; the terminal was sent %q", got, w.clip)
				}
				if c.since != "" {
					if err := os.WriteFile(text, []byte(c.since), 0o600); err != nil {
						t.Fatal(err)
					}
					w.clip = c.since // it is one clipboard
				}
				w.press("ctrl+c").shows("You copied: Refresh token").press("y").wait(time.Second)
				if got, _ := os.ReadFile(text); !w.quit || string(got) != c.left || w.clip != c.left {
					t.Errorf("quit %v; the clipboard has %q, the terminal was sent %q", w.quit, got, w.clip)
				}
			})
		})
	}
}

func TestAClipboardThatCannotBeClearedIsSaidBeforeLeaving(t *testing.T) {
	withPrograms(t, "test ! -e $D/text || { echo 'no display any more' >&2; exit 1; }; "+takes, prints)
	inWorld(t, given, func(w *screened) {
		w.wizard.clipboard = new(clipboard.Clipboard)
		w.wait(time.Second)
		w.driver.run(w.wizard.put("Refresh token", "a secret", "", once))
		w.wait(time.Second).press("ctrl+c", "y").wait(100 * time.Millisecond).shows("It could not be cleared: wl-copy: no display any more.")
		if w.quit {
			t.Error("it left without a word")
		}
		if w.press("n"); !w.quit {
			t.Error("it does not leave")
		}
	})
}

func TestWhatIsSaidOfACopyIsWholeInASmallWindow(t *testing.T) {
	for _, language := range []*text.Text{&text.English, &text.Japanese} {
		inWorld(t, func(w *screened, o *Options) { given(w, o); o.Text = language }, func(w *screened) {
			say := language.Clipboard
			said := []string{
				say.Sent(language.Exports.RefreshToken, say.PressS), say.SecretThere(language.Exports.RefreshToken),
				say.Sent(language.Authorise.Link, say.PressU), say.Sent(language.App.CallbackName, say.OnScreen),
			}
			for _, f := range export.Formats() {
				said = append(said, say.Sent(language.FormatName(f), say.RunExport), say.SecretThere(language.FormatName(f)))
			}
			w.resize(40, 12)
			for _, s := range said {
				w.wizard.Say(s)
				if shown := strings.Join(strings.Fields(w.text()), ""); !strings.Contains(shown, strings.Join(strings.Fields(s), "")) {
					t.Errorf("%q is cut:\n%s", s, w.text())
				}
			}
		})
	}
}
