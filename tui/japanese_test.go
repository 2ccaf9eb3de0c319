package tui

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// inJapanese runs a test on the wizard with the sentences of another Text.
func inJapanese(t *testing.T, change func(w *screened, o *Options), test func(w *screened)) {
	t.Helper()
	inWorld(t, func(w *screened, o *Options) {
		if change != nil {
			change(w, o)
		}
		o.Text = &text.Japanese
	}, test)
}

// cut matches a Japanese line that the screen has cut.
var cut = regexp.MustCompile(`(?m)\S.*[ぁ-んァ-ヶー一-龠][、。]? ?…`)

// whole asserts that the screen cuts no sentence of ours in either size, but for why a
// connection is not alive: a low list has a line for that, and the details have it all.
func (w *screened) whole(name string) {
	w.t.Helper()
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		w.resize(size[0], size[1])
		for _, line := range cut.FindAllString(w.text(), -1) {
			line = strings.TrimRight(line, " …")
			brief := slices.ContainsFunc(flow.Kinds(), func(k flow.Kind) bool {
				return strings.HasPrefix(text.Japanese.Cause(k, flow.Request{}), line)
			})
			if !brief && !strings.HasSuffix(line, "中") {
				w.t.Errorf("%s, %dx%d: cut after %q:\n%s", name, size[0], size[1], line, w.text())
			}
		}
	}
	w.resize(80, 24)
	if left := english.FindString(quoted.ReplaceAllString(w.text(), "")); left != "" {
		w.t.Errorf("%s: %q is English:\n%s", name, left, w.text())
	}
}

// english matches three English words in a row; quoted is what may be in English: what
// Salesforce says, and what a person types.
var english = regexp.MustCompile(`[A-Za-z]+( [a-z']{2,}){2,}`)
var quoted = regexp.MustCompile(`end-user denied authorization|app must be installed into org|[Mm]issing required code challenge|` +
	`Cross-org OAuth flows are not supported|External client app is not installed in this org|sfauth [a-z]+( [a-z]+)?( --\w+ \w+)?|dbus-run-session -- sh|sf org [a-z -]+|netsh int ipv4 show excludedportrange tcp`)

// inFull is golden, of a screen whose words are all there in both sizes.
func (w *screened) inFull(name string) *screened {
	w.t.Helper()
	w.golden("ja/" + name)
	w.whole(name)
	return w
}

func TestALoginInJapanese(t *testing.T) {
	inJapanese(t, nil, func(w *screened) {
		w.inFull("org-empty").allows().typ("http://" + world.LoginHost).wait(time.Second)
		w.inFull("org-answers").press("enter")
		w.inFull("app-empty").press("ctrl+o")
		w.inFull("steps").press("m")
		w.inFull("metadata").press("esc", "esc").paste(w.App.ClientID).press("enter").paste(w.App.ClientSecret + "\r\n").press("ctrl+t")
		w.inFull("app-advanced").press("ctrl+t", "enter").wait(2 * time.Second)
		w.inFull("authorise-waiting").press("?")
		w.inFull("help").press("?", "e")
		w.inFull("browser-error").press("esc").wait(20 * time.Second)
		w.inFull("done").press("enter")
		if !w.quit {
			t.Error("enter on the last screen does not finish")
		}
	})
}

func TestWithoutABrowserInJapanese(t *testing.T) {
	inJapanese(t, overSSH, func(w *screened) {
		w.wait(time.Second)
		w.inFull("authorise-ssh").paste("https://example.org/nothing").press("enter")
		w.inFull("authorise-paste-wrong")
	})
}

func TestTroubleInJapanese(t *testing.T) {
	inJapanese(t, refused, func(w *screened) {
		w.wait(25 * time.Second)
		w.inFull("trouble-denied").shows("access_denied", "もう一度試し、[許可] を押してください。")
	})
	inJapanese(t, given, func(w *screened) {
		w.wait(time.Second).press("e").paste("エラー: error=redirect_uri_mismatch").press("enter")
		w.inFull("trouble-callback").press("esc", "e").paste("このサイトにアクセスできません").press("enter")
		w.inFull("trouble-localhost")
	})
	inJapanese(t, allowed, func(w *screened) {
		w.Vault.Fail = keystore.ErrLocked
		w.wait(25 * time.Second)
		w.inFull("done-unsaved")
	})
	inJapanese(t, withoutKeychain, func(w *screened) {
		w.allows().wait(time.Second)
		w.inFull("trouble-no-keychain").press("f").wait(time.Second)
		w.inFull("passphrase-new")
	})
}

func TestHomeInJapanese(t *testing.T) {
	inJapanese(t, atHome, func(w *screened) {
		w.wait(30 * time.Second)
		w.inFull("home").press("/").typ("acme")
		w.inFull("home-filter").press("enter", "down", "down", "enter")
		w.inFull("details").press("esc", "x")
		w.inFull("remove")
	})
}

func TestTheDemoInJapanese(t *testing.T) {
	inJapanese(t, demonstrated, func(w *screened) {
		w.wait(time.Second)
		w.inFull("demo-org").press("enter", "enter").wait(time.Second)
		w.inFull("demo-waiting").press("f")
		w.inFull("demo-failures")
	})
}

// Whatever the kind, a trouble can be read to its end in both sizes.
func TestEveryTroubleInJapaneseFitsASmallWindow(t *testing.T) {
	inJapanese(t, given, func(w *screened) {
		w.wait(time.Second)
		for _, k := range flow.Kinds() {
			w.wizard.Show(&trouble{w: w.wizard, kind: k, from: w.wizard.Screen})
			w.whole(string(k))
			w.press("esc")
		}
	})
}
