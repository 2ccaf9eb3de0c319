package flow_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
)

const callbackURL = "http://localhost:1717/OauthRedirect"

// answerTo is a callback that answers an authorize URL.
func answerTo(authorizeURL string, say ...string) string {
	v := url.Values{"state": {state(authorizeURL)}}
	for i := 0; i < len(say); i += 2 {
		v[say[i]] = append(v[say[i]], say[i+1])
	}
	return callbackURL + "?" + v.Encode()
}

func TestStrayRequestDoesNotEndTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			right := state(u)
			for _, stray := range []struct {
				method, address string
				header          []string
				status          int
			}{
				{"GET", callbackURL, nil, 400},
				{"GET", callbackURL + "?code=aPrxStolen", nil, 400},
				{"GET", callbackURL + "?code=aPrxStolen&state=evil", nil, 400},
				{"GET", callbackURL + "?error=access_denied&state=evil", nil, 400},
				{"GET", callbackURL + "?error=access_denied", nil, 400},
				{"GET", answerTo(u), nil, 400},
				{"GET", answerTo(u, "code", ""), nil, 400},
				{"GET", answerTo(u, "code", "one", "code", "two"), nil, 400},
				{"GET", answerTo(u, "code", "one", "error", "access_denied"), nil, 400},
				{"GET", answerTo(u, "code", "one", "iss", "a", "iss", "b"), nil, 400},
				{"GET", callbackURL + "?code=one&state=" + right + "&state=" + right, nil, 400},
				{"POST", answerTo(u, "code", "one"), nil, 405},
				{"HEAD", answerTo(u, "code", "one"), nil, 405},
				{"PUT", answerTo(u, "code", "one"), nil, 405},
				{"GET", strings.Replace(answerTo(u, "code", "one"), "/OauthRedirect", "/oauthredirect", 1), nil, 404},
				{"GET", strings.Replace(answerTo(u, "code", "one"), "/OauthRedirect", "/OauthRedirect/", 1), nil, 404},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "evil.example:1717"}, 421},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "localhost:1718"}, 421},
				{"GET", answerTo(u, "code", "one"), []string{"Host", "localhost"}, 421},
			} {
				res := w.do(stray.method, stray.address, stray.header...)
				if res.StatusCode != stray.status {
					w.Errorf("%s %s %v: %d, want %d", stray.method, stray.address, stray.header, res.StatusCode, stray.status)
				}
				synctest.Wait()
			}
			w.visit(u, true)
		})
		w.loggedIn()
		if s, _ := heard[flow.Stray](w); s.Count != 19 || s.TLS {
			w.Errorf("%+v", s)
		}
	})
}

func TestWhatABrowserAsksOfItsOwnAccordIsNotCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			for _, own := range []struct {
				method, address string
				header          []string
				status          int
			}{
				{"GET", "http://localhost:1717/favicon.ico", nil, 404},
				{"GET", "http://localhost:1717/apple-touch-icon-precomposed.png", nil, 404},
				{"OPTIONS", callbackURL, []string{"Access-Control-Request-Private-Network", "true"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"Sec-Purpose", "prefetch;prerender"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"Purpose", "prefetch"}, 204},
				{"GET", answerTo(u, "code", "one"), []string{"X-Moz", "prefetch"}, 204},
			} {
				if res := w.do(own.method, own.address, own.header...); res.StatusCode != own.status {
					w.Errorf("%s %s %v: %d, want %d", own.method, own.address, own.header, res.StatusCode, own.status)
				}
			}
			w.visit(u, true)
		})
		w.loggedIn()
		if s, counted := heard[flow.Stray](w); counted {
			w.Errorf("%+v", s)
		}
	})
}

