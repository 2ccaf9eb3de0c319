package flow_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
)

func TestFirstAnswerWinsAndARepeatGetsTheSamePage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.During = func(string) { time.Sleep(20 * time.Second) }
		pages := make(chan string, 3)
		follow := func(address string) {
			res, err := w.browser.Get(address)
			must(w, err)
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			pages <- string(body)
		}
		w.person(func(u string) {
			var redirected string
			catch := *w.browser
			catch.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
				if r.URL.Host == "localhost:1717" {
					redirected = r.URL.String()
					return http.ErrUseLastResponse
				}
				return nil
			}
			w.consent(&catch, u)
			go follow(redirected)
			time.Sleep(time.Second)
			go follow(redirected)                             // the person reloads the tab
			go follow(answerTo(u, "code", "aPrxAnotherCode")) // a second answer comes too late
		})
		_, err := w.login()
		must(w, err)
		for range 3 {
			if page := <-pages; !strings.Contains(page, "<h1>Connected</h1>") {
				w.Error(page)
			}
		}
		if w.posts() != 1 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestTabIsSentOnAtOnceAndHeldUntilTheOutcomeIsKnown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.During = func(string) { time.Sleep(20 * time.Second) }
		done := make(chan bool)
		w.person(func(u string) {
			defer close(done)
			start := time.Now()
			first := w.get(answerTo(u, "code", "aPrxWhatever"))
			if at := first.Header.Get("Location"); first.StatusCode != 303 || at != callbackURL || time.Since(start) != 0 {
				w.Error(first.StatusCode, at, time.Since(start))
			}
			second := w.get(first.Header.Get("Location"))
			if time.Since(start) != 20*time.Second {
				w.Error("the outcome was told after", time.Since(start))
			}
			body, _ := io.ReadAll(second.Body)
			if !strings.Contains(string(body), "Go back to the terminal") {
				w.Error(string(body))
			}
			for _, res := range []*http.Response{first, second} {
				for name, want := range map[string]string{
					"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
				} {
					if res.Header.Get(name) != want {
						w.Errorf("%s: %q", name, res.Header.Get(name))
					}
				}
				policy := res.Header.Get("Content-Security-Policy")
				if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
					w.Error(policy)
				}
			}
			if second.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				w.Error(second.Header.Get("Content-Type"))
			}
		})
		_, err := w.login()
		wantKind(w, err, flow.StepExchange, flow.KindCodeExpired)
		<-done
	})
}

func TestPageAsksNothingOfAnywhere(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			body, _ := io.ReadAll(w.get(callbackURL + "?state=<script>alert(1)</script>").Body)
			for _, forbidden := range []string{"<script", "src=", "href=", "url(", "@import", "//"} {
				if strings.Contains(string(body), forbidden) {
					w.Errorf("the page holds %s", forbidden)
				}
			}
			w.visit(u, false)
		})
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindAccessDenied)
	})
}
