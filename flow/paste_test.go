package flow_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
)

// redirected allows access with a browser that cannot reach the callback, and
// returns what its address bar shows.
func (w *world) redirected(authorizeURL string) (address string) {
	browser := *w.browser
	w.net.Break(":1717", errUnreachable)
	defer w.net.Break(":1717", nil)
	_, err := demo.Visit(w.Context(), &browser, authorizeURL, true)
	if lost, ok := err.(*url.Error); ok {
		return lost.URL
	}
	w.Error("the callback was reached:", err)
	return ""
}

// The ways in which people copy an answer, made of what the address bar shows.
func TestPasteIsAnAnswer(t *testing.T) {
	code := func(address string) string { return parsed(address).Get("code") }
	for name, copied := range map[string]func(address string) string{
		"address":            func(a string) string { return a },
		"blanks around":      func(a string) string { return " \t\r\n" + a + "\n\n" },
		"quotes":             func(a string) string { return `"` + a + `"` },
		"angle brackets":     func(a string) string { return "<" + a + ">" },
		"broken over lines":  func(a string) string { return a[:40] + "\n" + a[40:70] + "\r\n  " + a[70:] },
		"zero width":         func(a string) string { return "\ufeff" + a[:20] + "\u200b" + a[20:] },
		"other words":        func(a string) string { return "It says: " + a + " and cannot connect" },
		"query":              func(a string) string { _, q, _ := strings.Cut(a, "?"); return "?" + q },
		"parameters":         func(a string) string { _, q, _ := strings.Cut(a, "?"); return q },
		"without scheme":     func(a string) string { return strings.TrimPrefix(a, "http://") },
		"fragment":           func(a string) string { return a + "#_=_" },
		"a full stop behind": func(a string) string { return "It ends at " + a + "." },
		"an escape behind":   func(a string) string { return a + "\x1b[201~" },
		"quoted by a shell":  func(a string) string { return strings.NewReplacer("?", `\?`, "=", `\=`, "&", `\&`).Replace(a) },
		"of a web page":      func(a string) string { return strings.ReplaceAll(a, "&", "&amp;") },
		"broken, with words": func(a string) string { return "The page is\n" + a[:50] + "\n" + a[50:] + " and does\nnot load." },
		"bare code":          code,
		"bare code, quoted":  func(a string) string { return "'" + code(a) + "'\n" },
		"bare code, wrapped": func(a string) string { return code(a)[:30] + "\n" + code(a)[30:] },
		"bare code, encoded": func(a string) string { return url.QueryEscape(code(a)) },
		"code parameter":     func(a string) string { return "code=" + url.QueryEscape(code(a)) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.request.NoBrowser = true
				_, err := w.login(waiting(func(e flow.Waiting) {
					go func() {
						if err := e.Wait.Paste(copied(w.redirected(e.URL))); err != nil {
							w.Error(err)
						}
					}()
				}))
				must(w, err)
				if c, _ := heard[flow.CodeReceived](w); !c.Pasted {
					w.Error("not told that it was pasted")
				}
			})
		})
	}
}

func TestPasteThatIsNoAnswerSaysWhyAndTheWaitGoesOn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		_, err := w.login(waiting(func(e flow.Waiting) {
			right := state(e.URL)
			for _, wrong := range []struct {
				pasted string
				kind   flow.Kind
			}{
				{"", flow.KindPasteNoCode},
				{"  \n\t ", flow.KindPasteNoCode},
				{"hello", flow.KindPasteNoCode},
				{"it did not work and I do not know why", flow.KindPasteNoCode},
				{w.request.ClientID, flow.KindPasteNoCode},
				{w.request.ClientSecret.Reveal() + "\n", flow.KindPasteNoCode},
				{e.URL, flow.KindPasteAuthorizeURL},
				{"Open " + e.URL + " please", flow.KindPasteAuthorizeURL},
				{"https://acme.my.salesforce.com/", flow.KindPasteNoCode},
				{"https://acme.my.salesforce.com/?ec=302&startURL=%2Fsetup%2Fsecur%2FRemoteAccessAuthorizationPage.apexp", flow.KindPasteNoCode},
				{callbackURL, flow.KindPasteNoCode},
				{callbackURL + "?code=aPrxOldCodeOldCode123%3D%3D", flow.KindPasteCut},
				{callbackURL + "?code=aPrxOldCodeOldCode123%3", flow.KindPasteCut},
				{callbackURL + "?code=aPrxOldCodeOldCode123%3D%3D&sta", flow.KindPasteCut},
				{callbackURL + "?code=aPrxOldCodeOldCode123%3D%3D&state=", flow.KindPasteCut},
				{callbackURL + "?code=aPrxOldCodeOldCode123%3D%3D&state=" + right[:9], flow.KindPasteCut},
				{"code=aPrxOldCodeOldCode123%3D%3D&sta", flow.KindPasteCut},
				{callbackURL + "?code=aPrxOldCode" + callbackURL + "?code=aPrxOldCodeOldCode123%3D%3D&state=" + right, flow.KindPasteNoCode},
				{callbackURL + "?code=aPrxOldCodeOldCode&state=old", flow.KindPasteWrongState},
				{callbackURL + "?error=access_denied&state=old", flow.KindPasteWrongState},
				{callbackURL + "?state=" + right, flow.KindPasteNoCode},
				{callbackURL + "?code=a&code=b&state=" + right, flow.KindPasteNoCode},
				{"https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org", flow.KindAppNotInstalled},
				{"error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration", flow.KindRedirectURIMismatch},
			} {
				wantKind(w, e.Wait.Paste(wrong.pasted), flow.StepAllow, wrong.kind)
			}
			go func() {
				time.Sleep(time.Minute)
				w.visit(e.URL, true)
			}()
		}))
		must(w, err)
	})
}