func TestAFloodOfStraysIsToldInOneEventAndHoldsNothingUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Open = func(_ context.Context, u string) error { // nobody reads events meanwhile
			for range 500 {
				w.get(callbackURL + "?state=evil")
			}
			go w.visit(u, true)
			return nil
		}
		w.loggedIn()
		events := 0
		for _, e := range w.events {
			if s, ok := e.(flow.Stray); ok {
				events++
				if s.Count != 500 {
					w.Error("counted", s.Count)
				}
			}
		}
		if events != 1 {
			w.Error(events, "events")
		}
	})
}

func TestEitherLoopbackAddressHearsTheAnswer(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		inWorld(t, func(w *world) {
			w.person(func(u string) {
				w.get(strings.Replace(answerTo(u, "error", "access_denied"), "localhost", host, 1), "Host", strings.ToUpper(host)+":1717")
			})
			_, err := w.login()
			wantKind(w, err, flow.StepAllow, flow.KindAccessDenied)
		})
	}
}

func TestUnknownParametersAreIgnoredAndTheRightIssuerIsAccepted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			w.get(answerTo(u, "error", "access_denied", "iss", loginHost+"/", "sfdc_community_id", "0DB", "x", "%zz") + "&;broken=%")
		})
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindAccessDenied)
	})
}

func TestAnotherIssuerEndsTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("wrong_iss")
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindIssuer)
		if w.posts() != 0 {
			w.Error("the code was sent to the token endpoint")
		}
	})
}

func TestCodeIsDecodedExactlyOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &sent{RoundTripper: w.HTTP.Transport}
		w.HTTP.Transport = s
		const code = "aPrx%2B+%3D=="
		w.person(func(u string) { w.get(answerTo(u, "code", code)) })
		_, err := w.login()
		wantKind(w, err, flow.StepExchange, flow.KindCodeExpired)
		if len(s.forms) != 1 || s.forms[0].Get("code") != code {
			w.Error("sent", s.forms)
		}
	})
}

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
			go follow(redirected)                             // the tab, reloaded
			go follow(answerTo(u, "code", "aPrxAnotherCode")) // and another answer, too late
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

func TestClosingTakesLessThanASecondWithSilentSockets(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithCancel(w.Context())
		var gaveUp time.Time
		w.person(func(u string) {
			for range 5 { // pre-connected by a browser, and never used
				conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
				must(w, err)
				w.Cleanup(func() { conn.Close() })
			}
			half, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			w.Cleanup(func() { half.Close() })
			io.WriteString(half, "GET /OauthRedirect HTTP/1.1\r\nHost: loc")
			synctest.Wait()
			gaveUp = time.Now()
			cancel()
		})
		w.loginWith(ctx)
		if took := time.Since(gaveUp); took >= time.Second {
			w.Error("closing took", took)
		}
		if !w.isFree() {
			w.Error("the port is still held")
		}
	})
}

func TestClosingTakesLessThanASecondWhenTheTabIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		var answered time.Time
		w.person(func(u string) {
			answered = time.Now()
			w.get(answerTo(u, "error", "access_denied")) // and never follows the redirect
		})
		w.login()
		if took := time.Since(answered); took >= time.Second {
			w.Error("closing took", took)
		}
	})
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			start := time.Now()
			go io.WriteString(conn, "GET / HTTP/1.1\r\n")
			io.Copy(io.Discard, conn)
			if took := time.Since(start); took > 6*time.Second {
				w.Error("cut off after", took)
			}
			conn.Close()
			if res := w.get(callbackURL, "X-Long", strings.Repeat("x", 17<<10)); res.StatusCode != 431 {
				w.Error("long headers:", res.StatusCode)
			}
			w.visit(u, true)
		})
		w.loggedIn()
	})
}

func TestHTTPSIsRecognisedAndThePersonTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
			must(w, err)
			go conn.Write([]byte("\x16\x03\x01\x02\x00\x01"))
			if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
				w.Error("it was answered")
			}
			conn.Close()
			w.visit(u, true)
		})
		w.loggedIn()
		if s, _ := heard[flow.Stray](w); !s.TLS {
			w.Errorf("%+v", s)
		}
	})
}