func TestPastedRefusalEndsTheLoginAsTheCallbackWould(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		_, err := w.login(waiting(func(e flow.Waiting) {
			must(w, e.Wait.Paste(answerTo(e.URL, "error", "OAUTH_APP_BLOCKED", "error_description", "this app is blocked by admin")))
		}))
		wantKind(w, err, flow.StepAllow, flow.KindAppBlocked)
		if w.posts() != 0 {
			w.Error("a token request was made")
		}
	})
}

func TestPasteAndOpenAreSafeWhenTheLoginIsOver(t *testing.T) {
	inWorld(t, func(w *world) {
		var wait *flow.Wait
		var address string
		_, err := w.login(waiting(func(e flow.Waiting) { wait, address = e.Wait, answerTo(e.URL, "code", "aPrxAgainAndAgain") }))
		must(w, err)
		for range 3 {
			must(w, wait.Paste(address))
			must(w, wait.Open(w.Context()))
		}
		if w.posts() != 1 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestSecondPasteIsNotExchanged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		_, err := w.login(waiting(func(e flow.Waiting) {
			go func() {
				address := w.redirected(e.URL)
				must(w, e.Wait.Paste(address))
				must(w, e.Wait.Paste(address))
			}()
		}))
		must(w, err)
		if w.posts() != 1 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestCallbackThatCannotBeHeardIsPasted(t *testing.T) {
	app := demo.DefaultApp()
	app.Callbacks = []string{"https://login.salesforce.com/services/oauth2/success"}
	inWorld(t, func(w *world) {
		w.net.Break(":1717", errUnreachable) // no listener can be opened on this port
		opened := false
		w.Open = func(context.Context, string) error { opened = true; return nil }
		_, err := w.login(waiting(func(e flow.Waiting) {
			go func() {
				_, err := demo.Visit(w.Context(), w.browser, e.URL, true)
				if lost, ok := err.(*url.Error); ok {
					must(w, e.Wait.Paste(lost.URL))
				}
			}()
		}))
		must(w, err)
		if l, _ := heard[flow.Listening](w); !opened || !l.PasteOnly || l.Callback != app.Callbacks[0] {
			w.Errorf("%+v", l)
		}
	}, app)
}

func TestBusyPortLeavesPasting(t *testing.T) {
	inWorld(t, func(w *world) {
		l, err := w.net.Listen(w.Context(), "tcp", "127.0.0.1:1717")
		must(w, err)
		w.request.PasteOnly, w.request.NoBrowser = true, true
		_, err = w.login(waiting(func(e flow.Waiting) {
			go func() {
				l.Close()
				must(w, e.Wait.Paste(w.redirected(e.URL)))
			}()
		}))
		must(w, err)
	})
}

// A person who has pasted half of a code can still copy the whole one from the address bar.
func TestPastedCodeThatWasCutGoesOnWaiting(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		start := time.Now()
		waits := 0
		address := ""
		_, err := w.login(waiting(func(e flow.Waiting) {
			waits++
			switch waits {
			case 1:
				go func() {
					address = w.redirected(e.URL)
					time.Sleep(4*time.Minute + 50*time.Second)
					must(w, e.Wait.Paste(strings.TrimRight(parsed(address).Get("code"), "=")))
				}()
			case 2:
				wantKind(w, e.Refused, flow.StepExchange, flow.KindCodeCut)
				if left := time.Until(e.Deadline); left != 2*time.Minute {
					w.Error("left:", left)
				}
				go func() {
					time.Sleep(time.Minute)
					must(w, e.Wait.Paste(address))
				}()
			}
		}))
		must(w, err)
		if waits != 2 || w.posts() != 2 || time.Since(start) < 5*time.Minute+50*time.Second {
			w.Error(waits, "waits,", w.posts(), "token requests in", time.Since(start))
		}
	})
}

func TestCodeThatWasCutOnItsWayThroughTheBrowserEndsTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			code := parsed(w.redirected(u)).Get("code")
			w.get(answerTo(u, "code", code[:len(code)-2]))
		})
		_, err := w.login()
		wantKind(w, err, flow.StepExchange, flow.KindCodeCut)
	})
}

func TestWaitAfterACutCodeHasAnEnd(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		_, err := w.login(waiting(func(e flow.Waiting) {
			if e.Refused == nil {
				go func() { must(w, e.Wait.Paste(strings.TrimRight(parsed(w.redirected(e.URL)).Get("code"), "="))) }()
			}
		}))
		wantKind(w, err, flow.StepAllow, flow.KindTimeout)
		if !w.isFree() {
			w.Error("the port is still held")
		}
	})
}
